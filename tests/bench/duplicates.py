"""Possible duplicates, measured: python -m tests.bench.duplicates [ROWS].

Titles of a library are written as people miswrite them, and must be found; others are
turned into titles of other things, and must not be. A part of the library is Chinese.
On private servers, thrown away afterwards; figures go to var/bench/duplicates.json.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module

from django.core.management import call_command

from tests.bench import figures, miswritten
from tests.bench.papers import sources
from tests.bench.search import throwaway
from tests.bench.site import Failed

LONGEST = 500  # characters that the library keeps of a title
EACH = 400  # titles of each way to miswrite one, or to make another of it


def main() -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.duplicates")
    parser.add_argument("rows", type=int, nargs="?", default=10_000)
    try:
        with throwaway():
            told = measured(titles(parser.parse_args().rows))
    except Failed as failure:
        print(failure, file=sys.stderr)  # noqa: T201
        return 1
    print(figures.table(["figure", "value"], list(told.items())))  # noqa: T201
    figures.say(f"figures are in {figures.keep('duplicates', told)}")
    return 0


def titles(rows: int) -> list[str]:
    """Return so many different titles, every other one Chinese where it has one."""
    chosen = (
        source.chinese[0] if at % 2 and source.chinese else source.title
        for at, source in enumerate(sources(2 * rows))
    )
    kept = (title for title in chosen if len(title) <= LONGEST)
    return list(dict.fromkeys(kept))[:rows]


def measured(library: Sequence[str]) -> dict[str, float]:
    """Return all figures."""
    call_command("migrate", verbosity=0)
    keys = fill(library)
    same = miswritten.planted(library, miswritten.SAME, EACH)
    other = miswritten.planted(library, miswritten.OTHER, EACH)
    asked = [one.written for one in (*same, *other)]
    offered, seconds = timed(asked)
    _, alone = timed(asked[:1])
    return {
        "rows": len(library),
        "planted": len(same),
        "turned_into_others": len(other),
        "seconds": seconds,
        "seconds_for_one": alone,
        **judged(same, other, offered, keys),
    }


def fill(library: Sequence[str]) -> dict[str, int]:
    """Make an entry of each title; return its key."""
    models = import_module("kb.models")  # which need the servers
    now = import_module("tests.factories").NOW
    rows = (models.Entry(kind="paper", title=one, added_at=now) for one in library)
    made = models.Entry.objects.bulk_create(rows, batch_size=2000)
    return {entry.title: entry.pk for entry in made}


def timed(asked: Sequence[str]) -> tuple[dict[str, set[int]], float]:
    """Return the keys that are offered for each title, and how long it took."""
    likely = import_module("kb.ops.duplicates").likely
    began = time.perf_counter()
    found = likely(asked)
    seconds = figures.rounded(time.perf_counter() - began)
    return {title: {one.pk for one in rows} for title, rows in found.items()}, seconds


def judged(
    same: Sequence[miswritten.Planted],
    other: Sequence[miswritten.Planted],
    offered: Mapping[str, set[int]],
    keys: Mapping[str, int],
) -> dict[str, float]:
    """Return recall and precision, and the share that is offered of each way."""
    right = sum(keys[one.title] in offered.get(one.written, ()) for one in same)
    all_offered = sum(len(offered.get(one.written, ())) for one in (*same, *other))
    shares: dict[str, list[bool]] = {}
    for one in (*same, *other):
        hit = keys[one.title] in offered.get(one.written, ())
        shares.setdefault(one.way, []).append(hit)
    return {
        "recall": figures.rounded(right / len(same)),
        "precision": figures.rounded(right / all_offered),
        **{f"offered.{way}": sum(hits) / len(hits) for way, hits in shares.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
