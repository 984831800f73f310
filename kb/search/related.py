"""Which entries are about the same as another."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING

from tantivy import Occur, Query

from kb.search import documents, index
from kb.search.damage import survived
from kb.search.find import keys
from kb.search.ranking import any_of, boolean, term, unscored

if TYPE_CHECKING:
    from tantivy import Searcher

TERMS = 25  # words that an entry is told by: more make it slower and no better
TITLE = 3  # times that a word of the title counts
# A word that more have than a share of all says little of what an entry is about; in
# a small library, a share is a handful.
SHARE, HANDFUL = 0.1, 20


KEPT = 2000  # entries whose like a process remembers, for one state of the index

_kept: tuple[Searcher, dict[tuple[int, int], list[int]]] | None = None


@survived
def related(entry_id: int, size: int = 5) -> list[int]:
    """Return the listed entries most like this one, itself left out.

    By what everyone may read of it: the same whoever asks, and for as long as the
    index is the same. Raises `index.NotBuilt`.
    """
    global _kept  # noqa: PLW0603 - what a process has found is the process's
    searcher = index.reader()
    if _kept is None or _kept[0] is not searcher or len(_kept[1]) >= KEPT:
        _kept = searcher, {}
    found = _kept[1]
    if (entry_id, size) not in found:
        found[entry_id, size] = _found(searcher, entry_id, size)
    return found[entry_id, size]


def _found(searcher: Searcher, entry_id: int, size: int) -> list[int]:
    document = documents.words([entry_id]).get(entry_id)
    alike = any_of(_telling(searcher, document)) if document else None
    if alike is None:
        return []
    others = [
        (Occur.Must, alike),
        (Occur.Must, unscored(term("status", "listed"))),
        (Occur.MustNot, term("id", entry_id)),
    ]
    return keys(searcher, searcher.search(boolean(others), size, count=False))


def _telling(searcher: Searcher, document: documents.Fields) -> list[Query]:
    """Return queries for the words that tell an entry from others, weighed.

    The engine's own "more like this" panics where many documents were deleted.
    """
    held = Counter(" ".join(document["text"] + document["title"] * TITLE).split())
    most = max(HANDFUL, searcher.num_docs * SHARE)
    weights: dict[str, float] = {}
    for word, times in held.items():
        had_by = searcher.doc_freq("text", word) if len(word) > 1 else 0
        if 1 < had_by <= most:
            weights[word] = (1 + log(times)) * log(1 + searcher.num_docs / had_by)
    best = sorted(weights, key=lambda word: (-weights[word], word))[:TERMS]
    return [Query.boost_query(term("text", one), 1 + log(held[one])) for one in best]
