"""Keep what a member stars, and how far they are with what they read."""

from datetime import datetime
from typing import TYPE_CHECKING

from kb.models import Entry, Paper, Reading
from kb.models.reading import State

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def star(entry: Entry, *, by: "User", on: bool, now: datetime) -> None:
    """Give the entry the member's star, or take it away."""
    keep(entry, by=by, now=now, starred=on)


def mark(
    entry: Entry,
    state: str,
    *,
    by: "User",
    now: datetime,
    version: int | None = None,
) -> None:
    """Say how far the member is with the entry: a State, "" for none.

    `version` is the paper's that they read, the latest if not given; any other mark
    forgets which it was.
    """
    if state == State.READ and version is None:
        papers = Paper.objects.filter(pk=entry.pk)
        version = papers.values_list("latest_version", flat=True).first()
    read = version if state == State.READ else None
    keep(entry, by=by, now=now, state=State(state), read_version=read)


def rate(entry: Entry, rating: int | None, *, by: "User", now: datetime) -> None:
    """Keep what the member thinks of the entry, from 1 to 5; None for nothing."""
    keep(entry, by=by, now=now, rating=rating)


def follow(entry: Entry, *, by: "User", on: bool, now: datetime) -> None:
    """Tell the member of what happens to the entry, or no more."""
    keep(entry, by=by, now=now, following=on)


def follow_as_writer(entry: Entry, *, by: "User", now: datetime) -> None:
    """Follow what one writes about, unless one ever said whether to."""
    kept, made = Reading.objects.get_or_create(
        entry=entry, member=by, defaults={"following": True, "changed_at": now}
    )
    if not made:
        unsaid = Reading.objects.filter(pk=kept.pk, following=None)
        unsaid.update(following=True, changed_at=now)


def keep(entry: Entry, *, by: "User", now: datetime, **marks: object) -> None:
    """Put marks into the member's one row for the entry; two at once both count."""
    Reading.objects.update_or_create(
        entry=entry, member=by, defaults={**marks, "changed_at": now}
    )
