"""Write notes: one's own, for oneself or for the team."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kb.models import Annotation, Entry
from kb.models.annotations import Visibility
from kb.ops import notifications
from kb.ops.acting import acting
from kb.ops.errors import NoText, NotYours, Outdated
from kb.text import markdown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TWICE = timedelta(minutes=1)  # the same note within it is a button pressed twice


def write(
    entry: Entry, body: str, visibility: str, *, by: "User", now: datetime
) -> Annotation:
    """Add a note to an entry; the same one again at once is the one that is there.

    Raises NoText, markdown.TooLong, and Entry.DoesNotExist.
    """
    note = Annotation(entry=entry, author=by, written_at=now, version=0)
    fill(note, body, visibility)
    with acting(by, "write note"):
        # One after the other: the second of two at the same moment finds the first.
        Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        same = entry.annotations.filter(
            author=by, body=note.body, visibility=visibility
        )
        written = same.filter(written_at__gt=now - TWICE).first()
        if written:
            return written
        note.save()
        notifications.of_writing(note, now=now)
    return note


def edit(
    note: Annotation,
    body: str,
    visibility: str,
    *,
    base: int,
    by: "User",
    now: datetime,
) -> Annotation:
    """Save the text of one's own note; `base` is the version the writer began from.

    Saving what is there changes nothing. Raises NotYours, NoText, markdown.TooLong,
    Outdated when it was saved since, and Annotation.DoesNotExist.
    """
    with acting(by, "edit note"):
        note = Annotation.objects.select_for_update().get(pk=note.pk)
        refuse_edit(note, by)
        if (note.body, note.visibility) == (clean(body), visibility):
            return note
        if note.version != base:
            raise Outdated(_("This note was saved since you began."), note)
        was_private = note.private
        fill(note, body, visibility)
        note.edited_at = now
        note.save()
        notifications.of_editing(note, was_private=was_private, now=now)
    return note


def delete(note: Annotation, *, by: "User") -> None:
    """Remove one's own note; curators remove the team's too. Raises NotYours."""
    with acting(by, "delete note"):
        for there in Annotation.objects.select_for_update().filter(pk=note.pk):
            refuse_delete(there, by)
            there.delete()


def refuse_edit(note: Annotation, by: "User") -> None:
    """Raise NotYours unless they wrote the note."""
    if note.author_id != by.pk:
        raise NotYours(_("Only who wrote a note can change it."))


def refuse_delete(note: Annotation, by: "User") -> None:
    """Raise NotYours unless they wrote the note, or are a curator and it is public."""
    if note.author_id != by.pk and (note.private or not by.is_staff):
        raise NotYours(_("Only who wrote a note, or a curator, can delete it."))


# --- Inside -------------------------------------------------------------------


def fill(note: Annotation, body: str, visibility: str) -> None:
    """Put the next version's text into a note, which is not saved yet."""
    note.body = clean(body)
    note.html, note.renderer = markdown.render(note.body), markdown.RENDERER
    note.visibility = Visibility(visibility)
    note.version += 1


def clean(body: str) -> str:
    """Return the text as it is kept. Raises NoText."""
    body = body.replace("\r\n", "\n").strip("\n")
    if not body.strip():
        raise NoText(_("A note needs some text. Nothing was saved."))
    return body
