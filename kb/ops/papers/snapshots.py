"""Take over a snapshot of arXiv: what it says of our papers, and others if wanted."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError

from kb.arxiv.records import RawRecord
from kb.arxiv.snapshot import Unreadable
from kb.models import Entry, Filing, Paper, Topic
from kb.models.entries import TITLE_LENGTH, Kind
from kb.ops import entries, resources
from kb.ops.acting import acting
from kb.ops.errors import Busy
from kb.ops.papers import queue, rows, schedule
from kb.ops.papers.applying import Taken, apply
from kb.ops.papers.facts import from_raw
from kb.ops.papers.refreshing import keep
from kb.text.arxiv_ids import ArxivRef

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TRIES = 20  # of a batch that members hold parts of, half a second each
BATCH = 2000  # records looked up and kept together


@dataclass(frozen=True)
class Wanted:
    """Which papers a snapshot adds to the library: those of some categories, or all.

    An archive, such as cs, stands for all its categories.
    """

    categories: frozenset[str] = frozenset()
    topic: Topic | None = None

    def wants(self, record: RawRecord) -> bool:
        """Say whether a paper is one of them."""
        if not self.categories:
            return True
        archives = {each.partition(".")[0] for each in record.categories}
        return not self.categories.isdisjoint({*record.categories, *archives})


@dataclass
class Progress:
    """What was read so far: `read` counts papers, `unreadable` are the latest lines."""

    read: int = 0
    ours: int = 0
    added: int = 0
    malformed: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """All but the lines themselves."""
        names = ("read", "ours", "added", "malformed")
        return {name: getattr(self, name) for name in names}


def take_in(
    said: Iterable[RawRecord | Unreadable],
    *,
    wanted: Wanted | None,
    by: "User | None",
    now: datetime,
) -> Iterator[Progress]:
    """Take over what a snapshot says, and yield how far it is after each batch.

    Papers that are not in the library are added if `wanted`. A batch is kept whole or
    not at all; taking in a snapshot again changes nothing.
    """
    progress, lines = Progress(), iter(said)
    while batch := list(islice(lines, BATCH)):
        records = [each for each in batch if isinstance(each, RawRecord)]
        progress.unreadable = [each for each in batch if isinstance(each, Unreadable)]
        progress.malformed += len(progress.unreadable)
        progress.read += len(records)
        ours, added = keep_batch(records, wanted=wanted, by=by, now=now)
        progress.ours += ours
        progress.added += added
        yield progress


def keep_batch(
    records: Sequence[RawRecord],
    *,
    wanted: Wanted | None,
    by: "User | None",
    now: datetime,
) -> tuple[int, int]:
    """Keep some records; return how many were ours, and how many papers were added."""
    said = {record.id: record for record in records}
    for _ in range(TRIES):
        # A member adds one of them meanwhile, which then is ours, or edits one.
        with suppress(IntegrityError, Busy):
            return attempt(said, wanted=wanted, by=by, now=now)
    return attempt(said, wanted=wanted, by=by, now=now)


def attempt(
    said: dict[str, RawRecord],
    *,
    wanted: Wanted | None,
    by: "User | None",
    now: datetime,
) -> tuple[int, int]:
    """Do it once, whole or not at all."""
    ours = dict(
        Paper.objects.filter(arxiv_id__in=list(said)).values_list("arxiv_id", "pk")
    )
    if not (ours or wanted):
        return 0, 0
    with acting(by, "snapshot of arXiv"):
        papers = queue.locked(ours.values())
        known = [(paper, said[paper.arxiv_id or ""]) for paper in papers]
        keep(
            [
                apply(from_raw(record, live=False), paper, now=now)
                for paper, record in known
            ],
            now=now,
        )
        others = [record for key, record in said.items() if key not in ours]
        added = add(others, wanted, by=by, now=now) if wanted else 0
    return len(papers), added


def add(
    records: Iterable[RawRecord], wanted: Wanted, *, by: "User | None", now: datetime
) -> int:
    """Add the papers that are wanted and return how many; the caller acts.

    One whose page or publisher's DOI is an entry already is left to people.
    """
    chosen = {
        ArxivRef(record.id, None).abs_url: record
        for record in records
        if wanted.wants(record)
    }
    taken = [new_paper(record, now=now) for record in unlisted(chosen)]
    listed = Entry.objects.bulk_create(
        new_entries([one.paper for one in taken], by=by, now=now)
    )
    for one, entry in zip(taken, listed, strict=True):
        one.paper.pk = one.paper.entry_ptr_id = entry.pk
    rows.insert(taken)
    for one in taken:
        resources.found(one.paper, now=now)
    if wanted.topic:
        file(listed, wanted.topic)
    return len(taken)


def unlisted(chosen: dict[str, RawRecord]) -> list[RawRecord]:
    """Return the records, by address, that are no entry by another name."""
    urls = set(Entry.objects.filter(url__in=list(chosen)).values_list("url", flat=True))
    named = [record.doi for record in chosen.values() if record.doi]
    dois = set(Paper.objects.filter(doi__in=named).values_list("doi", flat=True))
    return [
        record
        for url, record in chosen.items()
        if url not in urls and (not record.doi or record.doi not in dois)
    ]


def new_paper(record: RawRecord, *, now: datetime) -> Taken:
    """Return a paper with what a record says of it, unsaved; its title is arXiv's."""
    facts = from_raw(record, live=False)
    paper = Paper(arxiv_id=record.id, title_from_arxiv=True)
    taken = apply(facts, paper, now=now)
    paper.refresh_due_at = schedule.first_due(
        now, seed=record.id, latest=facts.updated_at
    )
    return taken


def new_entries(
    papers: Iterable[Paper], *, by: "User | None", now: datetime
) -> Iterator[Entry]:
    """Yield the entries these papers are, behind all others, unsaved."""
    last = entries.next_position(Entry.objects.filter(kind=Kind.PAPER))
    for position, paper in enumerate(papers, last):
        url = ArxivRef(paper.arxiv_id or "", None).abs_url
        common: dict[str, Any] = {"url": url, "source_url": url, "position": position}
        title = paper.title[:TITLE_LENGTH]
        yield Entry(kind=Kind.PAPER, title=title, added_by=by, added_at=now, **common)


def file(listed: Iterable[Entry], topic: Topic) -> None:
    """File new entries last under a topic."""
    last = entries.next_position(Filing.objects.filter(topic=topic))
    Filing.objects.bulk_create(
        Filing(topic=topic, entry=entry, position=position)
        for position, entry in enumerate(listed, last)
    )
