"""Which papers are due, and who has them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from kb.models import Entry, Paper
from kb.models.papers import PaperQuerySet
from kb.ops.acting import acting

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BATCH = 100  # papers for one request
FEW = 10  # papers of which a person is told all: a turn for each
LEASE = 1.8  # of the time a request may last


def lease() -> timedelta:
    """Return how long a batch is out before others may take it.

    Longer than a request may last and than the gate waits for a dead worker's.
    """
    return timedelta(seconds=LEASE * settings.ARXIV_TIMEOUT_SECONDS)


def ask(papers: PaperQuerySet, *, by: "User | None", now: datetime) -> int:
    """Make arXiv papers due at once; return how many there are.

    Of a few their versions and licence are asked for too. One that a worker holds
    stays with that worker.
    """
    with acting(by, "ask for refresh"):
        keys = in_order(papers.on_arxiv().values_list("pk", flat=True))
        wanted = {"details_due": True} if len(keys) <= FEW else {}
        return Paper.objects.filter(pk__in=keys).update(refresh_due_at=now, **wanted)


def claim(
    *, now: datetime, limit: int = BATCH, among: PaperQuerySet | None = None
) -> list[Paper]:
    """Take the longest due papers, at most `limit`, for the time of the lease.

    They stay due: whoever dies with a batch leaves it to others after the lease,
    and nobody else fetches it meanwhile. `among` narrows the choice.
    """
    chosen = Paper.objects.all() if among is None else among
    with acting(None, "claim for refresh"):
        due = chosen.due(now).free(now)
        batch = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        hold(batch, now=now)
    return batch


def claim_details(*, now: datetime, among: PaperQuerySet | None = None) -> Paper | None:
    """Take one paper whose versions and licence are wanted, on the same terms."""
    chosen = Paper.objects.all() if among is None else among
    with acting(None, "claim for refresh"):
        wanted = chosen.on_arxiv().filter(details_due=True).free(now).order_by("pk")
        found = wanted.select_for_update(skip_locked=True, of=("self",)).first()
        hold([found] if found else [], now=now)
    return found


def hold(batch: Iterable[Paper], *, now: datetime) -> None:
    """Keep claimed papers for another lease, while waiting for a turn."""
    lend(batch, now + lease())


def give_back(batch: Iterable[Paper]) -> None:
    """Let others claim these papers at once; they are as due as before."""
    lend(batch, None)


def lend(batch: Iterable[Paper], until: datetime | None) -> None:
    """Say until when others leave these papers alone."""
    with transaction.atomic():
        keys = in_order(paper.pk for paper in batch)
        Paper.objects.filter(pk__in=keys).update(leased_until=until)


def locked(keys: Iterable[int]) -> list[Paper]:
    """Return papers as they are now, by key, held until the transaction ends.

    Every writer locks the entry before the paper it is, and both in this order.
    """
    entries = Entry.objects.filter(pk__in=list(keys)).order_by("pk")
    held = list(entries.select_for_update().values_list("pk", flat=True))
    in_order(held)
    return list(Paper.objects.filter(pk__in=held).order_by("pk"))


def in_order(keys: Iterable[int]) -> list[int]:
    """Hold the papers' own rows in the order of their keys, which are returned."""
    papers = Paper.objects.filter(pk__in=list(keys)).order_by("pk")
    return list(papers.select_for_update(of=("self",)).values_list("pk", flat=True))
