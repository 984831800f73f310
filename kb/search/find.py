"""Find: what was asked, answered from the index with exact counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tantivy import Order, Query

from kb.search import index, names
from kb.search.damage import survived
from kb.search.names import filters_in
from kb.search.query import AnyOf, Asked, Filter, Node, Sort, Span, Words
from kb.search.ranking import (
    Matcher,
    beginning,
    members_only,
)
from kb.text.sentences import Sentence

if TYPE_CHECKING:
    from tantivy import Searcher, SearchResult

FACETS = ("topic", "kind", "year", "tag", "author", "lang")
SHOWN = {"tag": 15, "author": 15}  # lines of a facet that has no end
AMONG = {"author": 100}  # of which they are: equal counts go by the name
MOST = 60_000  # lines of any other: the engine makes no more than 65,000
EVERY = 10**7
REMEMBERED = 100_000  # names of authors

_ORDERS = {
    Sort.NEWEST: ("published", Order.Desc),
    Sort.ADDED: ("added", Order.Desc),
    Sort.TITLE: ("sort_title", Order.Asc),
}

_authors: dict[int, str] = {}  # names by key, as they were needed


@dataclass(frozen=True)
class Asker:
    """Who asks: None is an anonymous reader, who is shown what is listed."""

    user_id: int | None


@dataclass(frozen=True)
class Count:
    """One line of a facet: a value and how many of the entries found hold it."""

    value: str | int
    count: int


@dataclass(frozen=True)
class Found:
    """A page of entries, in order, and what is true of all that were found.

    `typing` when the last word was taken for the beginning of one.
    """

    ids: list[int]
    total: int
    facets: dict[str, list[Count]] = field(default_factory=dict)
    notices: tuple[Sentence, ...] = ()
    typing: bool = False


@dataclass(frozen=True)
class Wish:
    """What of the answer is wanted: which entries, and which facets."""

    first: int = 0
    size: int = 20
    facets: Sequence[str] = ("topic",)


@survived
def find(
    asked: Asked,
    asker: Asker,
    *,
    first: int = 0,
    size: int = 20,
    facets: Sequence[str] = ("topic",),
    typing: bool = False,
) -> Found:
    """Return the entries found, a page of them, with exact counts.

    With `typing`, which a space at the end of the text takes back, the last word may
    be the beginning of one; it may also where nothing else is found, and a notice
    says so. A facet's own filters are left out of its counts. Raises `NotBuilt`.
    """
    searcher = index.reader()
    wish = Wish(first, size, facets)
    nodes = [part.node for part in asked.parts]
    known, notices = understood(nodes, asker)
    last = unfinished(nodes)
    exact = Matcher(searcher, asker.user_id, known)
    begun = Matcher(searcher, asker.user_id, known, last)
    found = answer(begun if typing else exact, asked, wish)
    if last and not typing and not found.total:
        found = answer(begun, asked, wish)
        if found.total:
            notices.append(
                Sentence(
                    "No entry has “%(word)s”: these have words that begin so.",
                    word=last.text,
                )
            )
    return replace(found, notices=(*asked.notices, *notices))


def understood(
    nodes: Sequence[Node], asker: Asker
) -> tuple[names.Names, list[Sentence]]:
    """Return the rows that filters name, and what to say of those that find nothing."""
    asked = [one for node in nodes for one in filters_in(node)]
    refused = [one for one in asked if members_only(one) and not asker.user_id]
    allowed = [one for one in asked if one not in refused]
    known = names.look_up(allowed, asker.user_id)
    notices = [
        Sentence("Log in to search by “%(filter)s”.", filter=f"{one.field}:{one.value}")
        for one in dict.fromkeys(refused)
    ]
    notices += names.unknown(allowed, known)
    return known, notices


def words_in(node: Node) -> Iterator[Words]:
    """Yield the words that a part of a query wants found."""
    if isinstance(node, Words):
        yield node
    elif isinstance(node, AnyOf):
        for one in node.of:
            yield from words_in(one)


def unfinished(nodes: Sequence[Node]) -> Words | None:
    """Return the last word, when it may be the beginning of a longer one."""
    last = nodes[-1] if nodes else None
    while isinstance(last, AnyOf):
        last = last.of[-1]
    if isinstance(last, Words) and not last.exact and beginning(last.text):
        return last
    return None


def answer(matcher: Matcher, asked: Asked, wish: Wish) -> Found:
    """Return what a matcher finds; notices are the caller's to add."""
    nodes = [part.node for part in asked.parts]
    ids, total = _page(matcher, nodes, asked.sort, wish)
    facets = _facets(matcher, nodes, wish.facets, empty=not total)
    return Found(ids, total, facets, typing=matcher.typed is not None)


def count(searcher: Searcher, query: Query) -> int:
    """Return how many documents a query finds."""
    result = searcher.search(query, 1)
    total: int = result.count  # type: ignore[attr-defined] # the stub lacks it
    return total


def keys(searcher: Searcher, result: SearchResult) -> list[int]:
    """Return the keys of the entries that were found, in order."""
    addresses = [address for _, address in result.hits]
    return [int(key or 0) for key in searcher.fast_field_values("id", addresses)]


# --- The page -----------------------------------------------------------------------


def _page(
    matcher: Matcher, nodes: Sequence[Node], sort: Sort, wish: Wish
) -> tuple[list[int], int]:
    searcher, plain = matcher.searcher, matcher.plain(nodes)
    if wish.first or not wish.size:
        total = count(searcher, plain)
        if wish.first >= total or not wish.size:  # the engine keeps room for `first`
            return [], total
    if sort == Sort.RELEVANCE and not any(word for n in nodes for word in words_in(n)):
        sort = Sort.ADDED  # nothing to be relevant to
    if sort == Sort.RELEVANCE:
        hits = searcher.search(
            matcher.ranked(nodes),
            wish.size,
            offset=wish.first,
            weight_by_field="recency",
        )
    else:
        by, order = _ORDERS[sort]
        hits = searcher.search(
            plain, wish.size, offset=wish.first, order_by_field=by, order=order
        )
    return keys(searcher, hits), hits.count  # type: ignore[attr-defined] # not in the stub


# --- Facets -------------------------------------------------------------------------


def _facets(
    matcher: Matcher, nodes: Sequence[Node], wanted: Sequence[str], *, empty: bool
) -> dict[str, list[Count]]:
    """Return the facets, as many as can in one pass over what is found.

    With `empty`, which nothing was found for, only those that leave a filter out.
    """
    own = {facet for facet in wanted if any(_is_of(facet, node) for node in nodes)}
    shared = [facet for facet in wanted if facet not in own and not empty]
    found: dict[str, list[Count]] = {facet: [] for facet in wanted}
    for group in filter(None, [shared, *([one] for one in own)]):
        others = [n for n in nodes if len(group) > 1 or not _is_of(group[0], n)]
        found |= _counted(matcher, others, group)
    return {facet: found[facet] for facet in wanted}


def _is_of(facet: str, node: Node) -> bool:
    return isinstance(node, Filter | Span) and node.field == facet


def _counted(
    matcher: Matcher, nodes: Sequence[Node], wanted: Sequence[str]
) -> dict[str, list[Count]]:
    """Return exact counts of facets' values among what is found."""
    lines = {facet: _lines(facet) for facet in wanted}
    answered = matcher.searcher.aggregate(matcher.plain(nodes), lines)
    found = {facet: _counts(answered[facet]["buckets"]) for facet in wanted}
    if "author" in found:
        found["author"] = _named(matcher.searcher, found["author"])
    return {facet: counts[: SHOWN.get(facet)] for facet, counts in found.items()}


def _lines(facet: str) -> dict[str, Any]:
    """Return how a facet is to be counted.

    Every segment of the index hands in all its values, which makes the sums exact and
    for numbers costs nothing more.
    """
    size = AMONG.get(facet, MOST)
    return {"terms": {"field": facet, "size": size, "segment_size": EVERY}}


def _named(searcher: Searcher, counts: list[Count]) -> list[Count]:
    """Return counts of authors' keys as counts of their names."""
    named = [Count(_author(searcher, int(one.value)), one.count) for one in counts]
    return sorted(named, key=_most_first)


def _author(searcher: Searcher, key: int) -> str:
    """Return the name of an author's key, which never becomes another's."""
    if len(_authors) > REMEMBERED:
        _authors.clear()
    if key not in _authors:
        begins = f"{key:012x}\t"
        (term, _), *_others = searcher.terms_with_prefix("author_name", begins, limit=1)
        _authors[key] = term.removeprefix(begins)
    return _authors[key]


def _counts(lines: list[dict[str, Any]]) -> list[Count]:
    """Return the most frequent first, equal ones by their value."""
    counts = [Count(line["key"], line["doc_count"]) for line in lines]
    return sorted(counts, key=_most_first)


def _most_first(line: Count) -> tuple[int, str]:
    return -line.count, str(line.value)
