"""A list that was sent in: kept as it came, planned, chosen from, imported."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kb.models import ImportDraft, ReadingList
from kb.ops.acting import acting
from kb.ops.imports.choices import Choice, made
from kb.ops.imports.reading import Source, read
from kb.ops.imports.report import Report
from kb.ops.imports.run import NAME_LENGTH, import_source

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FILE_NAME_LENGTH = 300
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


def apply(draft: ImportDraft, *, by: "User", now: datetime) -> Report:
    """Import it, whole or not at all; then the draft is gone.

    Raises OpError, and ImportDraft.DoesNotExist where somebody imported it already.
    """
    with acting(by, f"import {draft.name}"):
        kept = ImportDraft.objects.select_for_update().get(pk=draft.pk)
        source = read(bytes(kept.source), kept.file_name)
        choice = Choice(kept.under, frozenset(kept.left_out))
        report = import_source(source, name=kept.name, by=by, now=now, choice=choice)
        kept.delete()
    return report
