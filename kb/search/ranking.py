"""What must match, and what makes it rank higher: a query as the index asks it.

One field decides what matches (`text`, with `note` and `private` for who may see
them); the others only add to the score. How the order comes about is told in
docs/search.md; the weights are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeAlias

import tantivy
from django.utils import timezone
from tantivy import FieldType, Occur, Query

from kb.search import schema
from kb.search.names import Names
from kb.search.query import AnyOf, Filter, Node, Not, Span, Words
from kb.text import analyser, arxiv_ids, urls
from kb.text.analyser import FOLD, Phrase
from kb.text.cjk import HAN, KANA

# --- Weights: a match in `text` counts once, and once more in these, times ----------

WEIGHTS = {
    "title": 4.0,  # what people remember of what they have read
    "names": 3.0,  # a curator said that it is about this
    "authors": 2.0,  # few names are words of other texts, so little is needed
    "summary": 1.0,  # the team's own words say what matters in it
}
BEGUN = 0.3  # a longer word that begins as the typed one does, less than the word
SCORED = 8  # words that do so; more are a text somebody pasted
CLOSE = {"title": 2.0, "text": 1.0}  # the words stand together, in this order
IDENTIFIED = 1000.0  # an arXiv id, DOI or address: above any sum of the others

# Beyond so many entries with the rarest of the words, that they stand together says
# little, and reading all their places costs more than the whole answer.
CLOSE_MOST = 40_000
SLOP = 3  # other words that may stand between

# Letters that may be the beginning of a longer word: two, or one behind another word.
_BEGINNING = re.compile(rf"[^\W\d_{HAN}{KANA}]+$")
LEAST = 2
BEFORE = 8  # words that stand before it, at most: nobody joins more by hyphens
_LIKE_ADDRESS = re.compile(r"(?:https?://)?[^\s/@]+\.[a-z]{2,}[/:]", re.IGNORECASE)

Clause: TypeAlias = tuple[Occur, Query]


class Place(NamedTuple):
    """A field to look in; its terms begin with `owner`."""

    field: str
    owner: str = ""


PUBLIC = Place("text")
LISTED = ("status", "listed")
EXPANDED = 4000  # words that begin alike; the engine takes 16,000
_FLAGS = {
    ("has", "summary"): "summary",
    ("has", "code"): "code",
    ("is", "withdrawn"): "withdrawn",
}
_OF_MEMBERS = {("has", "note"), ("is", "unread"), ("is", "starred"), ("is", "inbox")}


def members_only(node: Filter) -> bool:
    """Whether only members may ask for this."""
    return node.field == "by" or (node.field, node.value) in _OF_MEMBERS


@lru_cache(maxsize=1)
def fields() -> tantivy.Schema:
    """Return the schema that queries name their fields by."""
    return schema.build()


class Matcher:
    """Makes queries of the index for one asker, at one state of the index.

    `typed` is the word still being typed: one that begins so is found as well.
    """

    def __init__(
        self,
        searcher: tantivy.Searcher,
        user_id: int | None,
        names: Names,
        typed: Words | None = None,
    ) -> None:
        """Look up which fields the asker's words are looked for in."""
        self.searcher, self.user_id, self.names = searcher, user_id, names
        self.typed = typed
        self._made: dict[tuple[Words, bool], Query | None] = {}
        self.places = tuple(self._places())

    def _places(self) -> Iterator[Place]:
        yield PUBLIC
        if self.user_id:
            yield Place("note")
            if self.searcher.doc_freq("noted_by", self.user_id):
                yield Place("private", f"{self.user_id}:")

    # --- Whole queries ---------------------------------------------------------------

    def plain(self, nodes: Sequence[Node]) -> Query:
        """Return what must match, for counting."""
        return boolean(self._must(nodes))

    def ranked(self, nodes: Sequence[Node]) -> Query:
        """Return the same with what makes an entry rank higher."""
        better = (query for node in nodes for query in self._better(node))
        added = [*islice(better, SCORED * len(WEIGHTS))]
        added += self._close(nodes)
        return boolean([*self._must(nodes), *((Occur.Should, one) for one in added)])

    def _must(self, nodes: Sequence[Node]) -> list[Clause]:
        """Return the scope and every condition."""
        statuses = ["listed"]
        if self.user_id and any(asks_for_inbox(node) for node in nodes):
            statuses.append("inbox")
        scope = unscored(one_of("status", statuses))
        return [(Occur.Must, scope), *filter(None, map(self._clause, nodes))]

    def _clause(self, node: Node) -> Clause | None:
        denied = isinstance(node, Not)
        query = self.query(node.of if isinstance(node, Not) else node)
        if query is None:
            return None
        return Occur.MustNot if denied else Occur.Must, query

    # --- Parts: None for what asks for nothing ---------------------------------

    def query(self, node: Node) -> Query | None:
        """Return what finds the entries a part of a query means."""
        match node:
            case Words():
                return self.words(node)
            case Filter():
                return self._filter(node)
            case Span():
                return _span(node)
            case Not(of):
                query = self.query(of)
                return None if query is None else all_but(query)
            case AnyOf(nodes):
                return any_of(map(self.query, nodes))

    def words(self, node: Words) -> Query | None:
        """Return what finds the words wherever the asker may look."""
        key = node, node is self.typed
        if key not in self._made:  # which are asked for, counted, and ranked
            self._made[key] = self._words(node)
        return self._made[key]

    def _words(self, node: Words) -> Query | None:
        phrase = analyser.asked(node.text)
        found = [self._found(place, phrase) for place in self.places]
        found += identified(node)
        if node is self.typed:
            found += [self._begun(place, node.text) for place in self.places]
            found.append(begun_whole(node.text))
        return any_of(found)

    def _begun(self, place: Place, text: str) -> Query | None:
        """Return what holds a word that begins as `text` ends, None where none may.

        What stands before the word stands before it there, too; not where so many
        words begin alike that the engine refuses to look at all their places.
        """
        parts = beginning(text)
        if not parts or (parts[0] and place.field == "summary"):  # it keeps no order
            return None
        before, letters = parts
        pattern = f"{place.owner}{letters}.*"
        alike = regex(place.field, pattern)
        terms = [place.owner + one for one in before]
        if not terms:
            return Query.const_score_query(alike, BEGUN)
        start = place.owner + letters
        near = self.searcher.terms_with_prefix(place.field, start, limit=EXPANDED)
        if len(near) < EXPANDED:
            each: list[str | tuple[int, str]] = [*map(re.escape, terms), pattern]
            found = Query.regex_phrase_query(fields(), place.field, each)
        else:
            every = [*(term(place.field, one) for one in terms), alike]
            found = boolean([(Occur.Must, one) for one in every])
        return Query.const_score_query(found, BEGUN)

    def _found(self, place: Place, phrase: Phrase) -> Query | None:
        """Return what finds a phrase in a field, None where it cannot be."""
        if place != PUBLIC and not phrase.prefix:  # notes are few: this mostly pays
            terms = (place.owner + one for one in phrase.terms)
            if not all(self.searcher.doc_freq(place.field, one) for one in terms):
                return None
        return in_field(place, phrase)

    def _filter(self, node: Filter) -> Query | None:
        if members_only(node) and not self.user_id:
            return None
        for read in (self._state, self._value, self._named):
            query = read(node)
            if query is not None:
                return unscored(query)
        # What is not even a word must not stand for everything.
        return self.words(Words(node.value, node.exact)) or Query.empty_query()

    def _state(self, node: Filter) -> Query | None:
        """Return what finds entries in a state: `has:` and `is:`."""
        flag = _FLAGS.get((node.field, node.value))
        if flag:
            return term("flag", flag)
        match node.field, node.value:
            case "has", "note":
                return any_of([term("flag", "note"), term("noted_by", self.user_id)])
            case "is", "unread":
                return all_but(term("read", self.user_id))
            case "is", "starred":
                return term("starred", self.user_id)
            case "is", "inbox":
                return term("status", "inbox")
        return None

    def _value(self, node: Filter) -> Query | None:
        """Return what finds entries by a value they hold."""
        match node.field:
            case "kind" | "lang":
                return term(node.field, node.value)
            case "cat":
                return term("cat", node.value.casefold())
            case "author":
                if node.exact and self._is_author(node.value):
                    return term("author", schema.author_key(node.value))
                return in_field(Place("authors"), analyser.asked(node.value))
        return None

    def _is_author(self, name: str) -> bool:
        """Say whether something listed has an author of just this name."""
        by = ("author", schema.author_key(name))
        both = [(Occur.Must, term(*of)) for of in (LISTED, by)]
        hits = self.searcher.search(boolean(both), 1, count=False).hits
        return bool(hits)

    def _named(self, node: Filter) -> Query | None:
        """Return what finds entries by the rows a filter names."""
        keys = self.names.get(node)
        if keys is None:
            return None
        if node.field != "by":
            return one_of(node.field, keys)
        hands = [one_of(field, keys) for field in ("by", "by_note")]
        if self.user_id in keys:
            hands.append(term("noted_by", self.user_id))
        return any_of(hands)

    # --- Score ----------------------------------------------------------------

    def _better(self, node: Node) -> Iterator[Query]:
        """Yield what adds to the score of a part's words."""
        if isinstance(node, AnyOf):
            for one in node.of:
                yield from self._better(one)
        if isinstance(node, Words):
            for field, weight in WEIGHTS.items():
                query = self._in_one(field, node)
                if query is not None:
                    yield Query.boost_query(query, weight)

    def _in_one(self, field: str, node: Words) -> Query | None:
        """Return what finds words in a field; beginnings, which are dear, in titles."""
        phrase = analyser.asked(node.text)
        if phrase.prefix and field != "title":
            return None
        found = in_field(Place(field), phrase)
        if node is self.typed and field == "title":
            return any_of([found, self._begun(Place(field), node.text)])
        return found

    def _close(self, nodes: Sequence[Node]) -> list[Query]:
        """Return what adds to the score where several words stand together."""
        words = [node.text for node in nodes if isinstance(node, Words)]
        phrases = [phrase for phrase in map(analyser.asked, words) if not phrase.prefix]
        terms = [term for phrase in phrases for term in phrase.terms]
        if len(phrases) <= 1 or len(terms) > SCORED:
            return []
        rarest = min(self.searcher.doc_freq("text", term) for term in terms)
        return [
            Query.boost_query(in_order(field, terms, SLOP), weight)
            for field, weight in CLOSE.items()
            if field == "title" or rarest <= CLOSE_MOST
        ]


# --- Queries of the index ----------------------------------------------------


def boolean(clauses: Sequence[Clause]) -> Query:
    """Return what meets every clause; what a Should finds ranks higher."""
    return Query.boolean_query(clauses)


def any_of(queries: Iterable[Query | None]) -> Query | None:
    """Return what meets one of the queries at least."""
    every = [query for query in queries if query is not None]
    if len(every) <= 1:
        return every[0] if every else None
    return Query.boolean_query([(Occur.Should, query) for query in every])


def all_but(query: Query) -> Query:
    """Return what finds everything that the query does not."""
    every = unscored(Query.all_query())
    return boolean([(Occur.Must, every), (Occur.MustNot, query)])


def unscored(query: Query) -> Query:
    """Return the query without a score: a filter makes nothing rank higher."""
    return Query.const_score_query(query, 0.0)


def term(field: str, value: str | int | None) -> Query:
    """Return what holds exactly this value."""
    return Query.term_query(fields(), field, value, index_option="freq")


@lru_cache(maxsize=256)  # making the automaton costs as much as a small search
def regex(field: str, pattern: str) -> Query:
    """Return what holds a term that a pattern matches whole."""
    return Query.regex_query(fields(), field, pattern)


def one_of(field: str, values: Sequence[str] | Sequence[int]) -> Query:
    """Return what holds one of these values, of which there are few.

    The engine's own query for sets reads all that any of them is in.
    """
    alternatives = [(Occur.Should, term(field, value)) for value in values]
    return boolean(alternatives) if len(values) > 1 else term(field, values[0])


def in_field(place: Place, phrase: Phrase) -> Query | None:
    """Return what holds the terms one after the other, or all where order is not kept.

    None for no terms.
    """
    if not phrase.terms:
        return None
    terms = [place.owner + one for one in phrase.terms]
    if phrase.prefix:
        pattern = f"{terms[-1]}.?"  # Chinese: the character, and all pairs it begins
        if len(terms) == 1:
            return regex(place.field, pattern)
        if place.field != "summary":
            before = map(re.escape, terms[:-1])
            every = [*before, pattern]
            return Query.regex_phrase_query(fields(), place.field, [*every])
    if len(terms) == 1:
        return term(place.field, terms[0])
    if place.field == "summary":
        return boolean([(Occur.Must, term("summary", one)) for one in terms])
    return in_order(place.field, terms)


def in_order(field: str, terms: Sequence[str], slop: int = 0) -> Query:
    """Return what holds two terms or more in order, `slop` others between them."""
    return Query.phrase_query(fields(), field, [*terms], slop)


def beginning(text: str) -> tuple[list[str], str] | None:
    """Return the terms before the last word, and its letters, which others begin with.

    None when they are too few, or Chinese, of which any part is found anyway.
    """
    folded = text.translate(FOLD)
    last = _BEGINNING.search(folded)
    if not last:
        return None
    before = analyser.terms(folded[: last.start()])
    enough = before or len(last[0]) >= LEAST
    return (before, last[0]) if enough and len(before) <= BEFORE else None


def begun_whole(text: str) -> Query | None:
    """Return what holds a whole word, and not its stem alone, that begins as this ends.

    In any order with what stands before it, as whole words keep none.
    """
    parts = beginning(text)
    if not parts:
        return None
    before, letters = parts
    alike = regex("word", f"{letters}.*")
    start = in_field(PUBLIC, Phrase(before, prefix=False))
    both = boolean([(Occur.Must, one) for one in (start, alike) if one is not None])
    return Query.const_score_query(both, BEGUN)


def identified(node: Words) -> list[Query]:
    """Return what finds the one entry that a word names by an identifier."""
    text = node.text.strip()
    named = []
    if ref := arxiv_ids.parse(text):
        named.append(term("arxiv_id", ref.id))
    if doi := urls.doi(text):
        named.append(term("doi", doi))
    named += [term("url", url) for url in _addresses(text)]
    return [Query.const_score_query(query, IDENTIFIED) for query in named]


def _addresses(text: str) -> Iterator[str]:
    if not _LIKE_ADDRESS.match(text):
        return
    for url in (text,) if "//" in text else (f"https://{text}", f"http://{text}"):
        try:
            yield urls.canonical(url)
        except urls.NotAnAddress:
            return


def _span(node: Span) -> Query | None:
    """Return what lies in a range, both ends included."""
    low, high = _low(node.low), _high(node.high)
    if low is None and high is None:
        return None
    return unscored(
        Query.range_query(fields(), node.field, FieldType.Integer, low, high)
    )


def _low(bound: int | date | None) -> int | None:
    """Return the least value from a year or day on, by the days of this place."""
    if not isinstance(bound, date):
        return bound
    start = datetime.combine(bound, time(), timezone.get_current_timezone())
    return schema.placed(int(start.timestamp()), 0)


def _high(bound: int | date | None) -> int | None:
    """Return the greatest value up to a year or day, both included."""
    if not isinstance(bound, date):
        return bound
    after = _low(bound + timedelta(1)) if bound < date.max else None
    return None if after is None else after - 1


def asks_for_inbox(node: Node) -> bool:
    """Whether a part of a query wants what waits for review."""
    if isinstance(node, AnyOf):
        return any(map(asks_for_inbox, node.of))
    return isinstance(node, Filter) and (node.field, node.value) == ("is", "inbox")
