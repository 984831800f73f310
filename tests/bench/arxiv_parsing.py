"""How fast arXiv's replies become records, in each of its formats.

Seconds are the processor's, so that what else the machine does counts little.
By hand: python -m tests.bench.arxiv_parsing
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from kb.arxiv import atom, oai, snapshot
from tests.arxiv_many import many
from tests.arxiv_oai import Oai
from tests.arxiv_papers import Paper, entry, feed
from tests.bench.figures import rounded, say

ROUNDS = 9
PAPERS = 6000  # more than are remembered of any identifier
BATCH, PAGE = 100, 1000

Body = TypeVar("Body")


def atom_records_per_s() -> float:
    """Return how many entries of 100-entry Atom feeds are read in a second."""
    papers = list(many(PAPERS))
    return _rate(_feeds(papers), lambda body: len(atom.parse(body).records))


def oai_records_per_s() -> float:
    """Return how many records of OAI-PMH pages of a thousand are read in a second."""
    return _rate(_pages(list(many(PAPERS))), lambda body: len(oai.parse(body).records))


def snapshot_records_per_s() -> float:
    """Return how many lines of arXiv's bulk snapshot are read in a second."""
    lines = list(map(_line, many(PAPERS)))
    return _rate([lines], lambda lines: sum(1 for _ in snapshot.records(lines)))


def _rate(bodies: Sequence[Body], read: Callable[[Body], int]) -> float:
    """Return the middle of the rates of some rounds over all that is to be read."""
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        records = sum(map(read, bodies))
        rates.append(records / (time.process_time() - began))
    return rounded(statistics.median(rates))


def _feeds(papers: Sequence[Paper]) -> list[bytes]:
    entries = [entry(paper, len(paper.versions)) for paper in papers]
    starts = range(0, len(entries), BATCH)
    parts = [entries[start : start + BATCH] for start in starts]
    return [feed(part, total=len(part), size=BATCH).encode() for part in parts]


def _pages(papers: Sequence[Paper]) -> list[bytes]:
    starts = range(0, len(papers), PAGE)
    parts = [papers[start : start + PAGE] for start in starts]
    asked = {"verb": "ListRecords", "metadataPrefix": "arXivRaw"}
    return [
        Oai({paper.id: paper for paper in part}).reply(asked).encode() for part in parts
    ]


def _line(paper: Paper) -> bytes:
    versions = [
        {"version": f"v{at}", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}
        for at, _ in enumerate(paper.versions, start=1)
    ]
    said = {
        "id": paper.id,
        "title": paper.title,
        "authors": ", ".join(map(str, paper.authors)),
        "abstract": paper.abstract,
        "comments": paper.comment,
        "categories": " ".join(paper.categories),
        "versions": versions,
        "update_date": "2008-11-26",
        "doi": None,
    }
    return json.dumps(said).encode()


def main() -> None:
    """Tell all of them."""
    for measure in (atom_records_per_s, oai_records_per_s, snapshot_records_per_s):
        say(f"{measure.__name__}: {measure():,}")


if __name__ == "__main__":
    main()
