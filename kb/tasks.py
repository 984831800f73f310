"""Jobs: pick rows, call one verb. Each may run twice, or never, without harm.

The schedule only nudges: due dates and leases in the database say what there is to do
and who does it. A job that asks arXiv takes one turn and ends; a message that arrives
when the gate opens takes the next.
"""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from kb.ops import (
    bin,  # noqa: A004 - the word for it
    bulk,
    changes,
    digests,
    links,
    mails,
    papers,
    runs,
    syncing,
    undoing,
)
from kb.ops.imports import drafts

NEAR = 30.0  # seconds; for a gate that opens later the schedule comes soon enough


def wake() -> None:
    """Ask a worker to look for due papers now; the schedule does so soon anyway."""
    refresh_due_papers.delay()


def come_back(job: Any, seconds: float | None) -> None:
    """Send for a job once more, in so many seconds, unless somebody has."""
    if seconds is None or seconds > NEAR:
        return
    if papers.comes_next(job.name, seconds):
        job.apply_async(countdown=seconds, expires=seconds + NEAR)


@shared_task(reject_on_worker_lost=True)
def refresh_due_papers() -> None:
    """Use a turn at arXiv's gate for papers that are due."""
    if settings.ARXIV_ENABLED:
        come_back(refresh_due_papers, papers.turn(now=timezone.now()))


@shared_task(reject_on_worker_lost=True)
def harvest_due() -> None:
    """Use a turn at arXiv's gate for a page of a harvest that is due."""
    if settings.ARXIV_HARVEST:
        come_back(harvest_due, papers.harvest_turn(now=timezone.now()))


@shared_task(reject_on_worker_lost=True)
def import_sent_lists() -> None:
    """Import the lists that wait, one after the other."""
    while drafts.import_next(clock=timezone.now):
        pass


@shared_task(reject_on_worker_lost=True)
def undo_runs() -> None:
    """Undo what somebody asked to undo, one after the other."""
    while undoing.undo_next(clock=timezone.now):
        pass


@shared_task(reject_on_worker_lost=True)
def edit_many() -> None:
    """Do the bulk edits that wait, one after the other."""
    while bulk.change_next(clock=timezone.now):
        pass


@shared_task
def check_links() -> None:
    """Look at links that are due, and read what new blog posts say."""
    if settings.FETCH_ENABLED:
        links.take_up(now=timezone.now())
        links.check(clock=timezone.now)


@shared_task
def sync_lists() -> None:
    """Bring lists and their files in checkouts of Git in step."""
    for name, path in settings.SYNC_LISTS.items():
        syncing.sync(name, path, now=timezone.now())


@shared_task
def keep_order() -> None:
    """Fetch by age what no harvest keeps fresh; give up what runs without end."""
    now = timezone.now()
    papers.take_over(now=now)
    runs.fail_abandoned(now=now)


@shared_task
def tick() -> None:
    """Note that the schedule reaches a worker."""
    runs.tick(now=timezone.now())


@shared_task
def prune_changes() -> None:
    """Drop what every index has long read from the log of changes."""
    changes.prune(now=timezone.now())


@shared_task
def prune_requests() -> None:
    """Drop what arXiv was asked a month ago."""
    papers.prune_requests(now=timezone.now())


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


@shared_task
def purge_bin() -> None:
    """Delete for good what has been in the bin for long enough."""
    bin.purge(now=timezone.now())
