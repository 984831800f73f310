"""Keep what somebody found while reading elsewhere, with what they marked there."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from kb.models import Entry
from kb.models.annotations import Visibility
from kb.ops import annotations, duplicates
from kb.ops.acting import acting
from kb.ops.entries import Named, Wanted

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def keep(
    named: Named,
    wanted: Wanted,
    note: str,
    *,
    alike: Iterable[Entry] = (),
    by: "User",
    now: datetime,
) -> Entry:
    """Add an entry, and the words that were marked there as a note for oneself.

    Raises AlreadyListed, and markdown.TooLong.
    """
    with acting(by, "add entry"):
        entry = duplicates.add_beside(alike, named, wanted, by=by, now=now)
        if note.strip():
            annotations.write(entry, note, Visibility.PRIVATE, by=by, now=now)
        return entry


def quoted(text: str) -> str:
    """Return words of another page as a quotation in Markdown, "" for none."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)
