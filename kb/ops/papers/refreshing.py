"""Fetch papers' metadata from arXiv, a batch at a time."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import redis
from django.db import DataError, IntegrityError, transaction

from kb.arxiv.client import Client
from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.arxiv.records import Reply
from kb.models import Paper
from kb.models.annotations import Where
from kb.models.papers import RefreshState
from kb.ops import annotations, notifications, resources
from kb.ops.acting import acting
from kb.ops.annotations.texts import abstract_html
from kb.ops.papers import queue, rows, schedule
from kb.ops.papers.applying import Taken, apply
from kb.ops.papers.asking import Wait, ask_for_fewer
from kb.ops.papers.denied import told_curators
from kb.ops.papers.facts import from_atom
from kb.ops.papers.walks import relied_on

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

NEXT = timedelta(days=1)
ABSENT_AFTER = 3  # days on which arXiv must not know an id before we believe it
AFTER_REJECTION = timedelta(days=30)  # an id that is none will not become one
TROUBLE = [
    *("refresh_state", "refresh_problem", "failures"),
    *("refresh_due_at", "leased_until"),
]
UNFIT = (DataError, IntegrityError, ValueError)  # what a record itself can cause


def refresh(
    batch: Sequence[Paper],
    client: Client,
    *,
    by: "User | None",
    now: datetime,
    wait: Wait | None = None,
) -> Reply:
    """Fetch the metadata of at most 100 arXiv papers in one request and keep it.

    `wait` lets the seconds until our turn pass. Without it, or when arXiv wants to be
    left alone, raises GateClosed, with the batch given back, as redis.RedisError does;
    raises ArxivUnavailable with the papers due later, and Busy with the batch claimed
    until its lease is over. What was known is never lost.
    """
    ids = [paper.arxiv_id for paper in batch if paper.arxiv_id]
    try:
        reply = client.fetch(ids, wait=wait)
        settle_all(batch, reply, by=by, now=now)
    except (GateClosed, ArxivUnavailable) as trouble:
        rest = settle_all(batch, trouble.known, by=by, now=now)
        if isinstance(trouble, GateClosed):
            queue.give_back(rest)
            if len(rest) == len(ids) > trouble.unasked > 0:
                ask_for_fewer(trouble.unasked)
        else:
            postpone(rest, trouble.cause, now=now)
            told_curators(trouble)
        raise
    except (redis.RedisError, KeyboardInterrupt):
        queue.give_back(batch)
        raise
    return reply


def settle_all(
    batch: Sequence[Paper], reply: Reply, *, by: "User | None", now: datetime
) -> list[Paper]:
    """Keep all that a reply says; return the papers it says nothing of."""
    harvested = relied_on(now=now)
    with acting(by, "refresh from arXiv"):
        papers = queue.locked(paper.pk for paper in batch)
        told = [settle(paper, reply, now=now, harvested=harvested) for paper in papers]
        keep([taken for taken in told if taken], now=now)
    return [paper for paper, taken in zip(papers, told, strict=True) if not taken]


def settle(
    paper: Paper, reply: Reply, *, now: datetime, harvested: Collection[str]
) -> Taken | None:
    """Return the paper with what the reply says of it, None if that is nothing.

    It says what arXiv has, that it has nothing, or why the id was refused.
    """
    arxiv_id = paper.arxiv_id or ""
    taken = Taken(paper)
    if record := reply.found.get(arxiv_id):
        taken = apply(from_atom(record), paper, now=now, harvested=harvested)
    elif arxiv_id in reply.rejected:
        note_trouble(paper, RefreshState.REJECTED, reply.rejected[arxiv_id])
        paper.refresh_due_at = now + AFTER_REJECTION
    elif arxiv_id in reply.absent:
        note_absence(paper, now=now)
    else:
        return None
    paper.leased_until = None
    return taken


def keep(taken: Sequence[Taken], *, now: datetime) -> None:
    """Write what papers took over; one that cannot be stored delays no other."""
    try:
        store(taken, now=now)
    except UNFIT:
        for one in taken:
            keep_alone(one, now=now)


def keep_alone(taken: Taken, *, now: datetime) -> None:
    """Write one paper, or try again later."""
    try:
        store([taken], now=now)
    except UNFIT as misfit:
        log.warning("%s cannot be stored: %s", taken.paper.arxiv_id, misfit)
        problem = f"arXiv's record cannot be stored: {misfit}"
        postpone([taken.paper], problem, now=now)


@transaction.atomic
def store(taken: Sequence[Taken], *, now: datetime) -> None:
    """Write it all, with links and notes that hang on texts, and tell who follows."""
    rows.write(taken)
    happened = [each for one in taken for each in one.happened]
    notifications.of_milestones(happened, now=now)
    for one in taken:
        if one.changed:
            resources.found(one.paper, now=now)
            carry_notes(one.paper, one.abstract_was, now=now)


def carry_notes(paper: Paper, shown: str, *, now: datetime) -> None:
    """Take along what is noted of an abstract, if it reads otherwise than `shown`."""
    if paper.abstract != shown:
        old, new = abstract_html(shown), abstract_html(paper.abstract)
        annotations.carry(paper, Where.ABSTRACT, old, new, now=now)


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
    paper.details_due = False
    paper.refresh_due_at = now + NEXT


def note_trouble(paper: Paper, state: RefreshState, problem: str) -> None:
    """Say what went wrong; metadata fetched before keeps standing."""
    paper.refresh_state, paper.refresh_problem = state, problem
    paper.failures += 1


def postpone(batch: Iterable[Paper], problem: str, *, now: datetime) -> None:
    """Make papers due later after a failure, twice as late after each.

    One whose row somebody holds stays due, and claimed until its lease is over.
    """
    with acting(None, "refresh failed"):
        keys = queue.in_order((paper.pk for paper in batch), free=True)
        for paper in Paper.objects.filter(pk__in=keys):
            note_trouble(paper, RefreshState.FAILED, problem)
            paper.refresh_due_at = schedule.next_try(now, failures=paper.failures)
            paper.leased_until = None
            paper.save(update_fields=TROUBLE)


def figures(reply: Reply) -> dict[str, int]:
    """Return how many papers had each outcome."""
    return {
        "found": len(reply.found),
        "absent": len(reply.absent),
        "rejected": len(reply.rejected),
    }
