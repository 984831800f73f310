"""Write notes on entries, for oneself or for the team."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.models import Annotation, Entry
from kb.ops import annotations
from kb.ops.errors import NoText, Outdated
from kb.ops.words import translated
from kb.text.markdown import TooLong
from kb.web.doors import MemberRequest
from kb.web.forms import NoteForm, posted


def add(request: MemberRequest, pk: int) -> HttpResponse:
    """Write a note on an entry."""
    entry = get_object_or_404(Entry, pk=pk)
    form = NoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["body"], form.cleaned_data["visibility"]
        try:
            annotations.write(entry, *words, by=request.user, now=timezone.now())
        except (NoText, TooLong) as refusal:
            form.add_error("body", translated(refusal))
        else:
            return saved(request, entry)
    return page(request, entry, form)


def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change one's own note."""
    note = visible(request, pk)
    annotations.refuse_edit(note, request.user)
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
    except Annotation.DoesNotExist as gone:
        raise Http404 from gone
    except (NoText, TooLong) as refusal:
        form.add_error("body", translated(refusal))
        return page(request, note.entry, form, note=note)
    except Outdated as refusal:
        # Sending again then replaces the other text knowingly: it is shown beside.
        form.data = {**form.cleaned_data, "base": refusal.current.version}
        clash = {"theirs": refusal.current, "message": str(refusal)}
        return page(request, note.entry, form, status=409, note=note, **clash)
    return saved(request, note.entry)


def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask once, then remove a note."""
    note = visible(request, pk)
    annotations.refuse_delete(note, request.user)
    if request.method == "POST":
        annotations.delete(note, by=request.user)
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
    context = {"entry": entry, "form": form, "note": note, **more}
    status = 422 if form.is_bound and form.errors else status
    return render(request, "kb/note_edit.html", context, status=status)
