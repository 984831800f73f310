"""The tree of topics, to be put in order: by drag, by keys, and by forms."""

from dataclasses import astuple
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kb.models import Entry, Run, Topic
from kb.models.topics import NAME_LENGTH
from kb.ops import tree
from kb.ops.errors import OpError
from kb.ops.topics import Words, parent_of
from kb.ops.words import translated
from kb.web import undo
from kb.web.doors import MemberRequest, curating
from kb.web.editor import MarkdownEditor
from kb.web.forms import posted
from kb.web.keys import keys_in
from kb.web.trees import tree as grown

SEEN = "kb.topic-seen"  # what a signed text is good for
PLACES = ("first-child", "last-child", "left", "right")
ENTRIES = 500  # that can be ticked to split a topic


class TopicForm(forms.Form):
    """What a topic is called and how it is introduced."""

    name = forms.CharField(
        label=gettext_lazy("Name in the list"), max_length=NAME_LENGTH
    )
    name_zh = forms.CharField(
        label=gettext_lazy("Chinese name"), max_length=NAME_LENGTH, required=False
    )
    name_en = forms.CharField(
        label=gettext_lazy("English name"), max_length=NAME_LENGTH, required=False
    )
    intro = forms.CharField(
        label=gettext_lazy("Introduction"),
        required=False,
        strip=False,
        widget=MarkdownEditor,
    )
    before = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def start(topic: Topic) -> dict[str, Any]:
        """Return what the form shows of a topic."""
        words = Words.of(topic)
        return {**vars(words), "before": signing.dumps(astuple(words), salt=SEEN)}

    def seen(self) -> Words | None:
        """Return what the form first showed, None when it does not say."""
        try:
            return Words(*signing.loads(self.cleaned_data["before"], salt=SEEN))
        except signing.BadSignature:
            return None

    def wanted(self) -> Words:
        """Return what was filled in."""
        data = self.cleaned_data
        return Words(*(data[name] for name in ("name", "name_zh", "name_en", "intro")))


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def tree_desk(request: MemberRequest) -> HttpResponse:
    """Show the whole tree; create a topic in it, or move one."""
    if request.method == "POST":
        return arrange(request)
    at = keys_in([request.GET.get("at", "")])
    context = {"tree": grown(), "at": at[0] if at else 0, "every": every()}
    return render(request, "kb/tree.html", context)


def arrange(request: MemberRequest) -> HttpResponse:
    """Create or move, with a button that takes it back."""
    said, now = request.POST, timezone.now()
    at = ""
    try:
        if "move" in said:
            topic, target = topic_in(said, "topic"), topic_in(said, "target")
            if topic is None or target is None or said.get("place") not in PLACES:
                raise Http404
            at = f"?at={topic.pk}"
            run = tree.move(topic, target, said["place"], by=request.user, now=now)
        else:
            name = said.get("name", "").replace("\0", "")[:NAME_LENGTH]
            if not name.strip():
                messages.error(request, _("Give the topic a name."))
                return redirect("kb:tree")
            parent = topic_in(said, "parent")
            run = tree.create(name, parent, by=request.user, now=now)
        done(request, run)
    except OpError as refusal:
        messages.error(request, translated(refusal))
    return redirect(f"{reverse('kb:tree')}{at}")


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def topic_desk(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what can be done to one topic, and do it."""
    topic = get_object_or_404(Topic, pk=pk)
    form = TopicForm(initial=TopicForm.start(topic))
    if request.method == "POST":
        if "words" not in request.POST:
            return work(request, topic)
        form = TopicForm(posted(request))
        if form.is_valid():
            return reword(request, topic, form)
    entries = Entry.objects.there().in_topic(topic)
    context = {
        "topic": topic,
        "form": form,
        "parent": parent_of(topic),
        "every": every(),
        "entries": entries[:ENTRIES],
        "total": entries.count(),
        "below": Topic.objects.get_children_count(topic),
    }
    status = 422 if form.errors else 200
    return render(request, "kb/topic_desk.html", context, status=status)


def reword(request: MemberRequest, topic: Topic, form: TopicForm) -> HttpResponse:
    """Save a topic's words."""
    seen, wanted, now = form.seen(), form.wanted(), timezone.now()
    try:
        run = tree.edit(topic, wanted, seen or wanted, by=request.user, now=now)
        done(request, run)
    except OpError as refusal:
        form.add_error(None, translated(refusal))
        page = {"topic": topic, "form": form, "every": every()}
        return render(request, "kb/topic_desk.html", page, status=409)
    return redirect("kb:topic_desk", topic.pk)


def work(request: MemberRequest, topic: Topic) -> HttpResponse:
    """Move, merge, split or delete a topic."""
    said, by, now = request.POST, request.user, timezone.now()
    onward = redirect(f"{reverse('kb:tree')}?at={topic.pk}")
    target = topic_in(said, "target")
    try:
        if "delete" in said:
            done(request, tree.delete(topic, by=by, now=now))
            return redirect("kb:tree")
        if "split" in said:
            name = said.get("name", "").replace("\0", "")[:NAME_LENGTH]
            if not name.strip():
                messages.error(request, _("Give the topic a name."))
                return redirect("kb:topic_desk", topic.pk)
            keys = keys_in(said.getlist("entry"))
            done(request, tree.split(topic, name, keys, by=by, now=now))
        elif target is None:
            messages.info(request, _("Choose a topic."))
            return redirect("kb:topic_desk", topic.pk)
        elif "merge" in said:
            done(request, tree.merge(topic, target, by=by, now=now))
            return redirect(f"{reverse('kb:tree')}?at={target.pk}")
        elif said.get("place") in PLACES:
            done(request, tree.move(topic, target, said["place"], by=by, now=now))
    except OpError as refusal:
        messages.error(request, translated(refusal))
        return redirect("kb:topic_desk", topic.pk)
    return onward


def done(request: MemberRequest, run: Run) -> None:
    """Say what was done, with a button that takes it back."""
    undo.offer(request, _("Done."), reverse("kb:run_undo", args=[run.pk]))


def topic_in(said: Any, name: str) -> Topic | None:
    """Return the topic that a form names, None for none."""
    return Topic.objects.filter(pk__in=keys_in([said.get(name, "")])).first()  # type: ignore[no-any-return]


def every() -> list[tuple[int, str]]:
    """Return all topics with their names, indented as they stand."""
    rows = Topic.objects.defer("intro", "intro_html")
    return [(topic.pk, "\u2003" * (topic.depth - 1) + str(topic)) for topic in rows]
