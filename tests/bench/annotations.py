"""Reading together, measured: python -m tests.bench.annotations [SAVES].

How well highlights keep to their words, an entry page with hundreds of notes, and many
people saving one summary at once. On private servers, which are thrown away afterwards;
figures go to var/bench/annotations.json.
"""

import argparse
import sys
from importlib import import_module

from tests import drafts
from tests.bench import anchors, figures
from tests.bench.search import throwaway
from tests.bench.site import Failed


def main() -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.annotations")
    parser.add_argument("saves", type=int, nargs="?", default=500)
    told = anchored(parser.parse_args().saves)
    try:
        with throwaway() as processes:
            # Its imports need settings, which know the servers only now.
            told |= import_module("tests.bench.together").measured(processes)
    except Failed as failure:
        print(failure, file=sys.stderr)  # noqa: T201
        return 1
    print(figures.table(["figure", "value"], list(told.items())))  # noqa: T201
    figures.say(f"figures are in {figures.keep('annotations', told)}")
    return 0


def anchored(saves: int) -> dict[str, float]:
    """Return how well highlights keep to their words: of real texts, where they are."""
    figures.say(f"following highlights through {saves} saves")
    texts = anchors.corpus() or drafts.summaries()
    told = anchors.measure(texts, saves).figures()
    return {
        "refound_share": told["refound_share"],
        "wrong": told["wrong"],
        "orphaned_shown_share": told["accounted_share"],
    }


if __name__ == "__main__":
    sys.exit(main())
