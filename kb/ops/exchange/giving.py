"""Hand notes out as annotations of the W3C model."""

from typing import TYPE_CHECKING

from kb.models import Annotation as Note
from kb.models.annotations import Where
from kb.ops.exchange import addresses
from kb.webannotations import (
    Annotation,
    Collection,
    Person,
    Position,
    Quote,
    Target,
)

if TYPE_CHECKING:
    from kb.models.annotations import AnnotationQuerySet


def collection(notes: "AnnotationQuerySet", *, address: str, label: str) -> Collection:
    """Return notes, oldest first, each thread's first before its replies: one query.

    The caller has left out what whoever gets it may not see. What was deleted and only
    holds its replies together says nothing, and is left out here.
    """
    kept = notes.standing().select_related("entry", "author")
    rows = sorted(
        kept, key=lambda note: (bool(note.parent_id), note.written_at, note.pk)
    )
    return Collection(address, tuple(map(annotation, rows)), label)


def annotation(note: Note) -> Annotation:
    """Return a note as an annotation."""
    reply = note.parent_id
    return Annotation(
        id=addresses.of_note(note.pk),
        target=None if reply else target(note),
        reply_to=addresses.of_note(reply) if reply else "",
        text=note.body,
        tags=(note.meaning,) if note.meaning else (),
        creator=Person(note.author.username),
        created=note.written_at,
        modified=note.edited_at,
        private=note.private,
        resolved=note.resolved_at is not None,
    )


def target(note: Note) -> Target:
    """Return what a note is about; where its text is elsewhere too, by its words only.

    So it is where the text has no such words any more.
    """
    source = addresses.of_text(note.entry, note.where)
    if note.where == Where.ENTRY:
        return Target(source)
    quote, position = Quote(note.exact, note.prefix, note.suffix), None
    if addresses.is_ours(source) and note.orphaned_at is None:
        position = Position(note.start or 0, note.end or 0)
    return Target(source, quote, position)
