"""Keep the log of changes short."""

from datetime import datetime

from kb.models import Change
from kb.models.changes import KEPT


def prune(*, now: datetime) -> int:
    """Drop what every index has long read; return how many rows that was."""
    count, _each = Change.objects.filter(at__lt=now - KEPT).delete()
    return count
