"""A cache that may be gone: what it does not answer was not in it."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

log = logging.getLogger(__name__)


def forgiving(name: str, miss: Any = None) -> Callable[..., Any]:
    """Return the client's method `name`; it answers `miss` when Redis is gone."""
    method = getattr(RedisCacheClient, name)

    @wraps(method)
    def forgiven(self: "ForgivingClient", *words: Any, **options: Any) -> Any:
        try:
            answer = method(self, *words, **options)
        except (redis.ConnectionError, redis.TimeoutError) as problem:
            self.tell(problem)
            return miss
        self.told = False
        return answer

    return forgiven


class ForgivingClient(RedisCacheClient):
    """Django's client; without Redis it is as if everything had expired."""

    told = False

    add = forgiving("add", miss=True)  # a lock is granted rather than waited for
    fetch = forgiving("get")
    set = forgiving("set")
    touch = forgiving("touch", miss=False)
    delete = forgiving("delete", miss=False)
    get_many = forgiving("get_many", miss={})
    has_key = forgiving("has_key", miss=False)
    set_many = forgiving("set_many")
    delete_many = forgiving("delete_many")
    clear = forgiving("clear", miss=False)

    def get(self, key: Any, default: Any) -> Any:
        """Return what is kept, `default` when nothing is."""
        found = self.fetch(key, self)
        return default if found is None or found is self else found

    def tell(self, problem: redis.RedisError) -> None:
        """Log the first failure in a row: a limit that is not kept is worth a line."""
        if not self.told:
            log.warning("No cache, so log-ins are not limited: %s", problem)
        self.told = True


class ForgivingCache(RedisCache):
    """Django's Redis cache over that client."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        """Replace the client's class."""
        super().__init__(server, params)
        self._class = ForgivingClient
