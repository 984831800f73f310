"""Write notes on entries and their passages, for oneself or for the team."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.models import Annotation, Entry
from kb.models.annotations import Visibility
from kb.models.summaries import Language
from kb.ops import annotations
from kb.ops.errors import Answered, NoText, NotThere, Outdated
from kb.ops.words import translated
from kb.text.anchors import Unquotable
from kb.text.markdown import TooLong
from kb.web import drafts, note_clashes
from kb.web.doors import MemberRequest
from kb.web.drafts import survives_log_out
from kb.web.forms import posted
from kb.web.note_forms import NewNoteForm, WordsForm, form_of

OPENED = "kb.note"  # what a signed text is good for
ABOUT = (NotThere, Unquotable)  # what can be wrong with a passage


@survives_log_out
def add(request: MemberRequest, pk: int) -> HttpResponse:
    """Write a note on an entry."""
    entry = Entry.objects.there().filter(pk=pk).first()
    if entry is None:
        return gone(request)
    draft = drafts.kept(request)
    asked = {"quote": request.GET.get("quote", ""), "body": request.GET.get("note", "")}
    start = {**asked, **draft}
    form = NewNoteForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        return write(request, entry, form)
    return page(request, entry, form, draft=draft)


def write(
    request: MemberRequest, entry: Entry, form: NewNoteForm, **more: Any
) -> HttpResponse:
    """Write it; a refusal shows the form again with all that was typed."""
    words = form.cleaned_data["body"], form.cleaned_data["visibility"]
    by, now = request.user, timezone.now()
    try:
        about = form.passage()
        note = annotations.write(entry, *words, by=by, now=now, about=about)
    except (NoText, TooLong, *ABOUT) as refusal:
        refuse(form, refusal)
        return page(request, entry, form, **more)
    except Entry.DoesNotExist:
        return gone(request)
    return saved(request, note)


@survives_log_out
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change one's own note."""
    entry = opened(request, pk)
    if entry and not Annotation.objects.standing().filter(pk=pk).exists():
        return rewrite(request, entry)
    note = visible(request, pk)
    annotations.refuse_edit(note, request.user)
    if shown := note_clashes.again(request, note):
        return shown
    draft = drafts.kept(request)
    start = {**WordsForm.start(note), **draft}
    form = form_of(note)(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        return save(request, note, form)
    return page(request, note.entry, form, note=note, draft=draft)


def save(request: MemberRequest, note: Annotation, form: WordsForm) -> HttpResponse:
    """Save it; a refusal shows the form again with all that was typed."""
    data = {"visibility": note.visibility, "meaning": note.meaning, **form.cleaned_data}
    words, by, now = (data["body"], data["visibility"]), request.user, timezone.now()
    try:
        note = annotations.edit(note, *words, base=data["base"], by=by, now=now)
        annotations.mean(note, data["meaning"], by=by)
    except Annotation.DoesNotExist:
        return rewrite(request, note.entry_id)
    except (NoText, TooLong, Answered) as refusal:
        refuse(form, refusal)
        shown = note_clashes.again(request, note, translated(refusal))
        return shown or page(request, note.entry, form, note=note)
    except Outdated as refusal:
        return note_clashes.refused(request, refusal)
    return saved(request, note)


def rewrite(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Keep what was typed into a note that was deleted, as a new note if they say so.

    A first answer says that it is gone, and starts the form from no version.
    """
    entry = Entry.objects.there().filter(pk=entry_id).first()
    if entry is None:
        return gone(request)
    form = NewNoteForm(request.POST)
    if form.is_valid() and form.cleaned_data["base"] == 0:
        return write(request, entry, form, deleted=True)
    typed = {"visibility": Visibility.PRIVATE, **request.POST.dict(), "base": 0}
    return page(request, entry, NewNoteForm(typed), status=409, deleted=True)


def opened(request: MemberRequest, pk: int) -> int | None:
    """Return the entry of a note that the asker opened as its author, if they did.

    Only they are told that it is gone: to others it never was there.
    """
    try:
        seen = signing.loads(request.POST.get("opened", ""), salt=OPENED)
    except signing.BadSignature:
        return None
    note, member, entry = seen
    return entry if (note, member) == (pk, request.user.pk) else None


def sign(request: MemberRequest, note: Annotation) -> str:
    """Return what tells that the asker opened a note."""
    return signing.dumps([note.pk, request.user.pk, note.entry_id], salt=OPENED)


def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask once, then remove a note."""
    note = visible(request, pk)
    annotations.refuse_delete(note, request.user)
    if request.method == "POST":
        annotations.delete(note, by=request.user, now=timezone.now())
        return done(request, note.entry, _("Note deleted."))
    return render(request, "kb/note_delete.html", {"entry": note.entry, "note": note})


def visible(request: MemberRequest, pk: int) -> Annotation:
    """Return a note the asker may see; to others it is not there."""
    notes = Annotation.objects.visible_to(request.user).standing()
    return get_object_or_404(notes.select_related("entry", "author"), pk=pk)


# --- Answers --------------------------------------------------------------------


def scripted(request: HttpRequest) -> bool:
    """Whether the page itself asks, and wants to be told rather than left."""
    return request.headers.get("Accept") == "application/json"


def saved(request: MemberRequest, note: Annotation) -> HttpResponse:
    """Go to the note, and let the browser forget its copy of the text."""
    drafts.drop(request)
    return done(request, note.entry, _("Note saved."), note=note, tags=request.path)


def done(
    request: MemberRequest,
    entry: Entry,
    told: str,
    *,
    note: Annotation | None = None,
    tags: str = "",
) -> HttpResponse:
    """Say that something was done, and go back to where it shows."""
    if scripted(request):
        return JsonResponse({"told": told, "note": note and note.pk})
    messages.success(request, told, extra_tags=tags)
    return redirect(place_of(note) if note else f"{entry.get_absolute_url()}#notes")


def place_of(note: Annotation) -> str:
    """Return where a note is on its entry's page."""
    where = note.parent.where if note.parent else note.where
    language = f"?lang={where}" if where in Language.values else ""
    return f"{note.entry.get_absolute_url()}{language}#note-{note.pk}"


def refuse(form: WordsForm, refusal: Exception) -> None:
    """Put a refusal beside what it is about."""
    about = {Answered: "visibility", **dict.fromkeys(ABOUT, "quote")}
    form.add_error(about.get(type(refusal), "body"), translated(refusal))
    if isinstance(refusal, NotThere) and isinstance(form, NewNoteForm):
        form.offer(refusal.places)


def wrong(form: WordsForm, *, deleted: bool = False, **more: Any) -> str:
    """Return what keeps a text from being saved."""
    if deleted:
        return _("This note was deleted since you began.")
    told = [str(one) for errors in form.errors.values() for one in errors]
    return " ".join(told) or more.get("message", "")


def gone(request: HttpRequest) -> HttpResponse:
    """Say that the entry is not there, and give back what was typed."""
    body = request.POST.get("body")
    if not body:
        raise Http404
    return render(request, "kb/note_gone.html", {"body": body}, status=404)


def page(
    request: MemberRequest,
    entry: Entry,
    form: WordsForm,
    *,
    status: int = 200,
    note: Annotation | None = None,
    **more: Any,
) -> HttpResponse:
    """Render the editor; tell a script only what is wrong."""
    status = 422 if form.is_bound and form.errors else status
    if scripted(request) and status != 200:  # noqa: PLR2004
        return JsonResponse({"told": wrong(form, **more)}, status=status)
    seen = sign(request, note) if note else request.POST.get("opened")
    context = {"entry": entry, "form": form, "note": note, "opened": seen, **more}
    return render(request, "kb/note_edit.html", context, status=status)
