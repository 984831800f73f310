"""Who is writing something right now: kept in Valkey or Redis, and soon forgotten.

Nothing depends on it. Without the server nobody seems to write.
"""

import logging
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, cast

import redis
from django.conf import settings
from django.contrib.auth.models import User
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

LASTS = 40  # seconds without a sign, after which somebody is taken to have left
PATIENCE = 0.5  # seconds to wait for the server


class Writing(NamedTuple):
    """Somebody who is writing, and for how many whole minutes."""

    who: str
    minutes: int


def come(thing: str, *, by: User, now: datetime) -> None:
    """Give a sign that somebody writes; since the first of these they are there."""
    try:
        server, key, name = connection(settings.REDIS_URL), key_of(thing), str(by.pk)
        seen = read(cast("bytes | None", server.hget(key, name)), now)
        since = seen[0] if seen else now
        server.hset(key, name, f"{since.timestamp()} {now.timestamp()}")
        server.expire(key, 2 * LASTS)
    except redis.RedisError as trouble:
        log.info("Nobody is told who writes: %s", trouble)


def leave(thing: str, *, by: User) -> None:
    """Say that somebody is done."""
    try:
        connection(settings.REDIS_URL).hdel(key_of(thing), str(by.pk))
    except redis.RedisError as trouble:
        log.info("Nobody is told who writes: %s", trouble)


def others(thing: str, *, but: User, now: datetime) -> list[Writing]:
    """Return who else writes, the first to begin first: at most one query."""
    try:
        kept = cast(
            "dict[bytes, bytes]", connection(settings.REDIS_URL).hgetall(key_of(thing))
        )
    except redis.RedisError as trouble:
        log.info("Nobody is told who writes: %s", trouble)
        return []
    seen = {int(name): read(value, now) for name, value in kept.items()}
    since = {key: moments[0] for key, moments in seen.items() if moments}
    since.pop(but.pk, None)
    if not since:
        return []
    people = User.objects.filter(pk__in=since, is_active=True)
    found = dict(people.values_list("pk", "username"))
    return [
        Writing(found[key], int((now - at).total_seconds() // 60))
        for key, at in sorted(since.items(), key=itemgetter(1))
        if key in found
    ]


# --- Inside -------------------------------------------------------------------


@lru_cache
def connection(url: str) -> redis.Redis:
    """Return the connections to the server, which are made when they are needed."""
    once = Retry(NoBackoff(), 0)
    return redis.from_url(url, socket_timeout=PATIENCE, retry=once)


def key_of(thing: str) -> str:
    """Return where the server keeps who writes something."""
    return f"writing:{thing}"


def read(kept: bytes | None, now: datetime) -> tuple[datetime, datetime] | None:
    """Return since when and when last somebody wrote, None if that is long ago."""
    if not kept:
        return None
    since, last = (datetime.fromtimestamp(float(at), UTC) for at in kept.split())
    return (since, last) if (now - last).total_seconds() < LASTS else None
