"""Keep a record of long work: of what is done, and of what is under way."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zlib import crc32

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet

from kb.models import Run
from kb.models.runs import Outcome, RunKind
from kb.ops.acting import acting

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SUBJECT_LENGTH = 300
STOPPABLE = (RunKind.IMPORT, RunKind.BULK)
TICKED = "jobs:ticked"  # in the cache: when the schedule last reached a worker
TICK_LASTS = 3600  # seconds
LONGEST = timedelta(hours=24)  # a whole harvest of arXiv takes some three
ABANDONED = "It did not come to an end within a day; its process was stopped or killed."


def record(
    kind: str,
    subject: str,
    *,
    by: "User | None",
    started: datetime,
    now: datetime,
    report: Mapping[str, Any],
) -> Run:
    """Record work that is done."""
    return Run.objects.create(
        kind=kind,
        subject=subject[:SUBJECT_LENGTH],
        asked_by=by,
        started_at=started,
        finished_at=now,
        outcome=Outcome.DONE,
        report=dict(report),
    )


def remember(run: Run, context: UUID) -> None:
    """Note what the history knows the changes of a run by, to undo them."""
    Run.objects.filter(pk=run.pk).update(context=context)


def begin(kind: str, subject: str, *, by: "User | None", now: datetime) -> Run:
    """Record that work begins; who does it says how far it is, and when it ends."""
    return Run.objects.create(
        kind=kind, subject=subject[:SUBJECT_LENGTH], asked_by=by, started_at=now
    )


def burst(kind: str, subject: str, *, by: "User | None", now: datetime) -> Run:
    """Return the run of this kind and subject that is under way, else begin one.

    Many processes may work at it together.
    """
    if run := running(kind, subject).first():
        return run
    with acting(by, "begin run"):
        with connection.cursor() as cursor:
            lock = crc32(f"{kind} {subject}".encode())
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        return running(kind, subject).first() or begin(kind, subject, by=by, now=now)


def running(kind: str, subject: str) -> "QuerySet[Run]":
    """Return what is under way of this kind and subject."""
    named = Run.objects.filter(kind=kind, subject=subject[:SUBJECT_LENGTH])
    return named.filter(outcome=Outcome.RUNNING)


def show(run: Run, *, done: int, total: int, report: Mapping[str, Any]) -> None:
    """Say how far the work is."""
    Run.objects.filter(pk=run.pk).update(
        done=max(done, 0), total=total, report=dict(report)
    )


@transaction.atomic
def add(run: Run, counts: Mapping[str, int], *, left: int) -> None:
    """Add a part that is done, counted by outcome, of what `left` is still to do.

    Several processes may add to one run.
    """
    kept = Run.objects.select_for_update().get(pk=run.pk)
    kept.done += sum(counts.values())
    kept.total = kept.done + left
    kept.report |= {
        name: kept.report.get(name, 0) + count for name, count in counts.items()
    }
    kept.save(update_fields=["done", "total", "report"])


def note(kind: str, subject: str, problem: str) -> None:
    """Say what went wrong with what is under way, and goes on."""
    running(kind, subject).update(problem=problem)


def finish(run: Run, *, now: datetime, problem: str = "") -> None:
    """Say that the work came to its end, or with a problem that it did not."""
    Run.objects.filter(pk=run.pk, outcome=Outcome.RUNNING).update(
        finished_at=now,
        outcome=Outcome.FAILED if problem else Outcome.DONE,
        problem=problem,
    )


def stop(run: Run, *, by: "User", now: datetime) -> None:
    """Stop an import or bulk edit that is not over: nothing of it is written."""
    with acting(by, f"stop {run.kind}"):
        Run.objects.running().filter(pk=run.pk, kind__in=STOPPABLE).update(
            outcome=Outcome.STOPPED, finished_at=now
        )


def tick(*, now: datetime) -> None:
    """Note that the schedule reaches a worker."""
    cache.set(TICKED, now, TICK_LASTS)


def fail_abandoned(*, now: datetime) -> int:
    """Mark as failed what has been under way for too long; return how many."""
    left = Run.objects.filter(outcome=Outcome.RUNNING, started_at__lt=now - LONGEST)
    return left.update(finished_at=now, outcome=Outcome.FAILED, problem=ABANDONED)
