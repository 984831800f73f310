"""What was done in the library, newest first, whoever did it and wherever it is kept.

One stream of light rows from four tables. Each is asked for a page's worth only,
through an index, so that the stream costs the same wherever it is entered.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from django.db.models import Count, F, IntegerField, Max, Q, QuerySet, Value

from kb.models.annotations import Annotation, Visibility
from kb.models.entries import Entry, Status
from kb.models.history import events
from kb.models.milestones import Milestone
from kb.models.summaries import Summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User

Rows: TypeAlias = QuerySet[Any, Any]

SHOWN = (Status.INBOX, Status.LISTED)
SAVED = ("insert", "update")  # what pghistory calls rows that were written


class Deed(IntEnum):
    """What was done; at the same moment, the first of these came last."""

    HAPPENED = 0  # at arXiv; nobody here did it
    NOTED = 1
    WRITTEN = 2
    ADDED = 3


class Place(NamedTuple):
    """Where in the stream something stands: by time, then by table and key."""

    at: datetime
    deed: int
    key: int


class Act(NamedTuple):
    """One thing that was done: when, what, by whom, and how many of it.

    What somebody did at the same moment is one act, as an import is; its key is that
    of its last row.
    """

    at: datetime
    deed: Deed
    key: int
    who: int | None
    number: int

    @property
    def place(self) -> Place:
        """Where it stands in the stream."""
        return Place(self.at, self.deed, self.key)


def acts(user: User, *, by: User | None, after: Place | None, size: int) -> list[Act]:
    """Return the newest acts that a member may hear of, at most `size`: four queries.

    Private notes are none, not even one's own. `by` leaves only what one member did;
    `after` goes on behind a place in the stream.
    """
    found = [
        Act(at, deed, key, who, number)
        for deed, rows in tables(user, by, after)
        for at, key, who, number in rows[:size]
    ]
    found.sort(key=lambda act: (act.deed, -act.key))
    found.sort(key=lambda act: act.at, reverse=True)
    return found[:size]


def tables(
    user: User, by: User | None, after: Place | None
) -> Iterator[tuple[Deed, Rows]]:
    """Yield the acts of each table: time, key, person and number."""
    for deed, rows, at, who in (
        (Deed.ADDED, added(), "added_at", "added_by"),
        (Deed.WRITTEN, written(), "edited_at", "edited_by"),
        (Deed.NOTED, noted(user), "written_at", "author"),
    ):
        theirs = rows.filter(**{who: by}) if by else rows
        yield deed, together(theirs, deed, at, who, after)
    if by is None:
        yield Deed.HAPPENED, alone(happened(), after)


def together(rows: Rows, deed: Deed, at: str, who: str, after: Place | None) -> Rows:
    """Return as one act what somebody did at the same moment, newest first."""
    if after:
        rows = rows.filter(**{f"{at}__lte": after.at})
    each = rows.order_by().values(at, who)
    each = each.annotate(last=Max("pk"), number=Count("pk"))
    if after:
        each = each.filter(behind(after, deed, at))
    newest: Rows = each.order_by(f"-{at}", "-last")
    return newest.values_list(at, "last", who, "number")


def alone(rows: Rows, after: Place | None) -> Rows:
    """Return each milestone as an act of its own, newest first."""
    each = rows.annotate(last=F("pk"), who=Value(None, IntegerField()))
    if after:
        each = each.filter(behind(after, Deed.HAPPENED, "noticed_at"))
    newest: Rows = each.order_by("-noticed_at", "-pk")
    return newest.values_list("noticed_at", "last", "who", Value(1))


def behind(place: Place, deed: Deed, at: str) -> Q:
    """Return what of a table stands behind a place in the stream."""
    earlier, same = Q(**{f"{at}__lt": place.at}), Q(**{at: place.at})
    if deed < place.deed:
        return earlier
    return earlier | (same & Q(last__lt=place.key) if deed == place.deed else same)


# --- The tables -----------------------------------------------------------------


def added() -> Rows:
    """Return the entries that are there."""
    return Entry.objects.filter(status__in=SHOWN)


def written() -> Rows:
    """Return every saved text of a summary, of entries that are there."""
    remembered: Rows = QuerySet(events(Summary))
    saved = remembered.filter(pgh_label__in=SAVED).exclude(edited_by=None)
    return saved.filter(entry__status__in=SHOWN)


def noted(user: User) -> Rows:
    """Return the team's notes, on entries that are there."""
    notes = Annotation.objects.visible_to(user).standing()
    return notes.filter(visibility=Visibility.TEAM, entry__status__in=SHOWN)


def happened() -> Rows:
    """Return what happened at arXiv to papers that are there."""
    return Milestone.objects.filter(paper__status__in=SHOWN)
