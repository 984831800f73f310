"""Marks: where in a text that people read the words are that were asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from kb.search.find import unfinished, words_in
from kb.search.query import Asked
from kb.search.ranking import beginning
from kb.text import analyser
from kb.text.analyser import FOLD, Token
from kb.text.cjk import is_wide

WIDTH = 220  # characters of an excerpt
LEAD = 40  # of them, before the first mark at most
MOST = 200  # marks of a text that are looked at for its excerpt
_SHORT = 500  # characters that are read as fast as they are searched


class Fragment(NamedTuple):
    """A piece of a text; `marked` when it is what was asked for."""

    text: str
    marked: bool = False


class Excerpt(NamedTuple):
    """Fragments of a longer text, and whether any was left out before and after."""

    fragments: list[Fragment]
    before: bool
    after: bool


class _Wanted(NamedTuple):
    """Terms that stand one after the other, and last what a word begins with.

    `begins` is a Chinese character that may begin a pair, or Latin letters.
    """

    terms: tuple[str, ...]
    begins: str = ""


class _Range(NamedTuple):
    start: int
    end: int
    wanted: _Wanted | str


def marked(text: str, asked: Asked, *, typing: bool = False) -> list[Fragment]:
    """Return the whole text in fragments, with what was asked for marked."""
    wanted = _wanted(asked, typing=typing)
    return _fragments(text, 0, len(text), _found(text, wanted) if wanted else [])


def excerpt(
    text: str, asked: Asked, width: int = WIDTH, *, typing: bool = False
) -> Excerpt | None:
    """Return the part of a text with most of what was asked for, None without any.

    About `width` characters, and whole words.
    """
    found = _fullest(_near(text, _wanted(asked, typing=typing), width), width)
    if not found:
        return None
    start, end = _borders(text, found, width)
    return Excerpt(_fragments(text, start, end, found), start > 0, end < len(text))


# --- What is wanted -------------------------------------------------------------------


@lru_cache(maxsize=64)  # a page asks for each of its entries
def _wanted(asked: Asked, *, typing: bool) -> tuple[_Wanted, ...]:
    nodes = [part.node for part in asked.parts]
    last = unfinished(nodes) if typing else None
    wanted = []
    for word in (word for node in nodes for word in words_in(node)):
        *terms, final = analyser.asked(word.text).terms or [""]
        if analyser.asked(word.text).prefix:
            wanted.append(_Wanted(tuple(terms), final))
        elif final:
            wanted.append(_Wanted((*terms, final)))
        begun = beginning(word.text) if word is last else None
        if begun:
            wanted.append(_Wanted(tuple(begun[0]), begun[1]))
    return tuple(dict.fromkeys(wanted))


@lru_cache(maxsize=64)
def _probe(wanted: tuple[_Wanted, ...]) -> re.Pattern[str]:
    """Return what finds in folded text nearly every place where a match may begin.

    A stem is rarely more than its last letter away from how its word is spelt.
    """
    firsts = {one.terms[0] if one.terms else one.begins for one in wanted}
    begins = {one if is_wide(one) or len(one) < 3 else one[:-1] for one in firsts}  # noqa: PLR2004
    return re.compile("|".join(map(re.escape, sorted(begins))))


# --- Where it is ----------------------------------------------------------------------


def _near(text: str, wanted: tuple[_Wanted, ...], width: int) -> list[_Range]:
    """Return what is wanted of a text, of a long one around the likeliest place.

    Reading all the terms of all the texts would take most of the time of a page.
    """
    if not wanted:
        return []
    folded = text.lower() if text.isascii() else text.translate(FOLD)
    probed = _probe(wanted).finditer(folded)
    likely = [_Range(*match.span(), match[0]) for match in islice(probed, MOST)]
    if likely and len(text) <= _SHORT:
        return _found(text, wanted)
    if likely and len(folded) == len(text):
        found = _found_around(text, _fullest(likely, width), wanted, width)
        if found:
            return found
    return _found(text, wanted) if _may_hold(text, wanted) else []


def _found_around(
    text: str, likely: list[_Range], wanted: tuple[_Wanted, ...], width: int
) -> list[_Range]:
    """Return what is wanted of the part of a text that is about to be shown."""
    first = likely[0].start
    start = _border(text, max(0, first - LEAD), first)
    end = first + width
    part = text[start : _border(text, min(len(text), end + LEAD), end)]
    return [
        _Range(one.start + start, one.end + start, one.wanted)
        for one in _found(part, wanted)
    ]


def _may_hold(text: str, wanted: tuple[_Wanted, ...]) -> bool:
    held = set(analyser.terms(text))
    return any(one.begins or held.issuperset(one.terms) for one in wanted)


def _found(text: str, wanted: tuple[_Wanted, ...]) -> list[_Range]:
    """Return the places of what is wanted, from the first on; they may overlap."""
    tokens = analyser.tokens(text)
    places: dict[str, list[int]] = defaultdict(list)
    for at, token in enumerate(tokens):
        places[token.term].append(at)
    ranges = [place for one in wanted for place in _matches(one, text, tokens, places)]
    return sorted(ranges, key=lambda one: (one.start, one.end))


def _matches(
    wanted: _Wanted, text: str, tokens: list[Token], places: dict[str, list[int]]
) -> Iterator[_Range]:
    """Yield where the terms stand one after the other."""
    terms, begins = wanted
    firsts = places.get(terms[0], []) if terms else range(len(tokens))
    for first in firsts:
        after = first + len(terms)
        if any(
            token.term != term
            for token, term in zip(tokens[first:after], terms, strict=False)
        ):
            continue
        last = tokens[after - 1 : after] if not begins else tokens[after : after + 1]
        if len(tokens[first:after]) == len(terms) and last:
            end = _end(text, last[0], begins)
            if end:
                yield _Range(tokens[first].start, end, wanted)


def _end(text: str, token: Token, begins: str) -> int:
    """Return where a match ends, 0 where the last word does not begin as it should."""
    if not begins:
        return token.end
    if is_wide(begins):
        return token.start + 1 if token.term.startswith(begins) else 0
    spelt = text[token.start : token.end].translate(FOLD)
    return token.end if spelt.startswith(begins) else 0


# --- What of it is shown --------------------------------------------------------------


def _fullest(found: Sequence[_Range], width: int) -> list[_Range]:
    """Return the places within a width that hold most of what is wanted."""
    best: list[_Range] = []
    most = 0, 0
    end = 0
    for first, place in enumerate(found[:MOST]):
        end = max(end, first + 1)
        while end < len(found) and found[end].end <= place.start + width - LEAD:
            end += 1
        held = len({one.wanted for one in found[first:end]}), end - first
        if held > most:
            best, most = list(found[first:end]), held
    return best


def _borders(text: str, found: list[_Range], width: int) -> tuple[int, int]:
    """Return where an excerpt begins and ends, outside of words where it can."""
    first, last = found[0].start, max(one.end for one in found)
    if len(text) <= width:
        return 0, len(text)
    start = _border(text, max(0, min(first - LEAD, len(text) - width)), first)
    return start, _border(text, min(len(text), max(start + width, last)), last)


def _border(text: str, at: int, towards: int) -> int:
    """Return the place nearest to `at` on the way that is in no word, else `at`."""
    step = 1 if towards >= at else -1
    return next((p for p in range(at, towards + step, step) if _between(text, p)), at)


def _between(text: str, at: int) -> bool:
    around = text[max(0, at - 1) : at + 1]
    return len(around) < 2 or any(one.isspace() or is_wide(one) for one in around)  # noqa: PLR2004


def _fragments(
    text: str, start: int, end: int, found: Sequence[_Range]
) -> list[Fragment]:
    """Return a part of the text in fragments; places that touch become one."""
    pieces: list[Fragment] = []
    at = start
    for first, last in _joined(found):
        pieces += [Fragment(text[at:first]), Fragment(text[first:last], marked=True)]
        at = last
    pieces.append(Fragment(text[at:end]))
    return [piece for piece in pieces if piece.text]


def _joined(found: Sequence[_Range]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for one in found:
        if joined and one.start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], one.end)
        else:
            joined.append((one.start, one.end))
    return joined
