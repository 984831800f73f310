"""Write notes and highlights: one's own, for oneself or for the team."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kb.models import Annotation, Entry
from kb.models.annotations import Meaning, Visibility
from kb.ops import notifications
from kb.ops.acting import acting
from kb.ops.annotations import anchoring
from kb.ops.annotations.anchoring import Passage
from kb.ops.annotations.carrying import put, renew
from kb.ops.annotations.speaking import note_html
from kb.ops.errors import Answered, NoText, NotYours, Outdated
from kb.text import markdown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TWICE = timedelta(minutes=1)  # the same note within it is a button pressed twice
SAME = ("body", "visibility", "where", "exact", "start", "meaning", "parent")


def write(
    entry: Entry,
    body: str,
    visibility: str,
    *,
    by: "User",
    now: datetime,
    about: Passage | None = None,
) -> Annotation:
    """Add a note to an entry, or to a passage, which needs no words: a highlight.

    The same one again at once is the one that is there. Raises NoText,
    markdown.TooLong, NotThere, anchors.Unquotable, and Entry.DoesNotExist.
    """
    note = Annotation(entry=entry, author=by, written_at=now, version=0)
    with acting(by, "write note"):
        hold(entry)
        if about:
            place(note, about, now=now)
        fill(note, body, visibility)
        return once(note)


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

    Saving what is there changes nothing. A reply stays visible to whom its thread is,
    and a thread to all who wrote in it. Raises NotYours, NoText, markdown.TooLong,
    Answered, Outdated when it was saved since, and Annotation.DoesNotExist.
    """
    with acting(by, "edit note"):
        note = held(note)
        refuse_edit(note, by)
        visibility = note.visibility if note.parent_id else visibility
        if (note.body, note.visibility) == (clean(note, body), visibility):
            return note
        if note.version != base:
            raise Outdated(_("This note was saved since you began."), note)
        if note.visibility != visibility:
            show_thread(note, visibility)
        was_private = note.private
        fill(note, body, visibility)
        note.edited_at = now
        note.save()
        notifications.of_editing(note, was_private=was_private, now=now)
    return note


def mean(note: Annotation, meaning: str, *, by: "User") -> Annotation:
    """Say what one's own highlight says of its text; one without a text says nothing.

    Raises NotYours and Annotation.DoesNotExist.
    """
    with acting(by, "edit note"):
        note = held(note)
        refuse_edit(note, by)
        if note.exact and note.meaning != meaning:
            note.meaning = Meaning(meaning)
            note.version += 1
            note.save(update_fields=["meaning", "version"])
    return note


def refuse_edit(note: Annotation, by: "User") -> None:
    """Raise NotYours unless they wrote the note."""
    if note.author_id != by.pk:
        raise NotYours(_("Only who wrote a note can change it."))


def refuse_delete(note: Annotation, by: "User") -> None:
    """Raise NotYours unless they wrote the note, or are a curator and it is public."""
    if note.author_id != by.pk and (note.private or not by.is_staff):
        raise NotYours(_("Only who wrote a note, or a curator, can delete it."))


# --- Inside -------------------------------------------------------------------


def hold(entry: Entry) -> None:
    """Let nobody else change the entry's texts, or write on it, until this is done.

    Raises Entry.DoesNotExist.
    """
    Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)


def held(note: Annotation) -> Annotation:
    """Return a note as it is now, its thread held. Raises Annotation.DoesNotExist."""
    thread = Annotation.objects.filter(pk__in=[note.parent_id or note.pk, note.pk])
    # A first note has the lowest key of its thread.
    list(thread.select_for_update(no_key=True).order_by("pk"))
    return Annotation.objects.standing().get(pk=note.pk)


def place(note: Annotation, about: Passage, *, now: datetime) -> None:
    """Let a new note be about a passage, where that is by now."""
    renew(note.entry, now=now)
    found = anchoring.located(note.entry, about)
    note.where, note.meaning = found.where, Meaning(about.meaning)
    put(note, found.anchor)


def once(note: Annotation) -> Annotation:
    """Save a new note, or return the same one if it was saved a moment ago."""
    same: dict[str, Any] = {field: getattr(note, field) for field in SAME}
    since = note.written_at - TWICE
    written = note.entry.annotations.filter(
        **same, author=note.author, written_at__gt=since, deleted_at=None
    ).first()
    if written is None:
        note.save()
        notifications.of_writing(note, now=note.written_at)
    return written or note


def fill(note: Annotation, body: str, visibility: str) -> None:
    """Put the next version's text into a note, which is not saved yet."""
    note.body = clean(note, body)
    note.html, note.renderer = note_html(note.body), markdown.RENDERER
    note.visibility = Visibility(visibility)
    note.version += 1


def clean(note: Annotation, body: str) -> str:
    """Return the text as it is kept. Raises NoText, but where a quote says enough."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not body.strip() and not note.exact:
        raise NoText(_("A note needs some text. Nothing was saved."))
    return body if body.strip() else ""


def show_thread(note: Annotation, visibility: str) -> None:
    """Let replies to one's own note be seen by whom the note is. Raises Answered."""
    replies = note.replies.all()
    if visibility == Visibility.PRIVATE and replies.exclude(author=note.author):
        raise Answered(
            _("Others have replied: what they wrote stays visible to the team.")
        )
    replies.update(visibility=visibility)
