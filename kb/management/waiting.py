"""Arguments and manners of the commands that ask arXiv."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from django.conf import settings
from django.core.management.base import CommandError

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.ops.errors import Busy


def refuse_when_off() -> None:
    """Stop a command where arXiv is never asked."""
    if not settings.ARXIV_ENABLED:
        raise CommandError("ARXIV_ENABLED is off: arXiv is not asked.")


@contextmanager
def in_turn(left: str) -> Iterator[None]:
    """Wait when it is not our turn, or others write; stop when nobody may ask.

    `left` says what becomes of the work that is not done.
    """
    try:
        yield
    except GateClosed as closed:
        if closed.blocked:
            raise CommandError(f"{closed}. {left}") from None
        time.sleep(closed.seconds)
    except Busy:
        time.sleep(1)
    except ArxivUnavailable as trouble:
        raise CommandError(f"{trouble}. {left}") from None
    except redis.RedisError as trouble:
        raise CommandError(
            f"The server that REDIS_URL names does not answer: {trouble} "
            f"Start it or correct REDIS_URL. {left}"
        ) from None


@contextmanager
def stoppable(left: str) -> Iterator[None]:
    """End a command that somebody stops with a sentence, not with a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError(f"Stopped. {left}") from None
