"""What was done to a thing: remembered rows, put together by who did what at once.

The history pages read it in two steps. The list of all acts is light, however long
the texts are; the rows themselves are read for the acts of one page. Things are an
entry with all that hangs on it, a summary, a note, and a topic.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import Func, Model, QuerySet, TextField, Value
from pghistory.models import Context

from kb.models.annotations import Annotation
from kb.models.blogs import Blog
from kb.models.entries import Entry, Filing, TaggedEntry
from kb.models.history import events
from kb.models.papers import Paper
from kb.models.resources import Resource
from kb.models.summaries import Summary
from kb.models.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import Q

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Thing: TypeAlias = tuple[int, int]  # a row of a table: its place in TOLD, and its key


class Told(NamedTuple):
    """A table that histories tell of: its part that people care about.

    `of` is the field of its remembered rows that says which thing they belong to.
    """

    model: type[Model]
    of: str
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
    Told(Summary, "entry", ("language", "body")),
    Told(
        Annotation,
        "pgh_obj",
        ("body", "visibility", "meaning", "exact", "resolved_at", "deleted_at"),
    ),
    Told(Topic, "pgh_obj", ("name", "name_zh", "name_en", "address", "intro")),
)
ENTRY, FILING, TAGGED = 0, 3, 4  # places in TOLD
SUMMARY, NOTE, TOPIC = 6, 7, 8  # up to SUMMARY it is what an entry has


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


State: TypeAlias = "Mapping[Thing, Remembered]"  # what is there at some time


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

    @property
    def key(self) -> str:
        """What names it among the acts of a thing, in addresses."""
        moment = (self.at - EPOCH) // timedelta(microseconds=1)
        return f"{moment}-{self.context.hex[:8]}" if self.context else f"{moment}"


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


def of_entry(entry: int) -> list[Remembered]:
    """Return every remembered row of an entry and of what hangs on it, but notes."""
    tables = [signed(table, entry) for table in range(SUMMARY + 1)]
    return listed(tables[0].union(*tables[1:], all=True))


def of_summary(entry: int, language: str) -> list[Remembered]:
    """Return what is remembered of the summary of one language, deleted ones too."""
    return listed(signed(SUMMARY, entry).filter(language=language))


def of_note(note: int, seen: Q) -> list[Remembered]:
    """Return what is remembered of a note, as far as its rows are `seen`."""
    return listed(signed(NOTE, note).filter(seen))


def of_topic(topic: int) -> list[Remembered]:
    """Return what is remembered of a topic."""
    return listed(signed(TOPIC, topic))


def acts(rows: Iterable[Remembered]) -> list[Act]:
    """Return what was ever done to what these rows are of, newest first.

    What changed nothing that is told of is left out.
    """
    found: dict[tuple[datetime, UUID | None], Act] = {}
    last: dict[Thing, Remembered] = {}
    for row in sorted(rows):
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
    return sorted(told, key=lambda act: act.at)[::-1]


def state(some: Sequence[Act], key: str) -> State | None:
    """Return what was there after the act with a key; None for a key that is none's.

    `some` are all acts of a thing, as `acts` returns them.
    """
    there: dict[Thing, Remembered] = {}
    for act in reversed(some):
        for thing, step in act.steps.items():
            if step.after:
                there[thing] = step.after
            else:
                there.pop(thing, None)
        if act.key == key:
            return there
    return None


def between(old: State, new: State) -> Act:
    """Return the one act that would lead from a state to another."""
    steps = {
        thing: Step(old.get(thing), new.get(thing))
        for thing in sorted(old.keys() | new.keys())
    }
    told = {thing: step for thing, step in steps.items() if step.told}
    return Act(EPOCH, None, told)


def listed(rows: QuerySet[Any, Any]) -> list[Remembered]:
    """Read rows that are signed."""
    return [Remembered(*row) for row in rows]


def signed(table: int, of: int) -> QuerySet[Any, Any]:
    """Return a thing's remembered rows of one table of TOLD, with signs."""
    told = TOLD[table]
    rows: QuerySet[Any] = QuerySet(events(told.model)).filter(**{told.of: of})
    rows = rows.order_by().annotate(table=Value(table), sign=Sign(*told.fields))
    named: QuerySet[Any, Any] = rows.values_list(*SIGNED)
    return named


def changes(some: Sequence[Act]) -> list[list[Change]]:
    """Return what each of these acts changed: a query for each table they touch."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for act in some:
        for (table, _thing), step in act.steps.items():
            wanted[table] |= {row.key for row in step if row}
    found = {table: values(table, keys) for table, keys in wanted.items()}
    return [
        [
            Change(
                TOLD[table],
                found[table][step.before.key] if step.before else None,
                found[table][step.after.key] if step.after else None,
            )
            for (table, _thing), step in sorted(act.steps.items())
        ]
        for act in some
    ]


def said(there: State, table: int, *more: str) -> list[dict[str, Any]]:
    """Return what the rows of one table of TOLD say in a state, and `more` fields."""
    keys = [row.key for (place, _thing), row in sorted(there.items()) if place == table]
    rows = values(table, keys, *more)
    return [rows[key] for key in keys]


def values(table: int, keys: Iterable[int], *more: str) -> dict[int, dict[str, Any]]:
    """Return what remembered rows of a table of TOLD say, by their keys."""
    told = TOLD[table]
    rows: QuerySet[Any] = QuerySet(events(told.model)).filter(pk__in=keys)
    return {row["pgh_id"]: row for row in rows.values("pgh_id", *told.fields, *more)}


def reasons(some: Iterable[Act]) -> dict[UUID, Reason]:
    """Return who did these acts and why, by their context: one query."""
    found = Context.objects.in_bulk({act.context for act in some if act.context})
    return {
        key: Reason(context.metadata.get("user"), context.metadata.get("reason", ""))
        for key, context in found.items()
    }
