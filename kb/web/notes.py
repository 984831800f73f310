"""Write notes on entries, for oneself or for the team."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.models import Annotation, Entry
from kb.ops import annotations
from kb.ops.errors import NoText, Outdated
from kb.ops.words import translated
from kb.text.markdown import TooLong
from kb.web import note_clashes
from kb.web.doors import MemberRequest
from kb.web.forms import NoteForm, posted

OPENED = "kb.note"  # what a signed text is good for


def add(request: MemberRequest, pk: int) -> HttpResponse:
    """Write a note on an entry."""
    entry = Entry.objects.filter(pk=pk).first()
    if entry is None:
        return gone(request)
    form = NoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return write(request, entry, form)
    return page(request, entry, form)


def write(
    request: MemberRequest, entry: Entry, form: NoteForm, **more: Any
) -> HttpResponse:
    """Write it; a refusal shows the form again with all that was typed."""
    words = form.cleaned_data["body"], form.cleaned_data["visibility"]
    try:
        annotations.write(entry, *words, by=request.user, now=timezone.now())
    except (NoText, TooLong) as refusal:
        form.add_error("body", translated(refusal))
        return page(request, entry, form, **more)
    except Entry.DoesNotExist:
        return gone(request)
    return saved(request, entry)


def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change one's own note."""
    entry = opened(request, pk)
    if entry and not Annotation.objects.filter(pk=pk).exists():
        return rewrite(request, entry)
    note = visible(request, pk)
    annotations.refuse_edit(note, request.user)
    if shown := note_clashes.again(request, note):
        return shown
    form = NoteForm(posted(request), initial=NoteForm.start(note))
    if request.method == "POST" and form.is_valid():
        return save(request, note, form)
    return page(request, note.entry, form, note=note)


def save(request: MemberRequest, note: Annotation, form: NoteForm) -> HttpResponse:
    """Save it; a refusal shows the form again with all that was typed."""
    body, visibility, base = (
        form.cleaned_data[field] for field in ("body", "visibility", "base")
    )
    by, now = request.user, timezone.now()
    try:
        annotations.edit(note, body, visibility, base=base, by=by, now=now)
    except Annotation.DoesNotExist:
        return rewrite(request, note.entry_id)
    except (NoText, TooLong) as refusal:
        form.add_error("body", translated(refusal))
        shown = note_clashes.again(request, note, translated(refusal))
        return shown or page(request, note.entry, form, note=note)
    except Outdated as refusal:
        return note_clashes.refused(request, refusal)
    return saved(request, note.entry)


def rewrite(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Keep what was typed into a note that was deleted, as a new note if they say so.

    A first answer says that it is gone, and starts the form from no version.
    """
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        return gone(request)
    form = NoteForm(request.POST)
    if form.is_valid() and form.cleaned_data["base"] == 0:
        return write(request, entry, form, deleted=True)
    form.data = {**request.POST.dict(), "base": 0}
    return page(request, entry, form, status=409, deleted=True)


def opened(request: MemberRequest, pk: int) -> int | None:
    """Return the entry of a note that the asker opened as its author, if they did.

    Only they are told that it is gone: to others it never was there.
    """
    try:
        seen = signing.loads(request.POST.get("opened", ""), salt=OPENED)
    except signing.BadSignature:
        return None
    note, author, entry = seen
    return entry if (note, author) == (pk, request.user.pk) else None


def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask once, then remove a note."""
    note = visible(request, pk)
    annotations.refuse_delete(note, request.user)
    if request.method == "POST":
        annotations.delete(note, by=request.user, now=timezone.now())
        messages.success(request, _("Note deleted."))
        return redirect(f"{note.entry.get_absolute_url()}#notes")
    return render(request, "kb/note_delete.html", {"entry": note.entry, "note": note})


def visible(request: MemberRequest, pk: int) -> Annotation:
    """Return a note the asker may see; to others it is not there."""
    notes = Annotation.objects.visible_to(request.user)
    return get_object_or_404(notes.select_related("entry", "author"), pk=pk)


def saved(request: MemberRequest, entry: Entry) -> HttpResponse:
    """Go back to the entry, and let the browser forget its copy of the text."""
    messages.success(request, _("Note saved."), extra_tags=request.path)
    return redirect(f"{entry.get_absolute_url()}#notes")


def gone(request: HttpRequest) -> HttpResponse:
    """Say that the entry is not there, and give back what was typed."""
    body = request.POST.get("body")
    if not body:
        raise Http404
    return render(request, "kb/note_gone.html", {"body": body}, status=404)


def page(
    request: HttpRequest,
    entry: Entry,
    form: NoteForm,
    *,
    status: int = 200,
    note: Annotation | None = None,
    **more: Any,
) -> HttpResponse:
    """Render the editor."""
    seen = note and signing.dumps([note.pk, note.author_id, note.entry_id], salt=OPENED)
    seen = seen or request.POST.get("opened")
    context = {"entry": entry, "form": form, "note": note, "opened": seen, **more}
    status = 422 if form.is_bound and form.errors else status
    return render(request, "kb/note_edit.html", context, status=status)
