"""Take what notes are about along, when the texts they are about change."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from kb.models import Annotation, Entry, Summary
from kb.models.annotations import PLACE
from kb.ops.annotations.texts import summary_html
from kb.text import markdown
from kb.text.anchors import Anchor, Edit, plain


def carry(entry: Entry, where: str, old: str, new: str, *, now: datetime) -> None:
    """Move the anchors of one text of an entry from its old HTML to its new one.

    What no longer fits is kept as orphaned, and taken up again when its words come
    back; "" is a text that is not there. Belongs into the transaction that changes the
    text, which holds the entry's row, so that no note is written in between.
    """
    carry_over(Annotation.objects.filter(entry=entry.pk, where=where), old, new, now)


def carry_over(notes: QuerySet[Annotation], old: str, new: str, now: datetime) -> None:
    """Move the anchors of notes, all about one text, from one HTML to another."""
    held = list(notes.select_for_update(no_key=True).order_by("pk"))
    before, after = plain(old), plain(new)
    if held and before != after:
        moved = list(carried(held, Edit(before, after), now=now))
        Annotation.objects.bulk_update(moved, ["exact", *PLACE], batch_size=500)


def renew(entry: Entry, *, now: datetime) -> None:
    """Make HTML anew that an older renderer made of an entry's summaries.

    What is about them is then counted in what readers are shown.
    """
    old = Summary.objects.filter(entry=entry.pk).exclude(renderer=markdown.RENDERER)
    for summary in old:
        html = summary_html(summary)
        carry(entry, summary.language, summary.html, html, now=now)
        summary.html, summary.renderer = html, markdown.RENDERER
        summary.save(update_fields=["html", "renderer"])


def anchor_of(note: Annotation) -> Anchor:
    """Return what of its text a note is about, as it was last known."""
    start, end = note.start or 0, note.end or 0
    return Anchor(note.exact, note.prefix, note.suffix, start, end)


def put(note: Annotation, anchor: Anchor) -> None:
    """Let a note, which is not saved yet, be about that part of its text."""
    note.exact, note.prefix, note.suffix = anchor.exact, anchor.prefix, anchor.suffix
    note.start, note.end, note.orphaned_at = anchor.start, anchor.end, None


def carried(
    notes: list[Annotation], edit: Edit, *, now: datetime
) -> Iterator[Annotation]:
    """Yield the notes that are elsewhere after an edit, changed and not saved."""
    for note in notes:
        was, gone = anchor_of(note), note.orphaned_at
        if anchor := edit.moved(was):
            put(note, anchor)
        else:
            note.orphaned_at = gone or now
        if (anchor_of(note), note.orphaned_at) != (was, gone):
            yield note
