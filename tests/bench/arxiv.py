"""How well arXiv is asked: python -m tests.bench.arxiv, or make bench-arxiv.

Everything runs on private servers and against a stand-in for arXiv on this machine,
with times scaled down; docs/operating.md says what is measured. Figures go to
var/bench/arxiv.json.
"""

import argparse
import signal
import sys
from importlib import import_module

from tests.bench.search import throwaway
from tests.bench.site import HOST, Failed, free_port

SPACING = 0.62  # seconds between requests, a fifth of what arXiv is given


def main() -> int:
    """Measure, print the table, and return the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    parser = argparse.ArgumentParser(prog="python -m tests.bench.arxiv")
    parser.add_argument("--papers", type=int, default=5000, help="of the library")
    parser.add_argument("--lines", type=int, default=200_000, help="of the snapshot")
    options = parser.parse_args()
    port = free_port()
    environment = {
        "ARXIV_ENABLED": "1",
        "ARXIV_HARVEST": "0",
        "ARXIV_API_URL": f"http://{HOST}:{port}/api/query",
        "ARXIV_OAI_URL": f"http://{HOST}:{port}/oai",
        "ARXIV_SPACING_SECONDS": str(SPACING),
    }
    try:
        with throwaway(**environment) as processes:
            # Its imports need settings, which know the servers only now.
            measures = import_module("tests.bench.asking")
            library = measures.Library(options.papers, options.lines)
            print(measures.report(library, processes, port))  # noqa: T201
    except Failed as failure:
        print(failure, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
