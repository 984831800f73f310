"""Harvest what changed at arXiv: one page of it, and of that what the library has."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import redis

from kb.arxiv.errors import ArxivUnavailable, GateClosed, TokenExpired
from kb.arxiv.harvester import Harvester
from kb.arxiv.oai import Page
from kb.arxiv.records import RawRecord
from kb.models import Harvest, Paper, Run
from kb.models.runs import RunKind
from kb.ops import runs
from kb.ops.acting import acting
from kb.ops.errors import Busy
from kb.ops.papers import queue, schedule, walks
from kb.ops.papers.applying import Taken, apply
from kb.ops.papers.denied import told_curators
from kb.ops.papers.facts import from_raw
from kb.ops.papers.refreshing import keep, note_absence

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Progress:
    """How far a walk is after a page."""

    pages: int
    records: int
    kept: int
    finished: bool


def harvest(
    claimed: Harvest, harvester: Harvester, *, by: "User | None", now: datetime
) -> Progress:
    """Ask for the next page of a harvest and keep what it says of our papers.

    The papers and where the next page begins are kept together, so that a walk that is
    cut off goes on where it was. Raises GateClosed and Busy, with the harvest given
    back, and ArxivUnavailable, with it due later.
    """
    try:
        page = next_page(claimed, harvester, now=now)
        with acting(by, "harvest from arXiv"):
            return settle(claimed, page, by=by, now=now)
    except (GateClosed, Busy, redis.RedisError, KeyboardInterrupt):
        walks.give_back(claimed)
        raise
    except ArxivUnavailable as trouble:
        postpone(claimed, trouble.cause, now=now)
        told_curators(trouble)
        raise


def next_page(claimed: Harvest, harvester: Harvester, *, now: datetime) -> Page | None:
    """Return the next page, None when arXiv no longer knows where it begins.

    A token that must have expired is not even tried: it would cost a turn.
    """
    expires_at = claimed.token_expires_at
    expired = expires_at is not None and expires_at <= now
    try:
        return harvester.page(
            since=walks.origin(claimed),
            set_spec=claimed.set_spec,
            token="" if expired else claimed.token,
        )
    except TokenExpired:
        return None


def settle(
    claimed: Harvest, page: Page | None, *, by: "User | None", now: datetime
) -> Progress:
    """Keep a page, or begin anew without a token when there is none.

    Somebody else may have asked for the page after our lease; theirs counts then.
    """
    harvest = Harvest.objects.select_for_update().get(pk=claimed.pk)
    asked = (claimed.token, claimed.since, claimed.reached_on)
    if (harvest.token, harvest.since, harvest.reached_on) == asked:
        harvest.leased_until = None
        run = runs.burst(RunKind.HARVEST, str(harvest), by=by, now=now)
        if page:
            advance(harvest, page, now=now)
        else:
            harvest.token, harvest.token_expires_at = "", None
        report(run, harvest, now=now)
        if page and not page.token:
            runs.finish(run, now=now)
            finish(harvest, now=now)
        harvest.save()
    counts = harvest.pages, harvest.records, harvest.kept
    return Progress(*counts, finished=harvest.due_at > now)


def advance(harvest: Harvest, page: Page, *, now: datetime) -> None:
    """Keep a page's papers, and note where the next page begins."""
    if harvest.reached_on is None:
        harvest.responded_on = page.responded_at.date()
        harvest.pages = harvest.records = harvest.kept = 0
    days = [record.changed_on for record in page.records if record.changed_on]
    harvest.kept += keep_records(page.records, page.deleted, now=now)
    harvest.records += len(page.records) + len(page.deleted)
    harvest.pages += 1
    harvest.reached_on = max([walks.origin(harvest), *days])
    harvest.token, harvest.token_expires_at = page.token, page.token_expires_at
    harvest.failures, harvest.problem = 0, ""


def keep_records(
    records: Iterable[RawRecord], gone: Collection[str], *, now: datetime
) -> int:
    """Keep what is said of our papers; return how many of them were spoken of.

    Of one that arXiv has deleted nothing is taken away: it counts as a day on which
    arXiv did not know it.
    """
    said = {record.id: record for record in records}
    ours = Paper.objects.filter(arxiv_id__in=[*said, *gone])
    papers = queue.locked(ours.values_list("pk", flat=True))
    relied = walks.relied_on(now=now)
    taken = []
    for paper in papers:
        if record := said.get(paper.arxiv_id or ""):
            facts = from_raw(record, live=True)
            taken.append(apply(facts, paper, now=now, harvested=relied))
        else:
            note_absence(paper, now=now)
            taken.append(Taken(paper))
    keep(taken, now=now)
    return len(papers)


def finish(harvest: Harvest, *, now: datetime) -> None:
    """End a walk: the next begins a day before this one did, by arXiv's own date."""
    if harvest.responded_on:
        harvest.since = harvest.responded_on - schedule.OVERLAP
    harvest.reached_on, harvest.finished_at = None, now
    harvest.due_at = schedule.next_harvest(now, seed=walks.seed(harvest.set_spec))


def report(run: Run, harvest: Harvest, *, now: datetime) -> None:
    """Show how far the walk is, in days of changes: nobody knows how many records."""
    until = harvest.responded_on or now.date()
    total = (until - harvest.since).days + 1
    reached = harvest.reached_on or harvest.since
    counts = {name: getattr(harvest, name) for name in ("pages", "records", "kept")}
    runs.show(run, done=(reached - harvest.since).days, total=total, report=counts)


def postpone(claimed: Harvest, problem: str, *, now: datetime) -> None:
    """Make a harvest due later after a failure, twice as late after each."""
    with acting(None, "harvest failed"):
        harvest = Harvest.objects.select_for_update().get(pk=claimed.pk)
        harvest.failures += 1
        harvest.problem, harvest.leased_until = problem, None
        harvest.due_at = schedule.next_try(now, failures=harvest.failures)
        harvest.save()
        runs.note(RunKind.HARVEST, str(harvest), problem)
