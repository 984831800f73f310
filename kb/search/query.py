"""What a search means: a small tree, read from what a person typed.

The language is docs/search.md. Reading never fails: what is mistyped is searched
as words, and a notice says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from kb.search import keywords, lexemes, spans
from kb.search.lexemes import Kind, Lexeme
from kb.text import analyser
from kb.text.sentences import Sentence

LENGTH = 1000  # characters that are read
MOST = 40  # words and filters that are read
_SHOWN = 60  # characters of what was typed that a notice repeats

_NO_VALUE = (":", "//")  # std::vector, ftp://a.example
_TOO_LONG = Sentence(
    "Only the beginning was read: at most %(characters)s characters, and %(words)s "
    "words and filters.",
    characters=LENGTH,
    words=MOST,
)
_LONE_OR = Sentence("“OR” has nothing to join on one side: searched as a word.")
_LONE_DASH = Sentence("“-” stands before nothing: it was left out.")
_UNCLOSED = Sentence("A quotation mark is not closed: what follows it are words.")
_POSSIBLE = {
    "year": "2023, 2020..2023, >=2023",
    "added": "2024-05-01, 2024-05, 2024-05..2024-07, 7d, 2w, 3m, 1y",
}
_COLON = re.compile("[:：]")
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Sort(StrEnum):
    """The orders results can have."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    ADDED = "added"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Words:
    """Text to be found anywhere in an entry: one typed word, or a quoted phrase."""

    text: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """What an entry must be: `field` is the English keyword, `value` as typed.

    Fields: topic, tag, author, kind, lang, cat, has, is, by. The values of kind,
    lang, has and is are the English ones of docs/search.md. `exact` when quoted.
    """

    field: str
    value: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A range, both ends included, either open: of years or of days (`added`)."""

    field: str
    low: int | date | None
    high: int | date | None


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    of: Node


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Alternatives, two or more."""

    of: tuple[Node, ...]


Node: TypeAlias = Words | Filter | Span | Not | AnyOf


@dataclass(frozen=True, slots=True)
class Part:
    """One of the conditions that must all hold, with the text it was read from.

    `source` is the part as typed, so a query without it is made of the others.
    """

    source: str
    node: Node


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was read: parts that must all hold, an order, and notices."""

    parts: tuple[Part, ...] = ()
    sort: Sort = Sort.RELEVANCE
    notices: tuple[Sentence, ...] = ()


def parse(text: str, *, today: date) -> Asked:
    """Return what a text asks for. Every text asks for something.

    `today` is what "in the last week" is counted from. At most `LENGTH` characters
    and `MOST` words or filters are read.
    """
    return _Reader(today).read(text)


# --- Writing queries ----------------------------------------------------------------


def text_of(asked: Asked) -> str:
    """Return a text that reads as the same parts in the same order."""
    return " ".join([*(part.source for part in asked.parts), *_sorting(asked.sort)])


def without(asked: Asked, part: Part) -> str:
    """Return the text of a query without one of its parts."""
    kept = tuple(other for other in asked.parts if other != part)
    return text_of(replace(asked, parts=kept))


def with_part(asked: Asked, source: str) -> str:
    """Return the text of a query with one more part, once.

    It comes first: what is too long loses its end, and the last word stays the last.
    """
    sources = [part.source for part in asked.parts]
    added = [] if source in sources else [source]
    return " ".join([*added, *sources, *_sorting(asked.sort)])


def with_sort(asked: Asked, sort: Sort) -> str:
    """Return the text of a query in another order."""
    return text_of(replace(asked, sort=sort))


def filter_source(field: str, value: str) -> str:
    """Return a filter as it is written; authors in quotes, which is the whole name.

    >>> filter_source("kind", "paper"), filter_source("author", "Liang")
    ('kind:paper', 'author:"Liang"')
    """
    exact = lexemes.in_quotes(value) if field == "author" else quoted(value)
    return f"{field}:{exact}"


def quoted(value: str) -> str:
    """Return a value as it must stand after a keyword: in quotes if it has to be.

    >>> quoted("engineer/train"), quoted("Percy Liang")
    ('engineer/train', '"Percy Liang"')
    """
    return lexemes.as_value(value)


def _sorting(sort: Sort) -> list[str]:
    return [] if sort is Sort.RELEVANCE else [f"sort:{sort}"]


# --- Reading queries ----------------------------------------------------------------


class _Operand(NamedTuple):
    """What was typed between spaces: as one condition, and as several that must hold.

    They differ for a word that changes script, and for a filter that is none.
    """

    one: Part
    several: list[Part]


class _Reader:
    """Makes conditions of the pieces of a text, and takes note of what is odd."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.sort: Sort | None = None
        self.notices: list[Sentence] = []

    def read(self, text: str) -> Asked:
        """Return the query."""
        readable = _UNREADABLE.sub("", text[:LENGTH])
        parts = tuple(self._fitting(_grouped(self._operands(readable))))
        if len(text) > LENGTH:
            self._say(_TOO_LONG)
        if readable.strip() and not (parts or self.sort or self.notices):
            self._say(
                Sentence("“%(text)s” has no word to search for.", text=_short(readable))
            )
        notices = tuple(dict.fromkeys(self.notices))
        return Asked(parts, self.sort or Sort.RELEVANCE, notices)

    def _operands(self, text: str) -> list[_Operand | None]:
        """Return what was typed, None standing for OR."""
        found: list[_Operand | None] = []
        joining = ""
        for piece in lexemes.lexemes(text):
            if piece.kind is Kind.OR:
                joining = joining or piece.source
            elif operand := self._operand(piece):
                if sum(map(bool, found)) == MOST:
                    self._say(_TOO_LONG)
                    return found
                if joining:
                    found += [None] if found else self._lone(joining)
                found.append(operand)
                joining = ""
        return found + self._lone(joining)

    def _lone(self, joining: str) -> list[_Operand | None]:
        """Return the OR that joins nothing as a word; another sign of it is none."""
        if joining not in {"OR", "或"}:
            return []
        if joining == "OR":
            self._say(_LONE_OR)
        return [_single(_word(joining))]

    def _fitting(self, groups: Iterable[list[Part]]) -> Iterator[Part]:
        """Yield conditions for as long as their text will be read again whole."""
        number = 0
        length = len(" ".join(["", *_sorting(self.sort or Sort.RELEVANCE)])) - 1
        for group in groups:
            part = _any_of(group)
            number += len(group)
            length += len(part.source) + 1
            if number > MOST or length > LENGTH:
                self._say(_TOO_LONG)
                return
            yield part

    def _operand(self, piece: Lexeme) -> _Operand | None:
        match piece.kind:
            case Kind.LONE_DASH:
                self._say(_LONE_DASH)
                return None
            case Kind.UNCLOSED:
                self._say(_UNCLOSED)
                return None
            case Kind.FILTER:
                operand = self._filter(piece)
            case _:
                operand = _words(piece)
        return _not(operand) if operand and piece.negated else operand

    def _filter(self, piece: Lexeme) -> _Operand | None:
        field = keywords.field(piece.keyword)
        if field is None and not piece.exact and piece.text.startswith(_NO_VALUE):
            return _single(Part(piece.source, Words(piece.source)))
        if field == "sort" and (sort := keywords.value(field, piece.text)):
            self._order(Sort(sort), piece)
            return None
        node = self._node(field, piece) if field and piece.text.strip() else None
        if node:
            return _single(Part(piece.source, node))
        if odd := _odd(field, piece):
            self._say(odd)
        return _as_words(piece)

    def _order(self, sort: Sort, piece: Lexeme) -> None:
        if piece.negated:
            self._say(
                Sentence(
                    "“-%(text)s” was left out: an order cannot be excluded.",
                    text=_short(piece.source),
                )
            )
        else:
            self.sort = sort

    def _node(self, field: str, piece: Lexeme) -> Node | None:
        """Return what a filter means, None when its value means nothing."""
        if field == "year":
            years = spans.years(piece.text)
            return Span(field, *years) if years else None
        if field == "added":
            days = spans.days(piece.text, self.today)
            return Span(field, *days) if days else None
        if field in keywords.VALUES:
            value = keywords.value(field, piece.text)
            return Filter(field, value) if value else None
        return Filter(field, piece.text, piece.exact)

    def _say(self, notice: Sentence) -> None:
        self.notices.append(notice)


def _grouped(operands: Iterable[_Operand | None]) -> Iterator[list[Part]]:
    """Yield the alternatives of each condition; most have one."""
    groups: list[list[_Operand]] = []
    joining = False
    for operand in operands:
        if operand and joining:
            groups[-1].append(operand)
        elif operand:
            groups.append([operand])
        joining = operand is None
    for first, *others in groups:
        if others:
            yield [first.one, *(other.one for other in others)]
        else:
            yield from ([part] for part in first.several)


def _any_of(parts: list[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    source = " OR ".join(part.source for part in parts)
    return Part(source, AnyOf(tuple(part.node for part in parts)))


def _single(part: Part) -> _Operand:
    return _Operand(part, [part])


def _not(operand: _Operand) -> _Operand:
    return _single(Part(f"-{operand.one.source}", Not(operand.one.node)))


def _words(piece: Lexeme) -> _Operand | None:
    """Return what is to be found; None for punctuation."""
    if not analyser.terms(piece.text):
        return None
    if piece.kind is not Kind.WORD:
        exact = piece.kind is Kind.PHRASE
        return _single(Part(piece.source, Words(piece.text, exact)))
    several = _by_script(piece.text)
    one = _word(piece.text)
    return _Operand(one, several) if len(several) > 1 else _single(one)


def _as_words(piece: Lexeme) -> _Operand | None:
    """Return what stands in a filter that is none."""
    whole = f"{piece.keyword}:{piece.text}" if piece.text.strip() else piece.keyword
    if piece.exact and analyser.terms(piece.text):
        several = [*_by_script(piece.keyword), _phrase(piece.text)]
    else:
        several = [part for word in _COLON.split(whole) for part in _by_script(word)]
    return _Operand(_phrase(whole), several) if several else None


def _by_script(word: str) -> list[Part]:
    return [_word(piece) for piece in lexemes.scripts(word) if analyser.terms(piece)]


def _word(text: str) -> Part:
    return Part(text, Words(text)) if lexemes.is_word(text) else _phrase(text)


def _phrase(text: str) -> Part:
    return Part(lexemes.in_quotes(text), Words(text, exact=True))


def _odd(field: str | None, piece: Lexeme) -> Sentence | None:
    """Return what to say of a filter that is none."""
    text, keyword = _short(piece.source), piece.keyword
    empty = not piece.text.strip()
    if field is None and empty:  # Flamingo: a model
        return None
    if empty:
        return Sentence("Nothing follows “%(text)s”: searched as a word.", text=text)
    if field is None:
        return Sentence(
            "“%(name)s” is nothing to filter by: “%(text)s” was searched as words.",
            name=keyword,
            text=text,
        )
    return Sentence(
        "“%(text)s” was searched as words: after “%(name)s:” there can be %(values)s.",
        name=keyword,
        text=text,
        values=_POSSIBLE.get(field) or ", ".join(keywords.VALUES[field]),
    )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
