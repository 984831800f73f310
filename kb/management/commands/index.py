"""manage.py index: look after the search index by hand."""

import time
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.models import Change
from kb.search import check, index, sync, upkeep
from kb.search.index import NotBuilt

LOOK = 0.2  # seconds between two looks at another process's progress
LOOKS = 5  # at what differs, a second apart: it may be on its way
SHOWN = 10  # keys of entries that differ


class Command(BaseCommand):
    """Make the index anew, say how it is, or compare it with the database."""

    help = "Make the search index anew, say how it is, or verify every document of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("what", choices=("rebuild", "status", "check"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        work = {"rebuild": self.remake, "status": self.report, "check": self.compare}
        work[options["what"]]()

    # --- rebuild ------------------------------------------------------------------

    def remake(self) -> None:
        """Make a new index while the old one answers; by the indexer if it runs."""
        self.shown = -1
        if lock := upkeep.claim(wait=False):
            self.remake_here(lock)
        else:
            self.follow()

    def remake_here(self, lock: IO[str]) -> None:
        """Make it in this process."""
        with lock:
            upkeep.begin()
            keeper = sync.Keeper(told=self.tell)
            count = keeper.rebuild()
            keeper.close()
        self.stdout.write(f"The index holds {count} entries.")

    def follow(self) -> None:
        """Have the indexer make it, and show how far it is."""
        before = _answering()
        upkeep.ask()
        while upkeep.asked() or _answering() == before:
            if lock := upkeep.claim(wait=False):  # it was stopped meanwhile
                self.remake_here(lock)
                return
            if progress := index.progress():
                self.show(*progress)
            time.sleep(LOOK)
        self.stdout.write("The indexer has made it anew.")

    def tell(self, done: int, total: int) -> None:
        """Let everyone know how far it is."""
        index.tell(done, total)
        self.show(done, total)

    def show(self, done: int, total: int) -> None:
        """Show every tenth of the way."""
        if total and (tenth := 10 * done // total) != self.shown:
            self.shown = tenth
            self.stdout.write(f"{done:,} of {total:,}")

    # --- status -------------------------------------------------------------------

    def report(self) -> None:
        """Say what there is, how far it is behind, and who looks after it."""
        try:
            self.say(self.standing())
        except NotBuilt as reason:
            self.stdout.write(f"There is no index: {reason}")
        if progress := index.progress():
            self.stdout.write(f"in the making: {progress.done:,} of {progress.total:,}")
        self.stdout.write(f"indexer: {'runs' if upkeep.running() else 'does not run'}")

    def standing(self) -> dict[str, str]:
        """Return the figures of the index that answers. Raises NotBuilt."""
        searcher, generation = index.reader(), index.current()
        position, now = sync.position(searcher), sync.now().position
        late = Change.objects.filter(xid__gte=position.horizon)
        since = late.order_by("at").values_list("at", flat=True).first() or now.at
        behind = (now.at - since).total_seconds()
        size = sum(file.stat().st_size for file in index.files(generation).iterdir())
        return {
            "entries": f"{searcher.num_docs - 1:,}",
            "size": f"{size / 1e6:,.1f} MB in {searcher.num_segments} segments",
            "generation": generation.name,
            "position": f"{position.horizon}, of {position.at:%Y-%m-%d %H:%M:%S}",
            "behind": f"{late.count()} changes, {behind:.1f} s",
        }

    def say(self, figures: dict[str, str]) -> None:
        """Write figures, one in a line."""
        for name, figure in figures.items():
            self.stdout.write(f"{name}: {figure}")

    # --- check --------------------------------------------------------------------

    def compare(self) -> None:
        """Compare index and database, entry by entry; exit with 1 when they differ."""
        try:
            found = check.differences()
            for _ in range(LOOKS):
                if not any(found):
                    break
                time.sleep(1)
                found = check.differences(of=found)
        except NotBuilt as reason:
            raise CommandError(f"There is no index: {reason}") from reason
        self.say({name: _shortly(keys) for name, keys in found._asdict().items()})
        if any(found):
            raise CommandError(
                "The index is not as the database: manage.py index rebuild."
            )


def _answering() -> str:
    """Return the name of the generation that answers, "" for none."""
    try:
        return index.current().name
    except NotBuilt:
        return ""


def _shortly(keys: list[int]) -> str:
    """Return how many keys, and the first."""
    first = ", ".join(map(str, keys[:SHOWN]))
    return f"{len(keys)} ({first}{', …' if len(keys) > SHOWN else ''})" if keys else "0"
