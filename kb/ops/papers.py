"""Bring papers' metadata from arXiv, without touching what people wrote."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import redis
from django.conf import settings
from django.db import DataError, IntegrityError, transaction

from kb.arxiv.client import Client
from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.arxiv.gate import Gate
from kb.arxiv.records import Reply
from kb.models import Entry, Paper, PaperVersion
from kb.models.annotations import Where
from kb.models.entries import TITLE_LENGTH
from kb.models.papers import (
    CATEGORY_LENGTH,
    DOI_LENGTH,
    PaperQuerySet,
    RefreshState,
)
from kb.ops import annotations
from kb.ops.acting import acting
from kb.ops.annotations.texts import abstract_html

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from kb.arxiv.records import Record

log = logging.getLogger(__name__)

BATCH = 100  # papers for one request
NEXT = timedelta(days=1)
ABSENT_AFTER = 3  # days on which arXiv must not know an id before we believe it
TROUBLE = [
    *("refresh_state", "refresh_problem", "failures"),
    *("refresh_due_at", "leased_until"),
]
UNFIT = (DataError, IntegrityError, ValueError)  # what a record itself can cause
LONGEST_PAUSE = timedelta(days=1)
AFTER_REJECTION = timedelta(days=30)  # an id that is none will not become one


def arxiv_gate() -> Gate:
    """Return the one gate all processes go through."""
    return Gate(
        redis.from_url(settings.REDIS_URL),
        spacing=settings.ARXIV_SPACING_SECONDS,
        lease_seconds=settings.ARXIV_TIMEOUT_SECONDS + 5,
    )


def arxiv_client() -> Client:
    """Return a client that asks through the gate."""
    return Client(
        settings.ARXIV_API_URL,
        arxiv_gate(),
        contact=settings.ARXIV_CONTACT,
        timeout=settings.ARXIV_TIMEOUT_SECONDS,
    )


def lease() -> timedelta:
    """Return how long a batch is out before others may take it.

    Longer than a request may last and than the gate waits for a dead worker's.
    """
    return timedelta(seconds=settings.ARXIV_TIMEOUT_SECONDS + 10)


def ask(papers: PaperQuerySet, *, by: "User | None", now: datetime) -> int:
    """Make arXiv papers due at once; return how many there are.

    One that a worker holds stays with that worker.
    """
    with acting(by, "ask for refresh"):
        return papers.on_arxiv().update(refresh_due_at=now)


def claim(
    *, now: datetime, limit: int = BATCH, among: PaperQuerySet | None = None
) -> list[Paper]:
    """Take the longest due papers, at most `limit`, for the time of the lease.

    They stay due: whoever dies with a batch leaves it to others after the lease,
    and nobody else fetches it meanwhile. `among` narrows the choice.
    """
    chosen = Paper.objects.all() if among is None else among
    with acting(None, "claim for refresh"):
        due = chosen.due(now).free(now)
        batch = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        keys = [paper.pk for paper in batch]
        Paper.objects.filter(pk__in=keys).update(leased_until=now + lease())
    return batch


def give_back(batch: Iterable[Paper]) -> None:
    """Let others claim these papers at once; they are as due as before."""
    keys = [paper.pk for paper in batch]
    Paper.objects.filter(pk__in=keys).update(leased_until=None)


def refresh(
    batch: Sequence[Paper], client: Client, *, by: "User | None", now: datetime
) -> Reply:
    """Fetch the metadata of at most 100 arXiv papers in one request and keep it.

    Raises GateClosed and redis.RedisError, with the batch given back, and
    ArxivUnavailable, with the papers due later; nothing that was known is lost.
    """
    try:
        reply = client.fetch([paper.arxiv_id for paper in batch if paper.arxiv_id])
    except (GateClosed, ArxivUnavailable) as trouble:
        rest = settle_all(batch, trouble.known, by=by, now=now)
        if isinstance(trouble, GateClosed):
            give_back(rest)
        else:
            postpone(rest, trouble.cause, now=now)
        raise
    except redis.RedisError:
        give_back(batch)
        raise
    settle_all(batch, reply, by=by, now=now)
    return reply


def settle_all(
    batch: Sequence[Paper], reply: Reply, *, by: "User | None", now: datetime
) -> list[Paper]:
    """Keep all that a reply says; return the papers it says nothing of."""
    keys = [paper.pk for paper in batch]
    with acting(by, "refresh from arXiv"):
        # In the order every writer locks: the entry, then the paper it is.
        entries = Entry.objects.filter(pk__in=keys).order_by("pk")
        list(entries.select_for_update().values_list("pk"))
        papers = Paper.objects.select_for_update(of=("self",)).in_bulk(keys)
        return [paper for paper in papers.values() if not keep(paper, reply, now=now)]


def keep(paper: Paper, reply: Reply, *, now: datetime) -> bool:
    """Settle one paper; what cannot be stored delays that paper and no other."""
    try:
        with transaction.atomic():
            return settle(paper, reply, now=now)
    except UNFIT as misfit:
        log.warning("%s cannot be stored: %s", paper.arxiv_id, misfit)
        postpone([paper], f"arXiv's record cannot be stored: {misfit}", now=now)
        return True


def settle(paper: Paper, reply: Reply, *, now: datetime) -> bool:
    """Keep what the reply says of one paper; return whether it says anything.

    That is its record, its absence, or why the id was refused.
    """
    arxiv_id = paper.arxiv_id or ""
    paper.leased_until = None
    if record := reply.found.get(arxiv_id):
        apply(record, paper, now=now)
    elif arxiv_id in reply.rejected:
        note_trouble(paper, RefreshState.REJECTED, reply.rejected[arxiv_id])
        paper.refresh_due_at = now + AFTER_REJECTION
        paper.save()
    elif arxiv_id in reply.absent:
        note_absence(paper, now=now)
    else:
        return False
    return True


def apply(record: "Record", paper: Paper, *, now: datetime) -> None:
    """Keep a record's fields beside what people wrote; a title of theirs stays."""
    title, shown = record.title[:TITLE_LENGTH], paper.abstract
    if paper.title_from_arxiv and title:
        paper.title = title
    paper.arxiv_title = title
    paper.authors = [asdict(author) for author in record.authors]
    paper.abstract = record.abstract or paper.abstract
    paper.categories = list(record.categories)
    paper.primary_category = record.primary_category[:CATEGORY_LENGTH]
    paper.published_at, paper.updated_at = record.published, record.updated
    paper.latest_version = record.version
    paper.withdrawn = bool(record.withdrawn)
    paper.comment = record.comment or ""
    paper.journal_ref = record.journal_ref or ""
    paper.doi = record.doi[:DOI_LENGTH] or paper.doi
    paper.refresh_state, paper.refresh_problem = RefreshState.FETCHED, ""
    paper.failures, paper.absences, paper.absent_on = 0, 0, None
    paper.refreshed_at, paper.refresh_due_at = now, now + NEXT
    paper.save()
    carry_notes(paper, shown, now=now)
    keep_versions(record, paper)


def carry_notes(paper: Paper, shown: str, *, now: datetime) -> None:
    """Take along what is noted of an abstract, if it reads otherwise than `shown`."""
    if paper.abstract != shown:
        old, new = abstract_html(shown), abstract_html(paper.abstract)
        annotations.carry(paper, Where.ABSTRACT, old, new, now=now)


def keep_versions(record: "Record", paper: Paper) -> None:
    """Remember the version the record is of, and the date of the first."""
    PaperVersion.objects.update_or_create(
        paper=paper,
        number=record.version,
        defaults={
            "submitted_at": record.updated,
            "title": record.title[:TITLE_LENGTH],
            "abstract_sha256": sha256(record.abstract.encode()).hexdigest(),
        },
    )
    PaperVersion.objects.get_or_create(
        paper=paper, number=1, defaults={"submitted_at": record.published}
    )


def note_absence(paper: Paper, *, now: datetime) -> None:
    """Count a day on which arXiv did not know the id; believe it on the third.

    It did answer, so earlier failures are over.
    """
    paper.failures, paper.refresh_problem = 0, ""
    if paper.refresh_state in {RefreshState.FAILED, RefreshState.REJECTED}:
        fetched = paper.refreshed_at is not None
        paper.refresh_state = RefreshState.FETCHED if fetched else RefreshState.NEVER
    if paper.absent_on != now.date():
        paper.absences += 1
        paper.absent_on = now.date()
    if paper.absences >= ABSENT_AFTER:
        paper.refresh_state = RefreshState.ABSENT
    paper.refresh_due_at = now + NEXT
    paper.save()


def note_trouble(paper: Paper, state: RefreshState, problem: str) -> None:
    """Say what went wrong; metadata fetched before keeps standing."""
    paper.refresh_state, paper.refresh_problem = state, problem
    paper.failures += 1


def postpone(batch: Iterable[Paper], problem: str, *, now: datetime) -> None:
    """Make papers due later after a failure, twice as late after each."""
    with acting(None, "refresh failed"):
        keys = [paper.pk for paper in batch]
        rows = Paper.objects.select_for_update(of=("self",)).in_bulk(keys)
        for paper in rows.values():
            note_trouble(paper, RefreshState.FAILED, problem)
            pause = timedelta(minutes=1) * 2 ** min(paper.failures, 11)
            paper.refresh_due_at = now + min(pause, LONGEST_PAUSE)
            paper.leased_until = None
            paper.save(update_fields=TROUBLE)


def figures(reply: Reply) -> dict[str, int]:
    """Return how many papers had each outcome."""
    return {
        "found": len(reply.found),
        "absent": len(reply.absent),
        "rejected": len(reply.rejected),
    }
