"""The authors of a paper, from the one string arXiv has for all of them.

How they should be written: https://info.arxiv.org/help/prep.html#author
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kb.text import accents

_SIGN = re.compile(r"[(),;:&]|\band\b")
_GENERATION = re.compile(r"(?:[JS]r\.?|I{1,3}|IV)")
_CLOSE_INITIAL = re.compile(r"\.(?=\w|-)")
_LEGEND = re.compile(r"\(([0-9a-z*\u2020]{1,3})\)")
_AND = re.compile(r"\s*(?:,|&|\band\b)\s*")
_NO_PLACE = re.compile(r"(?:eds?\b|with\b|and\b|for\b|\d+\s+\D)", re.IGNORECASE)


@dataclass
class _Name:
    """A name, what is in brackets after it, and whether an "and" stands before it."""

    text: str
    last: bool
    brackets: list[str] = field(default_factory=list)


def read(written: str) -> list[tuple[str, tuple[str, ...]]]:
    r"""Return the name and the affiliations of each author, in order.

    "A and B (Oxford)" are both of Oxford. Accents become letters and initials stand
    apart, as in arXiv's Atom feeds.

    >>> read(r"P.A. Evans (1), Zo\'e Kim (1, 2) ((1) Oxford, (2) ESO)")
    [('P. A. Evans', ('Oxford',)), ('Zoé Kim', ('Oxford', 'ESO'))]
    """
    names: list[_Name] = []
    legend: dict[str, str] = {}
    for before, text in _pieces(accents.decode(written)):
        if before == "(" and text.startswith("("):
            legend |= _legend(text)
        elif before == "(" and names:
            names[-1].brackets.append(text)
        elif names and _GENERATION.fullmatch(text):
            names[-1].text += f" {text}"
        elif before != "(" and text and text.rstrip(".") != "et al":
            spaced = _CLOSE_INITIAL.sub(". ", text)
            names.append(_Name(spaced, last=before in {"and", "&"}))
    return list(_affiliated(names, legend))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sign before each piece, and the piece; brackets stay whole."""
    depth, start, before = 0, 0, ""
    for sign in _SIGN.finditer(text):
        if depth == (sign[0] == ")"):
            yield before, _clean(text[start : sign.start()])
            start, before = sign.end(), sign[0]
        depth = max(0, depth + {"(": 1, ")": -1}.get(sign[0], 0))
    yield before, _clean(text[start:])


def _clean(text: str) -> str:
    return " ".join(text.replace("{", "").replace("}", "").replace("~", " ").split())


def _legend(text: str) -> dict[str, str]:
    """Read what closes a byline: `(1) Oxford, (2) ESO`."""
    _, *parts = _LEGEND.split(text)
    return {
        mark: place.strip(" ,;")
        for mark, place in zip(parts[::2], parts[1::2], strict=True)
    }


def _affiliated(
    names: Iterable[_Name], legend: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    waiting: list[str] = []
    for name in names:
        waiting.append(name.text)
        if name.brackets:
            places = [each for mark in name.brackets for each in _places(mark, legend)]
            shared = places if name.last and places == name.brackets[:1] else []
            yield from ((each, tuple(shared)) for each in waiting[:-1])
            yield name.text, tuple(places)
            waiting = []
    yield from ((each, ()) for each in waiting)


def _places(bracket: str, legend: Mapping[str, str]) -> list[str]:
    marks = _AND.split(bracket)
    if all(mark.isdecimal() or mark in legend for mark in marks):
        return [legend[mark] for mark in marks if mark in legend]
    return [] if _NO_PLACE.match(bracket) else [bracket]
