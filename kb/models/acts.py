"""What was done to an entry: remembered rows, put together by who did what at once.

The history pages read it in two steps. The list of all acts is light, however long
the texts are; the rows themselves are read for the acts of one page.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import Func, Model, QuerySet, TextField, Value
from pghistory.models import Context

from kb.models.blogs import Blog
from kb.models.entries import Entry, Filing, TaggedEntry
from kb.models.history import events
from kb.models.papers import Paper
from kb.models.resources import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Thing: TypeAlias = tuple[int, int]  # a row of a table: its place in TOLD, and its key


class Told(NamedTuple):
    """A table the history of an entry tells of: its part that people care about.

    `entry` is the field of its remembered rows that says which entry they are of.
    """

    model: type[Model]
    entry: str
    fields: tuple[str, ...]


TOLD = (
    Told(Entry, "pgh_obj", ("title", "url", "status")),
    Told(
        Paper,
        "pgh_obj",
        (
            *("arxiv_id", "cited_version", "latest_version", "arxiv_title", "authors"),
            *("abstract", "categories", "published_at", "withdrawn", "comment"),
            *("journal_ref", "doi", "licence"),
        ),
    ),
    Told(Blog, "pgh_obj", ("site", "author", "published_on")),
    Told(Filing, "entry", ("topic",)),
    Told(TaggedEntry, "content_object", ("tag",)),
    Told(Resource, "entry", ("url", "kind", "label", "hidden")),
)


class Remembered(NamedTuple):
    """A remembered row, without what it says but for a sign of that."""

    table: int
    thing: int
    key: int
    label: str
    at: datetime
    context: UUID | None
    sign: str


SIGNED = (
    *("table", "pgh_obj_id", "pgh_id", "pgh_label", "pgh_created_at"),
    *("pgh_context_id", "sign"),
)


class Step(NamedTuple):
    """What became of one thing; None where it was not there, or is no more."""

    before: Remembered | None
    after: Remembered | None

    @property
    def told(self) -> bool:
        """Whether anything is left of it to tell of."""
        if self.before and self.after:
            return self.before.sign != self.after.sign
        return bool(self.before or self.after)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did at once: one transaction, and the reason that was given."""

    at: datetime
    context: UUID | None
    steps: dict[Thing, Step] = field(default_factory=dict)


class Change(NamedTuple):
    """A row as it was and as it became; None where it was not there, or is no more."""

    told: Told
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Reason(NamedTuple):
    """Who did something and why; no user is the machine itself."""

    user: int | None
    reason: str


class Sign(Func):
    """What fields say together, in a few characters."""

    template = "MD5(ROW(%(expressions)s)::text)"
    output_field = TextField()


def acts(entry: int) -> list[Act]:
    """Return what was ever done to an entry, newest first: one query.

    What changed nothing that is told of is left out.
    """
    found: dict[tuple[datetime, UUID | None], Act] = {}
    last: dict[Thing, Remembered] = {}
    for row in sorted(remembered_rows(entry)):
        thing = row.table, row.thing
        act = found.setdefault((row.at, row.context), Act(row.at, row.context))
        gone = row.label == "delete"  # its row says what was there last
        if thing in act.steps:
            before = act.steps[thing].before
        else:
            before = last.get(thing) or (row if gone else None)
        act.steps[thing] = Step(before, None if gone else row)
        last[thing] = row
    for act in found.values():
        for thing in [thing for thing, step in act.steps.items() if not step.told]:
            del act.steps[thing]
    told = (act for act in found.values() if act.steps)
    return sorted(told, key=lambda act: act.at, reverse=True)


def remembered_rows(entry: int) -> list[Remembered]:
    """Return every remembered row of an entry and of what hangs on it."""
    first, *others = (signed(table, entry) for table in range(len(TOLD)))
    return [Remembered(*row) for row in first.union(*others, all=True)]


def signed(table: int, entry: int) -> QuerySet[Any, Any]:
    """Return the remembered rows of one table of TOLD, with signs for what they say."""
    told = TOLD[table]
    rows: QuerySet[Any] = QuerySet(events(told.model)).filter(**{told.entry: entry})
    rows = rows.order_by().annotate(table=Value(table), sign=Sign(*told.fields))
    named: QuerySet[Any, Any] = rows.values_list(*SIGNED)
    return named


def changes(some: Sequence[Act]) -> list[list[Change]]:
    """Return what each of these acts changed: a query for each table they touch."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for act in some:
        for (table, _thing), step in act.steps.items():
            wanted[table] |= {row.key for row in step if row}
    said = {table: values(table, keys) for table, keys in wanted.items()}
    return [
        [
            Change(
                TOLD[table],
                said[table][step.before.key] if step.before else None,
                said[table][step.after.key] if step.after else None,
            )
            for (table, _thing), step in sorted(act.steps.items())
        ]
        for act in some
    ]


def values(table: int, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what remembered rows of a table of TOLD say, by their keys."""
    told = TOLD[table]
    rows: QuerySet[Any] = QuerySet(events(told.model)).filter(pk__in=keys)
    return {row["pgh_id"]: row for row in rows.values("pgh_id", *told.fields)}


def reasons(some: Iterable[Act]) -> dict[UUID, Reason]:
    """Return who did these acts and why, by their context: one query."""
    found = Context.objects.in_bulk({act.context for act in some if act.context})
    return {
        key: Reason(context.metadata.get("user"), context.metadata.get("reason", ""))
        for key, context in found.items()
    }
