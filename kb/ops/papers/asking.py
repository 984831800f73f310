"""How this site asks arXiv: through one gate, with every request on record."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError
from django.db.models.functions import Now

from kb.arxiv.client import BATCH, Client
from kb.arxiv.gate import Gate
from kb.arxiv.harvester import Harvester
from kb.arxiv.records import Asked
from kb.models import ArxivRequest

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
FEWER, NARROWING = "arxiv:fewer", 600  # a key, and for how many seconds it counts
LEASE = 1.4  # of the time a request may last: a gate must outlast its request


def arxiv_gate(timeout: float | None = None) -> Gate:
    """Return the one gate all processes go through.

    A dead holder's turn lasts as long as a request of `timeout` seconds, and a little.
    """
    return Gate(
        redis.from_url(settings.REDIS_URL),
        spacing=settings.ARXIV_SPACING_SECONDS,
        lease_seconds=LEASE * (timeout or settings.ARXIV_TIMEOUT_SECONDS),
    )


def arxiv_client() -> Client:
    """Return a client that asks for papers by their ids, through the gate."""
    return Client(
        settings.ARXIV_API_URL,
        arxiv_gate(),
        contact=settings.ARXIV_CONTACT,
        timeout=settings.ARXIV_TIMEOUT_SECONDS,
        on_asked=remember,
    )


def arxiv_harvester() -> Harvester:
    """Return a client that asks for what changed, through the same gate."""
    timeout = settings.ARXIV_OAI_TIMEOUT_SECONDS
    return Harvester(
        settings.ARXIV_OAI_URL,
        arxiv_gate(timeout),
        contact=settings.ARXIV_CONTACT,
        timeout=timeout,
        on_asked=remember,
    )


def remember(asked: Asked) -> None:
    """Put a request on record; the answer in hand matters more than that."""
    try:
        ArxivRequest.objects.create(
            at=Now() - timedelta(seconds=asked.seconds),
            protocol=asked.protocol,
            outcome=asked.outcome,
            seconds=asked.seconds,
            papers=asked.papers,
            cause=asked.cause,
        )
    except DatabaseError:
        log.exception("A request to arXiv could not be put on record")


def prune_requests(*, now: datetime) -> int:
    """Drop what was asked a month ago; return how many requests that was."""
    count, _each = ArxivRequest.objects.filter(at__lt=now - KEPT).delete()
    return count


def batch_size() -> int:
    """Return how many papers to ask for at once: fewer while one is being looked for.

    arXiv refuses a whole request for one identifier, and may not say for which.
    """
    return int(redis.from_url(settings.REDIS_URL).get(FEWER) or BATCH)


def ask_for_fewer(size: int) -> None:
    """Have everyone ask for so many at once, for a while."""
    redis.from_url(settings.REDIS_URL).set(FEWER, max(1, size), ex=NARROWING)


def comes_next(job: str, seconds: float) -> bool:
    """Say whether nobody has sent for this job yet to come back in so many seconds.

    Whoever is told yes must send. Without this, every message that finds the gate
    closed would send one more, and they would never get fewer.
    """
    on_its_way = max(1, int(900 * seconds))  # ms: gone when the message arrives
    server = redis.from_url(settings.REDIS_URL)
    return bool(server.set(f"arxiv:next:{job}", 1, nx=True, px=on_its_way))


Wait = Callable[[float], None]
