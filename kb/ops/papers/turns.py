"""One turn at arXiv's gate, spent on what is wanted most."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.arxiv.records import Reply
from kb.models import Paper, Run
from kb.models.papers import PaperQuerySet
from kb.models.runs import RunKind
from kb.ops import runs
from kb.ops.errors import Busy
from kb.ops.papers import queue, walks
from kb.ops.papers.asking import (
    Wait,
    arxiv_client,
    arxiv_gate,
    arxiv_harvester,
    batch_size,
)
from kb.ops.papers.details import detail
from kb.ops.papers.harvesting import harvest
from kb.ops.papers.refreshing import figures, refresh

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

EVERYTHING_DUE = "arXiv"  # the subject of the runs in which all work together


def turn(*, now: datetime) -> float | None:
    """Use one turn for papers that are due: for a batch, else for one's details.

    Return after how many seconds to come back, None when nothing is left to do or the
    gate is shut for long: the schedule looks again soon enough.
    """
    return spent(refresh_what_is_due, now=now)


def harvest_turn(*, now: datetime) -> float | None:
    """Use one turn for a page of a harvest that is due; return as `turn` does."""
    return spent(harvest_what_is_due, now=now)


def spent(spend: Callable[[datetime], bool], *, now: datetime) -> float | None:
    """Spend a turn, if it is ours to spend; return when the next one is."""
    gate = arxiv_gate()
    try:
        gate.look()
        if not spend(now):
            return None
        gate.look()
    except GateClosed as closed:
        if not closed.blocked:
            return closed.seconds
        stop(closed.reason, now=now)
        return None
    except (ArxivUnavailable, Busy) as trouble:
        log.warning("arXiv: %s", trouble)
        return None
    return 0.0


def refresh_what_is_due(now: datetime) -> bool:
    """Fetch a batch, else one paper's details; say whether there was anything."""
    if batch := queue.claim(now=now, limit=batch_size()):
        run = runs.burst(RunKind.REFRESH, EVERYTHING_DUE, by=None, now=now)
        refresh_in(run, batch, by=None, now=now)
        return True
    if paper := queue.claim_details(now=now):
        detail(paper, arxiv_harvester(), by=None, now=now)
        return True
    if not Paper.objects.due(now).exists():
        end(EVERYTHING_DUE, now=now)
    return False


def harvest_what_is_due(now: datetime) -> bool:
    """Harvest a page; say whether one was due."""
    claimed = walks.claim(now=now)
    if claimed:
        harvest(claimed, arxiv_harvester(), by=None, now=now)
    return claimed is not None


def refresh_in(
    run: Run,
    batch: Sequence[Paper],
    *,
    by: "User | None",
    now: datetime,
    among: PaperQuerySet | None = None,
    wait: Wait | None = None,
) -> Reply:
    """Refresh a batch of the papers `among` which a run works; raise as `refresh` does.

    A run ends with the first batch that arXiv gives no answer to: the rest waits.
    """
    chosen = Paper.objects.all() if among is None else among
    try:
        reply = refresh(batch, arxiv_client(), by=by, now=now, wait=wait)
    except GateClosed as closed:
        runs.add(run, figures(closed.known), left=chosen.due(now).count())
        raise
    except ArxivUnavailable as trouble:
        runs.add(run, {"failed": len(batch)}, left=chosen.due(now).count())
        runs.finish(run, now=now, problem=trouble.cause)
        raise
    runs.add(run, figures(reply), left=chosen.due(now).count())
    return reply


def end(subject: str, *, now: datetime, problem: str = "") -> None:
    """End the refresh of this subject, if one is under way."""
    for run in runs.running(RunKind.REFRESH, subject):
        runs.finish(run, now=now, problem=problem)


def stop(reason: str, *, now: datetime) -> None:
    """End the refresh of what is due because nobody may ask; the papers stay due."""
    end(EVERYTHING_DUE, now=now, problem=f"arXiv may not be asked now: {reason}")
