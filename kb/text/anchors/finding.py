"""Find a quotation in a text without knowing what became of the text.

Nothing is taken for the quotation on the strength of its words alone: what stands
around it must agree too, on one side at least. Of several, the one that agrees best is
it; of those that agree alike, only one that is where it was.
"""

from collections.abc import Iterator
from heapq import nsmallest
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from kb.text.anchors.evidence import SURE, context, said
from kb.text.anchors.folding import folded
from kb.text.anchors.quotes import Anchor, in_plain_form
from kb.text.matching import matched
from kb.text.tokens import tokens

_MOST = 200  # places looked at of words that stand everywhere: the nearest
_MARGIN = 0.1  # by which one place must fit better than the next
_LIKE = 0.8  # of the characters of a quotation that was edited
RIVAL = 0.1  # that the next best must be worse by


class Found(NamedTuple):
    """Where a quotation is; the score is 1 where all is as it was, context too."""

    start: int
    end: int
    score: float


def find(anchor: Anchor, text: str, *, hint: int | None = None) -> Found | None:
    """Return where the quotation is in a plain form; None where that is not sure.

    `hint` is where it is expected, by default where it was: it decides between places
    that fit alike. An anchor that tells nothing of its context is found where its words
    stand once.

    >>> find(Anchor("模型", "大语言", "很", 0, 2), "模型。大语言模型很强")
    Found(start=6, end=8, score=1.0)
    """
    anchor = in_plain_form(anchor)
    place = anchor.start if hint is None else hint
    if not anchor.exact:
        return None
    found = _places(anchor.exact, text, place)
    sure = list(_sure(anchor, text, found))
    return _best(sure, place) if found else _edited(anchor, text)


def _places(words: str, text: str, near: int) -> list[int]:
    """Return where the words are, the nearest of them."""
    return nsmallest(
        _MOST, occurrences(folded(words), folded(text)), lambda at: abs(at - near)
    )


def occurrences(words: str, text: str) -> Iterator[int]:
    """Yield all the places of words in a text, overlapping ones too."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _sure(anchor: Anchor, text: str, places: list[int]) -> Iterator[Found]:
    for start in places:
        end = start + len(anchor.exact)
        around = context(anchor, text, start, end)
        if around.sure and (around.sides or len(places) == 1):
            yield Found(start, end, around.score)


def _best(found: list[Found], place: int) -> Found | None:
    """Return the one that fits best; of several, the one that is where it was."""
    most = max((one.score for one in found), default=0)
    alike = [one for one in found if one.score > most - _MARGIN]
    there = [one for one in alike if one.start == place]
    return next(iter(there or alike), None) if len(there or alike) == 1 else None


def _edited(anchor: Anchor, text: str) -> Found | None:
    """Return the one place with about the same words, if what is around it agrees."""
    if said(anchor.exact) < SURE:
        return None
    place = resembling(anchor.exact, text)
    if place is None:
        return None
    around = context(anchor, text, place.start, place.end)
    if not (around.sure and around.sides):
        return None
    return place._replace(score=place.score * around.score)


def resembling(words: str, text: str) -> Found | None:
    """Return the part of a text that is most like some words, if no other is as like.

    The score is the share of the characters that both have.
    """
    wanted, whole = folded(words), folded(text)
    if not text or len(words) > len(text) * 2:
        return None
    near = fuzz.partial_ratio_alignment(wanted, whole, score_cutoff=100 * _LIKE - 5)
    if near is None:
        return None
    first, last = near.dest_start, near.dest_end
    if len(wanted) > len(whole):
        first, last = 0, len(whole)
    slack = len(words) // 4
    first, last = max(0, first - slack), min(len(text), last + slack)
    start, end = _kept(wanted, whole[first:last])
    start, end = first + start, first + end
    alike = Indel.normalized_similarity(wanted, whole[start:end])
    rival = max(partial(wanted, rest) for rest in (whole[:start], whole[end:]))
    if alike < _LIKE or rival > alike - RIVAL:
        return None
    return Found(start, end, alike)


def partial(words: str, text: str) -> float:
    """Return how like the words the part of a text is that is most like them."""
    return fuzz.partial_ratio(words, text) / 100 if len(text) >= len(words) else 0


def _kept(words: str, text: str) -> tuple[int, int]:
    """Return from where to where a text has what stayed of the words."""
    old, new = tokens(words), tokens(text)
    runs = matched(old, new)
    if not runs:
        return 0, 0
    last = runs[-1].new + runs[-1].size
    return len("".join(new[: runs[0].new])), len("".join(new[:last]))
