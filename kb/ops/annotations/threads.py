"""Threads: reply, settle, react, and delete without tearing them apart."""

from datetime import datetime
from typing import TYPE_CHECKING

from kb.models import Annotation, Reaction
from kb.models.annotations import Meaning, Mood
from kb.ops.acting import acting
from kb.ops.annotations.writing import fill, held, hold, once, refuse_delete

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def reply(to: Annotation, body: str, *, by: "User", now: datetime) -> Annotation:
    """Answer in the thread that a note belongs to, for whom that is visible to.

    The same reply again at once is the one that is there. Raises NoText,
    markdown.TooLong, Entry.DoesNotExist, and Annotation.DoesNotExist where there is no
    such thread, or none for them.
    """
    with acting(by, "reply"):
        hold(to.entry)
        first = thread(to, by)
        note = Annotation(
            entry=first.entry, parent=first, author=by, written_at=now, version=0
        )
        fill(note, body, first.visibility)
        return once(note)


def resolve(note: Annotation, *, by: "User", now: datetime) -> None:
    """Settle a thread; who did so first stays known. Raises Annotation.DoesNotExist."""
    with acting(by, "resolve"):
        first = thread(note, by)
        if first.resolved_at is None:
            first.resolved_at, first.resolved_by = now, by
            first.save(update_fields=["resolved_at", "resolved_by"])


def reopen(note: Annotation, *, by: "User") -> None:
    """Take a settled thread up again. Raises Annotation.DoesNotExist."""
    with acting(by, "reopen"):
        first = thread(note, by)
        if first.resolved_at:
            first.resolved_at = first.resolved_by = None
            first.save(update_fields=["resolved_at", "resolved_by"])


def react(note: Annotation, mood: str, *, on: bool, by: "User", now: datetime) -> None:
    """Say something of a note without words, or no longer; each mood once.

    Raises Annotation.DoesNotExist.
    """
    with acting(by, "react"):
        thread(note, by)
        note = Annotation.objects.standing().get(pk=note.pk)
        said = {"annotation": note, "member": by, "mood": Mood(mood)}
        if on:
            Reaction.objects.get_or_create(**said, defaults={"at": now})
        else:
            Reaction.objects.filter(**said).delete()


def delete(note: Annotation, *, by: "User", now: datetime) -> None:
    """Remove one's own note; curators remove the team's too. Raises NotYours.

    One that has replies stays as a stub without words, and goes with the last of them.
    """
    with acting(by, "delete note"):
        try:
            there = held(note)
        except Annotation.DoesNotExist:
            return  # somebody was quicker
        refuse_delete(there, by)
        if there.replies.exists():
            empty(there, now=now)
        else:
            there.delete()
            stubs = Annotation.objects.exclude(deleted_at=None).filter(replies=None)
            stubs.filter(pk=there.parent_id or 0).delete()


# --- Inside -------------------------------------------------------------------


def thread(note: Annotation, by: "User") -> Annotation:
    """Return the first note of a thread, held, if they may see it.

    Raises Annotation.DoesNotExist.
    """
    threads = Annotation.objects.select_for_update(no_key=True)
    return threads.visible_to(by).get(pk=note.parent_id or note.pk)


def empty(note: Annotation, *, now: datetime) -> None:
    """Leave nothing of a note but where it stands; its history keeps the words."""
    note.body = note.html = ""
    note.meaning, note.deleted_at = Meaning.NONE, now
    note.reactions.all().delete()
    note.save()
