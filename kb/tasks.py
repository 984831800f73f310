"""Jobs: pick rows, call one verb. Each may run twice, or never, without harm."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.models.runs import RunKind
from kb.ops import changes, digests, mails, papers, runs

log = logging.getLogger(__name__)


def wake() -> None:
    """Ask a worker to look for due papers now; the schedule does so soon anyway."""
    refresh_due_papers.delay()


@shared_task
def refresh_due_papers() -> None:
    """Fetch one batch of the papers that are due; the schedule brings the next."""
    if not settings.ARXIV_ENABLED:
        return
    now = timezone.now()
    batch = papers.claim(now=now)
    if not batch:
        return
    try:
        reply = papers.refresh(batch, papers.arxiv_client(), by=None, now=now)
    except GateClosed as closed:
        log.info("arXiv's gate is closed for %.0f s: %s", closed.seconds, closed)
        return
    except ArxivUnavailable as trouble:
        log.warning("arXiv: %s; %d papers wait", trouble, len(batch))
        return
    runs.record(
        RunKind.REFRESH,
        f"{len(batch)}",
        by=None,
        started=now,
        now=timezone.now(),
        report=papers.figures(reply),
    )


@shared_task
def prune_changes() -> None:
    """Drop what every index has long read from the log of changes."""
    changes.prune(now=timezone.now())


@shared_task
def make_due_digests() -> None:
    """Write the digests that are due, for the next job to send."""
    digests.make_due(now=timezone.now())


@shared_task
def send_due_mails() -> None:
    """Send the mails that wait, and those that failed and are due again."""
    mails.send_due(now=timezone.now())


@shared_task
def prune_mails() -> None:
    """Drop mails that are long over."""
    mails.prune(now=timezone.now())
