"""What pages cost: python -m tests.bench.pages [ROWS ...], or make bench-pages.

Fills libraries of 1,000, 10,000 and 100,000 papers on private servers, which are thrown
away afterwards, and asks the site's own two web processes for each page as a member
does. Figures of the largest library go to var/bench/pages.json, of all below `at`.
"""

import argparse
import sys
from importlib import import_module

from tests.bench import figures
from tests.bench.search import throwaway
from tests.bench.site import Failed

ROWS = (1_000, 10_000, 100_000)


def main() -> int:
    """Measure, print a table for each library, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages")
    parser.add_argument("rows", type=int, nargs="*", default=ROWS)
    told: dict[int, dict[str, float]] = {}
    try:
        with throwaway() as processes:
            # Its imports need settings, which know the servers only now.
            views = import_module("tests.bench.views")
            for rows in sorted(parser.parse_args().rows):
                told[rows] = views.measured(rows, processes)
                print(f"{rows:,} papers\n{views.printed(told[rows])}\n")  # noqa: T201
    except Failed as failure:
        print(failure, file=sys.stderr)  # noqa: T201
        return 1
    largest = max(told)
    file = figures.keep("pages", {"rows": largest, **told[largest], "at": told})
    figures.say(f"figures are in {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
