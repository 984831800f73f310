"""Someone who searches without rest: one query after the other, until ended.

python -m tests.bench.reader PORT PATH COOKIE QUERIES FIRST, where QUERIES is a file
with a query in each line and FIRST the one to begin with. Prints the seconds of each.
"""

import itertools
import sys
from pathlib import Path

from tests.bench.site import Pages, searched


def main() -> None:
    """Ask one query after the other."""
    port, path, cookie, file, first = sys.argv[1:]
    asked = Path(file).read_text(encoding="utf-8").splitlines()
    pages = Pages(int(port), cookie)
    for query in itertools.islice(itertools.cycle(asked), int(first), None):
        print(pages.timed(searched(path, query)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
