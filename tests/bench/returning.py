"""Lists brought into a library and handed back: how long, and whether byte by byte.

Needs settings, and a library of its own: see tests.bench.search.throwaway.
"""

import time
from collections.abc import Mapping

from django.core.management import call_command
from django.utils import timezone

from kb.models import Entry, ReadingList, Run
from kb.models.runs import RunKind
from kb.ops import undoing
from kb.ops.imports.reading import read
from kb.ops.imports.run import import_source
from kb.ops.same_list import same_list
from kb.search import sync
from tests.bench import figures

LARGE = 1_000_000  # bytes


def measured(lists: Mapping[str, bytes]) -> dict[str, float]:
    """Return the figures of lists by their names.

    First a large one, made of all of them, comes into an empty library and its index;
    then each of them into that library, where most of what it says is known already.
    """
    call_command("migrate", verbosity=0)
    large = joined(list(lists.values()))
    began = time.perf_counter()
    bring("large", large)
    imported = time.perf_counter() - began
    keeper = sync.Keeper()
    keeper.refresh()
    indexed = time.perf_counter() - began
    keeper.close()
    told = {
        "large_bytes": len(large),
        "large_entries": Entry.objects.count(),
        "large_imported_s": figures.rounded(imported),
        "large_indexed_s": figures.rounded(indexed),
    }
    began = time.perf_counter()
    undo(Run.objects.get(kind=RunKind.IMPORT))
    told["large_undone_s"] = figures.rounded(time.perf_counter() - began)
    bring("large", large)
    same = 0
    for name, data in {"large": large, **lists}.items():
        reading_list = bring(name, data) if name in lists else of(name)
        back = same_list(reading_list).data == data
        same += back and name in lists
        if not back:
            figures.say(f"{name} is not handed back as it came")
    return told | {"byte_identical_exports": same}


def joined(lists: list[bytes]) -> bytes:
    """Return whole lines of lists one after the other, up to a length."""
    whole = b"\n\n".join(data.replace(b"\r\n", b"\n") for data in lists)
    return whole[:LARGE].rpartition(b"\n")[0] + b"\n"


def bring(name: str, data: bytes) -> ReadingList:
    """Import a list, and return what is kept of it."""
    source = read(data, f"{name}.md")
    import_source(source, name=name, by=None, now=timezone.now())
    return of(name)


def undo(run: Run) -> None:
    """Undo an import, as the job does."""
    undoing.begin(run, by=None, now=timezone.now())
    undoing.undo_next(clock=timezone.now)
    if Entry.objects.exists():
        figures.say("the import was not undone")


def of(name: str) -> ReadingList:
    """Return the list of that name."""
    return ReadingList.objects.get(name=name)
