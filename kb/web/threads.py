"""Answer notes, settle what they ask, and say something of them without words."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb.models import Annotation
from kb.models.annotations import Mood
from kb.ops import annotations
from kb.ops.errors import NoText
from kb.text.markdown import TooLong
from kb.web import drafts, notes
from kb.web.doors import MemberRequest
from kb.web.drafts import survives_log_out
from kb.web.forms import posted
from kb.web.note_forms import WordsForm


@require_safe
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """Lead to a note on its entry's page: the address that stays."""
    return redirect(notes.place_of(there(request, pk)))


@survives_log_out
def reply(request: MemberRequest, pk: int) -> HttpResponse:
    """Answer in a note's thread."""
    entry = notes.opened(request, pk)
    seen = Annotation.objects.visible_to(request.user)
    if entry and not seen.filter(pk=pk).exists():
        return notes.rewrite(request, entry)
    to = there(request, pk)
    draft = drafts.kept(request)
    form = WordsForm(posted(request), initial=draft)
    if request.method == "POST" and form.is_valid():
        return answer(request, to, form)
    return reply_page(request, to, form, draft=draft)


def answer(request: MemberRequest, to: Annotation, form: WordsForm) -> HttpResponse:
    """Write the reply; a refusal shows the form again with all that was typed."""
    by, now = request.user, timezone.now()
    try:
        written = annotations.reply(to, form.cleaned_data["body"], by=by, now=now)
    except (NoText, TooLong) as refusal:
        notes.refuse(form, refusal)
        return reply_page(request, to, form)
    except Annotation.DoesNotExist:
        return notes.rewrite(request, to.entry_id)
    return notes.saved(request, written)


@require_POST
def resolve(request: MemberRequest, pk: int) -> HttpResponse:
    """Settle a thread, or take it up again where `on` is empty."""
    to, by = there(request, pk), request.user
    try:
        if request.POST.get("on"):
            annotations.resolve(to, by=by, now=timezone.now())
            told = _("Resolved.")
        else:
            annotations.reopen(to, by=by)
            told = _("Reopened.")
    except Annotation.DoesNotExist as gone:
        raise Http404 from gone
    return notes.done(request, to.entry, told, note=to)


def react(request: MemberRequest, pk: int) -> HttpResponse:
    """Say a mood of a note, `on`, or no longer, `off`; a page to choose from."""
    to = notes.visible(request, pk)
    if request.method != "POST":
        mine = to.reactions.filter(member=request.user).values_list("mood", flat=True)
        context = {"entry": to.entry, "note": to, "moods": Mood.choices, "mine": mine}
        return render(request, "kb/note_react.html", context)
    on, mood = "on" in request.POST, request.POST.get("on") or request.POST.get("off")
    if mood not in Mood.values:
        raise BadRequest
    try:
        annotations.react(to, mood, on=on, by=request.user, now=timezone.now())
    except Annotation.DoesNotExist as gone:
        raise Http404 from gone
    told = _("You said: %(mood)s.") if on else _("Taken back: %(mood)s.")
    return notes.done(request, to.entry, told % {"mood": Mood(mood).label}, note=to)


def there(request: MemberRequest, pk: int) -> Annotation:
    """Return a note the asker may see, be it a stub; to others it is not there."""
    seen = Annotation.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("entry", "author", "parent"), pk=pk)


def reply_page(
    request: MemberRequest, to: Annotation, form: WordsForm, **more: Any
) -> HttpResponse:
    """Render the editor below what is answered."""
    opened = notes.sign(request, to)
    return notes.page(request, to.entry, form, to=to, opened=opened, **more)
