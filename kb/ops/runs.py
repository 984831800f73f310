"""Keep a record of long work."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kb.models import Run
from kb.models.runs import Outcome

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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
        subject=subject[:300],
        asked_by=by,
        started_at=started,
        finished_at=now,
        outcome=Outcome.DONE,
        report=dict(report),
    )
