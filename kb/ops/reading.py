"""Keep what a member stars, and how far they are with what they read."""

from datetime import datetime
from typing import TYPE_CHECKING

from kb.models import Entry, Reading
from kb.models.reading import State

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def star(entry: Entry, *, by: "User", on: bool, now: datetime) -> None:
    """Give the entry the member's star, or take it away."""
    keep(entry, by=by, now=now, starred=on)


def mark(entry: Entry, state: str, *, by: "User", now: datetime) -> None:
    """Say how far the member is with the entry: a State, "" for none."""
    keep(entry, by=by, now=now, state=State(state))


def keep(entry: Entry, *, by: "User", now: datetime, **marks: object) -> None:
    """Put marks into the member's one row for the entry; two at once both count."""
    Reading.objects.update_or_create(
        entry=entry, member=by, defaults={**marks, "changed_at": now}
    )
