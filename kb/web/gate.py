"""What pages say of arXiv's gate; that the broker is away is one of the answers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from kb.arxiv.gate import Gate, State

PATIENCE = 1.0  # seconds a page waits for the broker
REMEMBERED = 30.0  # seconds for which every page may repeat what one has learnt


@contextmanager
def gate() -> Iterator[Gate]:
    """Give the gate all processes share, over a connection that gives up soon."""
    with redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    ) as broker:
        yield Gate(broker)


def stand() -> State | None:
    """Return how the gate stands now, None when the broker does not answer."""
    try:
        with gate() as shared:
            return shared.state()
    except redis.RedisError:
        return None


def remembered() -> State | None:
    """Return how it stood a moment ago, which costs a page nothing."""
    return _stand_in(int(time.monotonic() / REMEMBERED))


def forget() -> None:
    """Look anew the next time: this process knows that something changed."""
    _stand_in.cache_clear()


@lru_cache(maxsize=1)
def _stand_in(_moment: int) -> State | None:
    return stand()
