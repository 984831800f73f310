"""How fast search is: python -m tests.bench.search [N], or make bench-search N=100000.

Fills a library of N papers on private servers, which are thrown away afterwards, and
measures there: docs/operating.md says what. Figures go to var/bench/search.json.
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django

from config import embedded
from config.processes import Processes, ignore_signals
from tests.bench.site import HOST, Failed, free_port

CONFIGURED = (
    *("SECRET_KEY", "DEBUG", "SITE_URL", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"),
    *("EMAIL_URL", "READABLE_BY", "BEHIND_PROXY", "TIME_ZONE", "THROWAWAY"),
    *("ARXIV_CONTACT", "ARXIV_HARVEST", "ARXIV_SETS"),
)


def main() -> int:
    """Measure, print the table, and return the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search")
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    rows = parser.parse_args().rows
    try:
        with throwaway() as processes:
            # Its imports need settings, which know the servers only now.
            print(import_module("tests.bench.measures").report(rows, processes))  # noqa: T201
    except Failed as failure:
        print(failure, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def throwaway(**more: str) -> Iterator[Processes]:
    """Have servers that nobody else uses; stop and delete all of it at the end.

    `more` is added to the environment of this and all other processes.
    """
    var = Path(tempfile.mkdtemp(prefix="zhaji-bench-")).resolve()
    for name in CONFIGURED:
        os.environ.pop(name, None)
    programs = str(Path(sys.executable).parent)
    os.environ |= {
        "VAR_DIR": str(var),
        "ARXIV_ENABLED": "0",
        "HOST": HOST,
        "PORT": str(free_port()),
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
    (var / "log").mkdir()
    try:
        # The site's own processes are to run as on any machine; the servers need not
        # survive a power cut.
        with Processes(var / "log", dict(os.environ)) as processes:
            os.environ["THROWAWAY"] = "1"
            django.setup()
            yield processes
    finally:
        ignore_signals()
        embedded.discard(var)


if __name__ == "__main__":
    sys.exit(main())
