"""How many entries there are to read, counted once for each state of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tantivy import Occur, Query

from kb.search import index
from kb.search.damage import survived
from kb.search.find import Asker, count, find
from kb.search.query import Asked
from kb.search.ranking import boolean, term

if TYPE_CHECKING:
    from tantivy import Searcher

ANYBODY = Asker(None)  # who is shown what is listed


class Tally(NamedTuple):
    """Listed entries: of each kind, under each topic by its key, and filed nowhere."""

    total: int
    by_kind: dict[str, int]
    by_topic: dict[int, int]
    unfiled: int


_kept: tuple[Searcher, Tally] | None = None


@survived
def tally() -> Tally:
    """Return how many listed entries there are; a topic has those below it, too.

    Of the index, so a moment behind: the database takes half a second to count what
    100,000 entries are filed under. Raises `index.NotBuilt`.
    """
    global _kept  # noqa: PLW0603 - what a process has counted is the process's
    searcher = index.reader()
    if _kept is None or _kept[0] is not searcher:
        _kept = searcher, _counted(searcher)
    return _kept[1]


def _counted(searcher: Searcher) -> Tally:
    found = find(Asked(), ANYBODY, size=0, facets=("kind", "topic"))
    unfiled = boolean(
        [
            (Occur.Must, term("status", "listed")),
            (Occur.MustNot, Query.exists_query("topic")),
        ]
    )
    return Tally(
        found.total,
        {str(one.value): one.count for one in found.facets["kind"]},
        {int(one.value): one.count for one in found.facets["topic"]},
        count(searcher, unfiled),
    )
