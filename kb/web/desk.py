"""The desk: all that waits for a curator, and the ways to what they keep."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kb.models import Entry, Run
from kb.models.chores import Gap, lacking
from kb.models.entries import Status
from kb.models.runs import Outcome
from kb.web.doors import curating

COUNTED = "desk:gaps"
LASTS = 60  # seconds: eight counts over all entries


@require_safe
@curating
def desk(request: HttpRequest) -> HttpResponse:
    """Show every queue with its count, and what ran last."""
    context = {
        "waiting": Entry.objects.filter(status=Status.INBOX).count(),
        "binned": Entry.objects.binned().count(),
        "gaps": gap_counts(),
        "failed": Run.objects.filter(outcome=Outcome.FAILED)[:3],
        "last": Run.objects.of_the_desk().select_related("asked_by")[:6],
    }
    return render(request, "kb/desk.html", context)


def gap_counts() -> list[tuple[Gap, int]]:
    """Return how many entries lack what; up to a minute old."""
    now = timezone.now()
    counts = cache.get(COUNTED)
    if counts is None:
        counts = {gap.value: lacking(gap, now).count() for gap in Gap}
        cache.set(COUNTED, counts, LASTS)
    return [(gap, counts.get(gap.value, 0)) for gap in Gap]
