"""Which papers are due, and who has them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from kb.arxiv.client import BATCH
from kb.models import Entry, Paper
from kb.models.papers import PaperQuerySet
from kb.ops.acting import acting
from kb.ops.errors import Busy

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PATIENCE = "500ms"  # half of PostgreSQL's own, after which it ends a deadlock
FEW = 10  # papers of which a person is told all: a turn for each
LEASE = 3.0  # times as long as a request may last


def lease() -> timedelta:
    """Return how long a batch is out before others may take it.

    Longer than a request may last, than the gate waits for a dead worker's, and than
    keeping an answer takes. Others fetch other papers meanwhile.
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
    """Say until when others leave these papers alone.

    One whose row somebody holds keeps the lease it has, which will end.
    """
    with transaction.atomic():
        keys = in_order((paper.pk for paper in batch), free=True)
        Paper.objects.filter(pk__in=keys).update(leased_until=until)


def locked(keys: Iterable[int]) -> list[Paper]:
    """Return papers as they are now, by key, held until the transaction ends.

    Every writer locks the entry before the paper it is, and we in the order of keys;
    an import has its own order. Raises Busy before anybody's write could be the one
    that PostgreSQL gives up to end a deadlock.
    """
    entries = Entry.objects.filter(pk__in=list(keys)).order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
    try:
        held = list(entries.select_for_update(no_key=True).values_list("pk", flat=True))
        in_order(held)
    except OperationalError as refusal:
        if isinstance(refusal.__cause__, LockNotAvailable):
            raise Busy("Somebody is changing these papers at this moment.") from None
        raise
    return list(Paper.objects.filter(pk__in=held).order_by("pk"))


def in_order(keys: Iterable[int], *, free: bool = False) -> list[int]:
    """Hold the papers' own rows in the order of their keys, which are returned.

    With `free`, leave out those that somebody else holds.
    """
    papers = Paper.objects.filter(pk__in=list(keys)).order_by("pk")
    mine = papers.select_for_update(no_key=True, skip_locked=free, of=("self",))
    return list(mine.values_list("pk", flat=True))
