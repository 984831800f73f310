"""The index's upkeep: what the database has, brought into the index without gaps.

A transaction id below which nothing is open any more is a horizon: whatever was
committed below it is visible, and nothing will appear there later. The position of an
index is the horizon read before the changes it holds, committed together with them.
"""

from __future__ import annotations

import gc
import json
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from tantivy import Document, Query

from kb.models import Change
from kb.models.changes import KEPT
from kb.search import checksums, documents, index, schema, vocabulary
from kb.search.index import NotBuilt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from tantivy import Searcher

    from kb.search.documents import Fields

BATCH = 500  # entries read together
MOST = 1000  # entries before a commit: the newest do not wait for all of a large import
HEAP = 96_000_000  # bytes of new documents held in memory
SAFE = KEPT - timedelta(days=1)  # after a longer rest, changes may have been dropped
BEHIND = 12  # batches that are read and not yet written, some megabytes each
PART = 12_500  # documents that fit into HEAP, as a rule
FEW = 5000  # deleted documents that are never too many
IDLE = timedelta(hours=6)  # then a position is committed though nothing changed
SPELLING = timedelta(minutes=10)  # between two tables of words

log = logging.getLogger(__name__)

MAY_ASK = "SELECT has_function_privilege('pg_control_system()', 'execute')"
SYSTEM = "(SELECT system_identifier FROM pg_control_system())"
NOW = """
    SELECT pg_snapshot_xmin(snapshot)::text::bigint, clock_timestamp(),
           concat_ws('/', {system}, (SELECT oid FROM pg_database
                     WHERE datname = current_database()), 'kb_change'::regclass::oid),
           pg_snapshot_xmax(snapshot)::text::bigint
    FROM pg_current_snapshot() AS snapshot
"""


class Position(NamedTuple):
    """All that a database had committed below a horizon, at a time of its clock.

    `database` is another one when a dump was restored.
    """

    horizon: int
    at: datetime
    database: str


class Now(NamedTuple):
    """Where the database stands; no transaction has got the id `end` yet."""

    position: Position
    end: int


def now() -> Now:
    """Ask the database where it stands."""
    with connection.cursor() as cursor:
        cursor.execute(MAY_ASK)
        system = SYSTEM if cursor.fetchone() == (True,) else "NULL"
        cursor.execute(NOW.format(system=system))
        *standing, end = cursor.fetchone()
    return Now(Position(*standing), end)


def position(searcher: Searcher) -> Position:
    """Return what an index holds. Raises NotBuilt when it does not say."""
    kind = Query.term_query(schema.build(), "kind_of_document", schema.POSITION)
    for _score, address in searcher.search(kind, 1).hits:
        kept: bytes = searcher.doc(address).get_first("position")  # type: ignore[assignment]
        horizon, at, database = json.loads(bytes(kept))
        return Position(horizon, datetime.fromisoformat(at), database)
    raise NotBuilt("The index does not say what it holds.")


class Generation:
    """A generation opened to be written, where it was last committed."""

    def __init__(self, folder: Path, standing: Position | None = None) -> None:
        """Open it, a new one at the position it is going to have.

        Raises ValueError or OSError for one that is broken, or written elsewhere.
        """
        self.folder = folder
        self.index = index.opened(folder)
        self.writer = self.index.writer(HEAP, 1)
        self.standing = standing or position(self.index.searcher())
        self.committed = self.spelt = self.standing.at
        self.ahead: set[int] = set()  # changes beyond the horizon that it holds
        self.unspelt = True  # whether there are words that `spell` has not seen

    def put(self, ids: Sequence[int]) -> None:
        """Make the documents of these entries what the entries are now."""
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            found = documents.project(some)
            # Deleting by term takes whole numbers for signed ones, and finds nothing.
            self.writer.delete_documents_by_query(
                Query.term_set_query(self.index.schema, "id", some)
            )
            self.add(found.values())

    def add(self, found: Iterable[Fields]) -> None:
        """Add documents of entries that have none."""
        for fields in found:
            self.writer.add_document(Document.from_dict(fields, self.index.schema))

    def commit(self) -> None:
        """Make what was put findable, together with the position."""
        kept = json.dumps(self.standing, default=datetime.isoformat).encode()
        fields = {"kind_of_document": schema.POSITION, "position": kept}
        self.writer.delete_documents_by_term("kind_of_document", schema.POSITION)
        self.writer.add_document(Document.from_dict(fields, self.index.schema))
        self.writer.commit()
        self.committed = self.standing.at

    def catch_up(self, then: Now) -> int:
        """Put what changed up to `then`, and later if it is visible; say how much.

        With very much to do, the newest changes come first and the position stays.
        """
        log_rows = Change.objects.filter(xid__gte=self.standing.horizon)
        rows = log_rows.order_by("-pk").values_list("pk", "entry_id", "xid")
        changes = [row for row in rows if row[0] not in self.ahead]
        entries = list(dict.fromkeys(entry for _pk, entry, _xid in changes))
        chosen = entries[:MOST]
        self.put(chosen)
        if chosen == entries:
            self.standing = then.position
            self.ahead = {
                pk for pk, _entry, xid in rows if xid >= then.position.horizon
            }
        else:
            among = set(chosen)
            self.ahead |= {pk for pk, entry, _xid in changes if entry in among}
        if chosen or then.position.at - self.committed > IDLE:
            self.commit()
            self.unspelt |= bool(chosen)
        return len(chosen)

    def spell(self) -> None:
        """Keep the words that the last commit holds, for suggestions."""
        self.index.reload()
        vocabulary.write(self.folder, self.index.searcher())
        self.spelt, self.unspelt = self.standing.at, False

    def spent(self) -> bool:
        """Say whether most of what it holds is deleted, which only a new one sheds."""
        return index.waste(self.folder) > max(FEW, self.index.searcher().num_docs)


class Keeper:
    """Keeps the current generation true to the database; one for a folder."""

    def __init__(self, told: Callable[[int, int], None] = index.tell) -> None:
        """Open nothing yet; `told` hears how many of how many entries are done."""
        self.open: Generation | None = None
        self.told = told

    def refresh(self) -> int:
        """Bring the index up to date, or make it; return how many entries were read.

        Whatever it raises, call it again: nothing is lost.
        """
        then = now()
        try:
            generation = self._usable(then)
        except NotBuilt as reason:
            log.info("The index is made anew. %s", reason)
            self.open = None
            return self.rebuild()
        if generation.spent():
            return self.rebuild()
        done = generation.catch_up(then)
        if generation.unspelt and then.position.at - generation.spelt > SPELLING:
            generation.spell()
        return done

    def rebuild(self) -> int:
        """Make a new generation beside the old one, which stays fresh, and swap them.

        Return how many entries were read.
        """
        fresh = Generation(index.create(), now().position)
        ids = documents.indexed()
        part = _part(len(ids))
        with _uncollected(), _behind() as do:
            for start in range(0, len(ids), BATCH):
                self.told(start, len(ids))
                some = ids[start : start + BATCH]
                do(fresh.add, documents.project(some).values())
                if start // part != (start + BATCH) // part:
                    do(fresh.commit)
                if self.open:
                    self.open.catch_up(now())
        while fresh.catch_up(now()) == MOST:
            pass
        fresh.commit()
        fresh.spell()
        index.swap(fresh.folder)
        self.open = fresh
        return len(ids)

    def close(self) -> None:
        """Let go of the index, once the engine has tidied up behind the commits."""
        if self.open:
            self.open.writer.wait_merging_threads()
        self.open = None

    def _usable(self, then: Now) -> Generation:
        """Return the current generation. Raises NotBuilt, which says why."""
        folder = index.current()
        try:
            if self.open and self.open.folder == folder:
                index.opened(folder).searcher()
            else:
                self.open = None
                checksums.verify(index.files(folder))
                self.open = Generation(folder)
        except (OSError, ValueError) as damage:
            index.retract()
            raise NotBuilt(f"It is damaged: {damage}") from damage
        held = self.open.standing
        if held.database != then.position.database:
            raise NotBuilt("It was made from another database.")
        if held.horizon > then.end:
            raise NotBuilt("The database was set back to an earlier state.")
        if then.position.at - held.at > SAFE:
            raise NotBuilt("It was not kept up to date for too long.")
        return self.open


def _part(total: int) -> int:
    """Return how many documents to commit together, so that all become one segment.

    The engine joins eight of about the same size. One segment is smaller and faster
    than several, as it has each term once.
    """
    part = max(total, 1)
    while part > PART:
        part = -(-part // 8)
    return part


@contextmanager
def _behind() -> Iterator[Callable[..., None]]:
    """Yield what does things in another thread, in order, a few of them behind.

    The engine takes its time over a commit; meanwhile this thread reads on.
    """
    steps: deque[Future[None]] = deque()

    def do(work: Callable[..., None], *args: object) -> None:
        steps.append(thread.submit(work, *args))
        if len(steps) > BEHIND:
            steps.popleft().result()

    with ThreadPoolExecutor(1) as thread:
        yield do
        for step in steps:
            step.result()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles: there are none, and among so many objects it takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
