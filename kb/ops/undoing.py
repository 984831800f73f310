"""Undo what was done to many things at once: an import, or what a curator did."""

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kb.models import Run
from kb.models.runs import OF_THE_DESK, Outcome, RunKind
from kb.ops import deeds, runs
from kb.ops.acting import acting
from kb.ops.errors import NotUndone, OpError
from kb.ops.imports import undoing as imports
from kb.ops.watching import Clock, Watch

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

UNDOABLE = (RunKind.IMPORT, *OF_THE_DESK)
FAULT = "A fault of this site, which its log tells. Nothing was undone."
QUICK = 200  # rows; what touched no more is undone at once, without a job


def begin(run: Run, *, by: "User | None", now: "datetime") -> Run:
    """Let the next job undo a run; asked twice, it is the same undoing.

    Raises NotUndone.
    """
    with acting(by, f"undo {run.kind} {run.subject}"):
        kept = Run.objects.select_for_update().get(pk=run.pk)
        open_or_done = kept.undoings.exclude(outcome=Outcome.FAILED)
        if there := open_or_done.first():
            return there
        refuse(kept)
        undoing = runs.begin(RunKind.UNDO, kept.subject, by=by, now=now)
        Run.objects.filter(pk=undoing.pk).update(undoes=kept)
        return undoing


def refuse(run: Run) -> None:
    """Raise NotUndone for what cannot be undone, or not any more."""
    if run.kind not in UNDOABLE or run.outcome != Outcome.DONE or not run.context:
        raise NotUndone(_("There is nothing to undo."))
    if run.kind == RunKind.IMPORT:
        imports.refuse_unless_last(run)


def undo(run: Run, *, by: "User | None", clock: Clock) -> Run:
    """Begin to undo a run; what is small is done at once, the rest by the next job.

    Raises NotUndone.
    """
    undoing = begin(run, by=by, now=clock())
    if run.kind in OF_THE_DESK and run.total <= QUICK:
        undo_next(clock=clock, only=undoing)
        undoing.refresh_from_db()
    return undoing


def undo_next(*, clock: Clock, only: Run | None = None) -> bool:
    """Undo one run that is to be undone, and say whether there was one.

    Whole or not at all: one whose process was killed waits again. Several processes
    may do this.
    """
    with transaction.atomic():
        waiting = Run.objects.running().filter(kind=RunKind.UNDO)
        if only:
            waiting = waiting.filter(pk=only.pk)
        locked = waiting.select_for_update(skip_locked=True, of=("self",))
        undoing = locked.select_related("undoes", "asked_by").order_by("pk").first()
        if undoing is None:
            return False
        problem = attempt(undoing, clock=clock)
    if problem:
        runs.finish(undoing, now=clock(), problem=problem)
    return True


def attempt(undoing: Run, *, clock: Clock) -> str:
    """Undo a run and note what came of it; return why not, if it could not be."""
    by, now, watch = undoing.asked_by, clock(), Watch(undoing, clock)
    done = undoing.undoes
    assert done, "a run of this kind is begun with what it undoes"  # noqa: S101
    try:
        with acting(by, f"undo {done.kind} {undoing.subject}"):
            if done.kind == RunKind.IMPORT:
                told = imports.Undoing(done, watch, by=by, now=now).write()
                watch.end(told.removed + told.put_back, told.as_json())
            else:
                report = deeds.PuttingBack(done, by=by, now=now).write()
                watch.end(report["put_back"], report)
    except OpError as refusal:
        return str(refusal)
    except Exception:  # whatever it is, it must not come again and again
        log.exception("“%s” was not undone.", undoing.subject)
        return FAULT
    return ""
