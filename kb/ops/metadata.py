"""What curators do about arXiv: try again what failed, and end a pause."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from kb.arxiv.gate import Gate
from kb.models import Run
from kb.models.papers import PaperQuerySet
from kb.models.runs import RunKind
from kb.ops import papers, runs

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def retry(chosen: PaperQuerySet, subject: str, *, by: "User", now: datetime) -> int:
    """Make papers due at once, and record who wanted it; return how many there are.

    `subject` says which they are, for whoever reads the record.
    """
    count = papers.ask(chosen, by=by, now=now)
    if count:
        runs.record(
            RunKind.RETRY, subject, by=by, started=now, now=now, report={"due": count}
        )
    return count


def reopen(gate: Gate, *, by: "User", now: datetime) -> Run | None:
    """End the pause that keeps us from asking, and record who did; None without one.

    After a 403 this needs a person who knows why it came: arXiv takes going on for an
    attack. Raises redis.RedisError.
    """
    state = gate.state()
    if not state.blocked_until:
        return None
    ended = {"denied": state.denied, "blocked_until": state.blocked_until.isoformat()}
    gate.reopen()
    return runs.record(
        RunKind.REOPENING, state.reason, by=by, started=now, now=now, report=ended
    )
