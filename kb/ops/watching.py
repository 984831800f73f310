"""Tell how far an import is while it is written, and stop it when somebody says so.

What a transaction writes nobody else sees before its end, so how far it is stands in
the cache. That it is to stop stands in its run, which others may change meanwhile.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.cache import cache

from kb.models import Run
from kb.models.runs import Outcome

STEP = 50  # entries between two looks
LASTS = 3600  # seconds for which it is told

Clock = Callable[[], datetime]


class Stopped(Exception):
    """Somebody stopped the import; nothing of it was written."""


class Watch:
    """One import under way; without a run nobody watches."""

    def __init__(self, run: Run | None = None, clock: Clock | None = None) -> None:
        """Watch an import that has begun; the clock says when it ends."""
        self.run, self.clock = run, clock

    def tell(self, done: int, total: int) -> None:
        """Tell how far it is, now and then. Raises Stopped."""
        if self.run is None or done % STEP:
            return
        cache.set(key_of(self.run), (done, total), LASTS)
        if not Run.objects.running().filter(pk=self.run.pk).exists():
            raise Stopped

    def end(self, total: int, report: dict[str, Any]) -> None:
        """Note what was done, with the rest of it or not at all. Raises Stopped."""
        if self.run is None:
            return
        ended = Run.objects.running().filter(pk=self.run.pk)
        told = {"done": total, "total": total, "report": report}
        now = self.clock() if self.clock else None
        if not ended.update(outcome=Outcome.DONE, finished_at=now, **told):
            raise Stopped


class Part(Watch):
    """An import that is a part of another run, which tells of it with the rest."""

    def tell(self, done: int, total: int) -> None:
        """Tell nothing."""

    def end(self, total: int, report: dict[str, Any]) -> None:
        """Leave the end to whom it is a part of."""


def progress(run: Run) -> tuple[int, int]:
    """Return how many entries of how many are written; 0 of 0 when nobody knows."""
    done, total = cache.get(key_of(run)) or (run.done, run.total)
    return done, total


def key_of(run: Run) -> str:
    """Return where it stands in the cache."""
    return f"import:{run.pk}"
