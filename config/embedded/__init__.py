"""PostgreSQL and Valkey for a machine that has neither, out of their wheels.

The servers belong to a folder `var`: their data is in it, and all processes that name
the same folder share them. Nobody else can reach them: private unix sockets, no port.
They start with the first process that asks and stop with the last, however it ends.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

from config.embedded import homes, lifetime, postgres, valkey
from config.embedded.folders import Unusable, explained, prepare, sockets

__all__ = [
    "Servers",
    "Unusable",
    "broker",
    "database",
    "discard",
    "ensure",
]


class Servers(NamedTuple):
    """Where the two servers of a folder are."""

    database_url: str
    redis_url: str


def ensure(var: Path) -> Servers:
    """Return the addresses of both servers, started when they were not running."""
    return Servers(database(var), broker(var))


def database(var: Path) -> str:
    """Return a libpq URL of PostgreSQL in `var`, started when it was not running.

    It runs at least until this process ends. Raises Unusable, and changes no data then.
    """
    with explained(prepare(var)), lifetime.alone(var):
        lifetime.join(var)
        return postgres.start(var)


def broker(var: Path) -> str:
    """Return the redis+socket URL of Valkey in `var`, on the same terms."""
    with explained(prepare(var)), lifetime.alone(var):
        lifetime.join(var)
        return valkey.start(var)


def discard(var: Path) -> None:
    """Stop the servers of `var`, whoever uses them, and delete all their data."""
    postgres.stop(var)
    valkey.stop(var)
    homes.remove(var)
    shutil.rmtree(sockets(var))
    shutil.rmtree(var, ignore_errors=True)
