"""The tree of topics: dragged into order, renamed, introduced."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from treebeard.admin import TreeAdmin

from kb.admin.guard import ClashingAdmin, GuardedForm
from kb.models import Topic
from kb.ops import topics
from kb.ops.errors import OpError, Outdated
from kb.ops.topics import Words
from kb.ops.words import translated
from kb.text import markdown
from kb.text.markdown import TooLong
from kb.web import topic_clashes
from kb.web.clashes import lines
from kb.web.editor import MarkdownEditor

WORDS = [field.name for field in fields(Words)]


class TopicForm(GuardedForm):
    """A topic's names and introduction; its parent when it is new.

    `shown` is what it began from: the verb puts together what others changed since.
    """

    shown: Words
    parent = forms.ModelChoiceField(
        Topic.objects.all(), required=False, label=gettext_lazy("Below")
    )

    class Meta:
        """Place and address follow from the tree."""

        model = Topic
        fields = WORDS
        widgets = {"intro": MarkdownEditor}

    def clean_intro(self) -> str:
        """Refuse a text that is too long, and show it again."""
        intro: str = self.cleaned_data["intro"]
        try:
            markdown.render(intro)
        except TooLong as refusal:
            raise ValidationError(translated(refusal)) from refusal
        return lines(intro)

    def guarded(self) -> Iterable[str]:
        """Return the fields that are compared."""
        return WORDS

    def told(self, name: str, value: Any) -> Any:
        """Return a value as it is compared: to the byte."""
        return value or ""

    def settle(
        self, data: dict[str, Any], seen: Mapping[str, Any], row: Mapping[str, Any]
    ) -> None:
        """Leave it to the verb."""
        self.shown = Words(**seen)

    def clean(self) -> dict[str, Any]:
        """Refuse a name its parent already has, and a place too deep."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        parent = data.get("parent")
        if self.instance.pk:
            parent = topics.parent_of(Topic.objects.get(pk=self.instance.pk))
        elif parent and parent.depth >= topics.DEEPEST:
            raise ValidationError(
                _("“%(name)s” would be more than %(depth)d topics deep.")
                % {"name": data.get("name", ""), "depth": topics.DEEPEST}
            )
        name = data.get("name", "")
        twins = topics.children(parent).filter(name=name).exclude(pk=self.instance.pk)
        if twins.exists():
            raise ValidationError(
                _("There is already a topic “%(name)s” here.") % {"name": name}
            )
        return data


class MoveForm(forms.Form):
    """What was dragged where."""

    node = forms.ModelChoiceField(Topic.objects.all())
    target = forms.ModelChoiceField(Topic.objects.all())
    relation = forms.ChoiceField(choices=[("child", ""), ("sibling", "")])


@admin.register(Topic)
class TopicAdmin(ClashingAdmin, TreeAdmin):  # type: ignore[misc]
    """Topics, in the order of the document; drag a row to move its subtree."""

    form = TopicForm
    list_display = ["name", "name_zh", "name_en", "address"]
    search_fields = ["name", "name_zh", "name_en", "address"]
    readonly_fields = ["address"]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Show the tree; it offers nothing to do with many topics at once."""
        if request.method == "POST":
            messages.warning(request, _("Topics are changed one at a time."))
            return redirect("admin:kb_topic_changelist")
        return super().changelist_view(request, extra_context)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the parent of a new topic; others are moved in the list."""
        return [*WORDS, "address", "before"] if obj else ["parent", *WORDS]

    def save_model(
        self, request: HttpRequest, obj: Topic, form: Any, change: Any
    ) -> None:
        """Call the verbs, which keep addresses and the rendered introduction."""
        data = form.cleaned_data
        words = Words(**{name: data[name] for name in WORDS})
        if change:
            topic = Topic.objects.get(pk=obj.pk)
            topics.edit(topic, words, seen=form.shown, by=request.user)
            return
        topic = topics.create(words.name, parent=data.get("parent"), by=request.user)
        obj.pk = topic.pk
        names = {"zh": words.name_zh, "en": words.name_en}
        topics.describe(topic, names=names, intro=words.intro, by=request.user)

    def clash(self, request: HttpRequest, refusal: Outdated) -> HttpResponse:
        """Show what was sent beside what is saved now."""
        form: Any = self.get_form(request)(request.POST)
        return topic_clashes.refused(request, refusal, form.seen(), form.signed)

    def clash_again(
        self, request: HttpRequest, obj: Topic | None
    ) -> HttpResponse | None:
        """Put choices into the fields."""
        return topic_clashes.again(request, obj) if obj else None

    def delete_model(self, request: HttpRequest, obj: Topic) -> None:
        """Remove an empty topic; refuse one that holds something."""
        topics.delete(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only an empty topic may go; and one at a time."""
        allowed = super().has_delete_permission(request, obj)
        if obj is None:
            return bool(allowed and request.resolver_match and not_a_list(request))
        empty = not (Topic.objects.get_children_count(obj) or obj.filings.exists())
        return bool(allowed and empty)

    def move_node(self, request: HttpRequest) -> HttpResponse:
        """Move what was dragged, with all below it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = MoveForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("That topic is not there any more."))
            return HttpResponseBadRequest()
        data = form.cleaned_data
        place = "last-child" if data["relation"] == "child" else "left"
        try:
            topics.move(data["node"], data["target"], place, by=request.user)
        except OpError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseBadRequest()
        messages.success(request, _("“%(name)s” was moved.") % {"name": data["node"]})
        return HttpResponse("OK")


def not_a_list(request: HttpRequest) -> bool:
    """Say whether the page is of one topic: lists offer no bulk delete."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return not (name or "").endswith("_changelist")
