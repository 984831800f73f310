"""A list that was sent in: kept as it came, planned, chosen from, imported."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from kb.models import ImportDraft, ReadingList, Run
from kb.models.runs import Outcome, RunKind
from kb.ops import runs
from kb.ops.acting import acting
from kb.ops.errors import OpError
from kb.ops.imports.choices import Choice, made
from kb.ops.imports.reading import Source, read
from kb.ops.imports.report import Report
from kb.ops.imports.run import NAME_LENGTH, import_source
from kb.ops.watching import Clock, Stopped, Watch
from kb.readinglist.document import NotAList

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

FILE_NAME_LENGTH = 300
FAULT = "A fault of this site, which its log tells. Nothing was imported."
KEPT = timedelta(days=7)  # somebody may want to ask the team before importing


def send(
    data: bytes, file_name: str, name: str, *, by: "User", now: datetime
) -> ImportDraft:
    """Keep what was sent, with what was chosen when a list of that name was imported.

    Raises NotAList for what cannot be read. Drafts nobody came back to are dropped.
    """
    read(data, file_name)
    name = name.strip()[:NAME_LENGTH]
    known = ReadingList.objects.filter(name=name).select_related("under").first()
    before = made(known) if known else Choice()
    with acting(by, "send list"):
        ImportDraft.objects.filter(sent_at__lt=now - KEPT).delete()
        return ImportDraft.objects.create(
            name=name,
            file_name=file_name[:FILE_NAME_LENGTH],
            source=data,
            under=before.under,
            left_out=sorted(before.left_out),
            sent_by=by,
            sent_at=now,
        )


def choose(draft: ImportDraft, choice: Choice, *, by: "User") -> None:
    """Note what somebody wants of it."""
    draft.under, draft.left_out = choice.under, sorted(choice.left_out)
    with acting(by, "choose"):
        draft.save(update_fields=["under", "left_out"])


def plan(draft: ImportDraft, *, by: "User", now: datetime) -> tuple[Report, Source]:
    """Return what importing it would do, and what was read. Raises OpError."""
    source = read(bytes(draft.source), draft.file_name)
    choice = Choice(draft.under, frozenset(draft.left_out))
    report = import_source(
        source, name=draft.name, by=by, now=now, dry_run=True, choice=choice
    )
    return report, source


def begin(draft: ImportDraft, *, by: "User", now: datetime) -> Run | None:
    """Let it be imported by the next job; None where it has been already.

    Asked twice, it is the same import.
    """
    with acting(by, f"import {draft.name}"):
        kept = ImportDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if kept is None:
            return None
        if kept.run is None or not kept.run.running:
            kept.run = runs.begin(RunKind.IMPORT, kept.name, by=by, now=now)
            kept.save(update_fields=["run"])
        return kept.run


def import_next(*, clock: Clock) -> bool:
    """Import one that waits, and say whether there was one.

    Whole or not at all: one whose process was killed waits again. Several processes
    may do this.
    """
    with transaction.atomic():
        waiting = ImportDraft.objects.filter(run__outcome=Outcome.RUNNING)
        locked = waiting.select_for_update(skip_locked=True, of=("self",))
        draft = locked.select_related("run", "under", "sent_by").first()
        if draft is None:
            return False
        problem = attempt(draft, clock=clock)
    if draft.run and problem:
        runs.finish(draft.run, now=clock(), problem=problem)
    return True


def attempt(draft: ImportDraft, *, clock: Clock) -> str:
    """Import a draft, after which it is gone; return why not, if it could not be."""
    run, now = draft.run, clock()
    by = (run.asked_by if run else None) or draft.sent_by
    watch = Watch(run, clock)
    choice = Choice(draft.under, frozenset(draft.left_out))
    try:
        with acting(by, f"import {draft.name}"):
            source = read(bytes(draft.source), draft.file_name)
            import_source(
                source, name=draft.name, by=by, now=now, choice=choice, watch=watch
            )
            ImportDraft.objects.filter(pk=draft.pk).delete()
    except Stopped:
        return ""
    except (NotAList, OpError) as refusal:
        return str(refusal)
    except Exception:  # whatever it is, it must not come again and again
        log.exception("The list “%s” was not imported.", draft.name)
        return FAULT
    return ""
