"""Make two entries one: all that hangs on either survives, and it can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kb.models import (
    Annotation,
    Blog,
    Entry,
    Filing,
    ListItem,
    Notification,
    Paper,
    Reading,
    Resource,
    Run,
    Summary,
    TaggedEntry,
)
from kb.models.annotations import Where
from kb.models.entries import GONE, Kind, Status
from kb.models.reading import State
from kb.models.resources import ResourceKind, Source
from kb.models.runs import RunKind
from kb.ops import annotations, deeds, entries, summaries
from kb.ops.bin import AWAY_FIELDS
from kb.ops.errors import NotMerged
from kb.text import forges

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT, OTHER, BOTH = "kept", "other", "both"
RULE = "\n\n---\n\n"  # between two summaries that are both kept
STATES = (State.NONE, State.TO_READ, State.READING, State.READ)
# What can be taken from the other entry, by kind; arXiv's papers have arXiv's words.
FACTS = {
    Kind.BLOG: ("author", "site", "published_on"),
    Kind.PAPER: ("authors", "abstract", "doi", "journal_ref", "published_at"),
}


@dataclass(frozen=True)
class Choice:
    """What the one entry shall say, where the two differ: KEPT, OTHER, or BOTH.

    BOTH is for summaries, by language. What is not said is KEPT; of summaries, BOTH.
    """

    title: str = KEPT
    facts: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)


def merge(
    kept: Entry, other: Entry, choice: Choice, *, by: "User | None", now: datetime
) -> Run:
    """Make `other` a part of `kept`; return the run by which it is undone.

    Notes, summaries, marks, tags, places, links and what lists said of it are the one
    entry's; the other's address leads there. Raises NotMerged.
    """
    with deeds.doing(RunKind.MERGE, kept.title, by=by, now=now) as run:
        both = Entry.objects.filter(pk__in=[kept.pk, other.pk]).order_by("pk")
        rows = {entry.pk: entry for entry in both.select_for_update()}
        refuse(rows, kept, other)
        work = Merging(rows[kept.pk], rows[other.pk], by=by, now=now)
        places = deeds.places_of(kept, other)
        run.report = work.write(choice)
        run.aside = {"readings": work.readings, "places": places}
        run.done = run.total = 1
        return run


def refuse(rows: Mapping[int, Entry], kept: Entry, other: Entry) -> None:
    """Raise NotMerged unless both are entries, and two."""
    if kept.pk == other.pk:
        raise NotMerged(_("These are one entry already."))
    for entry in (kept, other):
        if entry.pk not in rows or rows[entry.pk].status in GONE:
            raise NotMerged(
                _("“%(title)s” is in the bin, or was merged.") % {"title": entry}
            )


def differing(kept: Entry, other: Entry) -> list[str]:
    """Return the facts that can be chosen: both say them, and not the same."""
    return [
        name
        for name in facts_of(kept, other)
        if said(kept, name)
        and said(other, name) not in ("", [], None, said(kept, name))
    ]


def facts_of(kept: Entry, other: Entry) -> tuple[str, ...]:
    """Return which facts the one entry may take from the other."""
    paper = getattr(kept, "paper", None)
    if kept.kind != other.kind or (paper and paper.arxiv_id):
        return ()
    return FACTS[Kind(kept.kind)]


def said(entry: Entry, name: str) -> Any:
    """Return what an entry's own row says of a fact."""
    return getattr(getattr(entry, entry.kind), name)


class Merging:
    """Two entries that become one, inside a deed."""

    def __init__(
        self, kept: Entry, other: Entry, *, by: "User | None", now: datetime
    ) -> None:
        """Both rows are locked."""
        self.kept, self.other, self.both = kept, other, (other, kept)
        self.by, self.now = by, now
        self.readings: list[dict[str, Any]] = []

    def write(self, choice: Choice) -> dict[str, Any]:
        """Do it; return what a person is told of it."""
        notes = list(self.other.annotations.values_list("pk", flat=True))
        self.facts(choice)
        self.filings()
        self.tags()
        self.links()
        self.texts(choice, notes)
        self.notes(notes)
        self.marks()
        self.items()
        self.other.away_from = self.other.status
        self.other.status, self.other.merged_into = Status.MERGED, self.kept
        self.other.away_at, self.other.away_by = self.now, self.by
        self.other.save(update_fields=[*AWAY_FIELDS, "merged_into"])
        return {
            "kept": self.kept.pk,
            "other": self.other.pk,
            "called": self.other.title,
            "notes_moved": len(notes),
        }

    def facts(self, choice: Choice) -> None:
        """Take from the other what is chosen, and what the one does not say."""
        if choice.title == OTHER:
            entries.retitle(self.kept, self.other.title)
        taken = {
            name: said(self.other, name)
            for name in facts_of(self.kept, self.other)
            if choice.facts.get(name) == OTHER or not said(self.kept, name)
        }
        if taken:
            table = Blog if self.kept.kind == Kind.BLOG else Paper
            table.objects.filter(pk=self.kept.pk).update(**taken)

    def filings(self) -> None:
        """Take the other's places over; in a topic of both the one has its own."""
        there = self.kept.filings.values("topic")
        Filing.objects.filter(entry=self.other).exclude(
            topic__in=list(there.values_list("topic", flat=True))
        ).update(entry=self.kept)

    def tags(self) -> None:
        """Take the other's tags over."""
        there = list(self.kept.tagged.values_list("tag", flat=True))
        theirs = TaggedEntry.objects.filter(content_object=self.other)
        theirs.exclude(tag__in=there).update(content_object=self.kept)

    def links(self) -> None:
        """Take the other's links over, and its address as one of them."""
        there = list(self.kept.resources.values_list("url", flat=True))
        theirs = Resource.objects.filter(entry=self.other)
        theirs.exclude(url__in=[*there, self.kept.url or ""]).update(entry=self.kept)
        address = self.other.url
        if address and address not in [*there, self.kept.url]:
            link = forges.link(address)
            Resource.objects.get_or_create(
                entry=self.kept,
                url=address,
                defaults={
                    "kind": link.kind if link else ResourceKind.OTHER,
                    "source": Source.MEMBER,
                    "added_by": self.by,
                    "added_at": self.now,
                },
            )

    def notes(self, notes: list[int]) -> None:
        """Take the other's notes over, and let news of them lead to the one."""
        Annotation.objects.filter(pk__in=notes).update(entry=self.kept)
        Notification.objects.filter(annotation__in=notes).update(entry=self.kept)
        texts = (deeds.shown(entry.pk, Where.ABSTRACT) for entry in self.both)
        self.carry(notes, Where.ABSTRACT, *texts)

    def texts(self, choice: Choice, notes: list[int]) -> None:
        """Take the other's summaries over, as chosen where both have one."""
        ours = {summary.language: summary for summary in self.kept.summaries.all()}
        for summary in self.other.summaries.order_by("pk"):
            language, theirs = summary.language, summary.html
            if language not in ours:
                Summary.objects.filter(pk=summary.pk).update(entry=self.kept)
                continue
            mine = ours[language]
            body = joined(mine.body, summary.body, choice.summaries.get(language, BOTH))
            if body != mine.body:
                mine = summaries.put(
                    self.kept,
                    language,
                    body,
                    base=mine.version,
                    by=self.by,
                    now=self.now,
                )
            self.carry(notes, language, theirs, mine.html)

    def carry(self, notes: list[int], where: str, old: str, new: str) -> None:
        """Let the other's notes about a text be about the one's."""
        about = Annotation.objects.filter(pk__in=notes, where=where)
        annotations.carry_over(about, old, new, self.now)

    def marks(self) -> None:
        """Give each member the further of their marks; what they were is kept aside."""
        mine = {row.member_id: row for row in self.kept.readings.select_for_update()}
        for theirs in self.other.readings.order_by("pk"):
            row = mine.get(theirs.member_id)
            before = deeds.marks_of(row)
            row = row or Reading(entry=self.kept, member_id=theirs.member_id)
            combine(row, theirs)
            row.save()
            after = deeds.marks_of(row)
            self.readings.append({"id": row.pk, "before": before, "after": after})

    def items(self) -> None:
        """Let lists that spoke of the other speak of the one."""
        there = list(self.kept.list_items.values_list("reading_list", flat=True))
        theirs = ListItem.objects.filter(entry=self.other)
        theirs.exclude(reading_list__in=there).update(entry=self.kept)


# --- Inside -------------------------------------------------------------------


def joined(ours: str, theirs: str, chosen: str) -> str:
    """Return the text of two summaries: one of them, or both below each other."""
    if chosen == OTHER:
        return theirs
    if chosen == KEPT or theirs.strip() in ours:
        return ours
    return f"{ours.rstrip()}{RULE}{theirs}"


def combine(row: Reading, other: Reading) -> None:
    """Put the other's marks into a member's row: what they said once stays said."""
    state = max(State(row.state), State(other.state), key=STATES.index)
    versions = [row.read_version, other.read_version]
    row.read_version = None
    if state == State.READ:
        row.read_version = max(filter(None, versions), default=None)
    row.state, row.starred = state, row.starred or other.starred
    row.rating = other.rating if row.rating is None else row.rating
    if row.following is None or other.following:
        row.following = other.following
    row.changed_at = max(filter(None, [row.changed_at, other.changed_at]))
