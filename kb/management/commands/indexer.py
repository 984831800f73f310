"""manage.py indexer: keep this host's search index true to the database."""

import logging
import signal
import time
from typing import IO, Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from kb.models.changes import CHANNEL
from kb.search import upkeep
from kb.search.sync import Keeper

TICK = 2.0  # seconds after which it looks without having been told
GATHER = 0.03  # seconds: what changes together is read together
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between attempts after trouble

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Apply what changes as it changes, until told to stop.

    It may be killed at any moment and goes on where the index was last committed; so
    being told to stop ends it at once, whatever it is doing.
    """

    help = "Keep this host's search index true to the database; one runs on a host."
    requires_system_checks = []  # it is back sooner after it was killed

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait for the right to write the index, and use it while it lasts."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        while True:
            lock = upkeep.claim(wait=False)
            if lock is None:
                log.info("Another indexer runs on this folder: this one waits.")
                lock = upkeep.claim(wait=True)
            if lock:
                with lock:
                    Indexer().work(lock)


class Indexer:
    """One indexer at work: it survives whatever happens to database and folder."""

    def __init__(self) -> None:
        """Know of nothing yet."""
        self.keeper = Keeper()
        self.line = Line()
        self.trouble = ""
        self.pause = FIRST_PAUSE

    def work(self, lock: IO[str]) -> None:
        """Work while it has the right to."""
        while upkeep.holds(lock):
            try:
                self.line.open()
                self.look()
                self.recovered()
                self.line.wait()
            except (DatabaseError, InterfaceError) as trouble:
                self.recover(trouble)
            except Exception as trouble:  # a full disk, or a fault of ours
                self.recover(trouble, trace=True)

    def look(self) -> None:
        """Do what is asked, and bring the index up to date."""
        if upkeep.asked():
            upkeep.begin()
            log.info("The index is made anew, as asked.")
            self.timed(self.keeper.rebuild)
        self.timed(self.keeper.refresh)

    def timed(self, work: Any) -> None:
        """Do something and say how long it took, when it did something."""
        began = time.monotonic()
        if count := work():
            log.info("%d entries in %.2f s.", count, time.monotonic() - began)

    def recovered(self) -> None:
        """Take note that all is well."""
        if self.trouble:
            log.info("All is well again.")
        self.trouble, self.pause = "", FIRST_PAUSE

    def recover(self, trouble: Exception, *, trace: bool = False) -> None:
        """Begin again in a while; say why once, not with every attempt."""
        told = f"{type(trouble).__name__}: {trouble}".strip()
        if told != self.trouble:
            log.warning("It tries again and again: %s", told, exc_info=trace)
        self.trouble = told
        self.keeper.open = None
        self.line.close()
        connection.close()
        time.sleep(self.pause)
        self.pause = min(2 * self.pause, LONGEST_PAUSE)


class Line:
    """A connection of its own on which the database tells of changes."""

    def __init__(self) -> None:
        """Be not connected."""
        self.database: BaseDatabaseWrapper = connection.copy()

    def open(self) -> None:
        """Listen, unless it does already. Raises DatabaseError."""
        if self.database.connection is None:
            with self.database.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self) -> None:
        """Wait until something changed, or for a tick. Raises DatabaseError."""
        with self.database.wrap_database_errors:
            line = self.database.connection
            if list(line.notifies(timeout=TICK, stop_after=1)):
                time.sleep(GATHER)
                list(line.notifies(timeout=0))

    def close(self) -> None:
        """Be not connected."""
        self.database.close()
