"""Carry anchors through an edit, with both versions of the text at hand.

What stayed of a text is known from comparing the two versions, so a quotation is taken
to the very letters it was made of; the same words elsewhere do not count. Where it went
from its place it is looked for in what the edit brought in, and nowhere else.
"""

from bisect import bisect_right
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from kb.text.anchors.evidence import SURE, context, said
from kb.text.anchors.finding import Found, find, occurrences, resembling
from kb.text.anchors.folding import folded
from kb.text.anchors.quotes import Anchor, Unquotable, make
from kb.text.matching import matched
from kb.text.tokens import tokens

_STAYED = 0.7  # of a quotation, by weight
_OURS = 0.6  # of what lies between its ends now
_AROUND = 64  # characters on each side: of a text so short that nothing in it is sure,
_FEW = 0.6  # so much must have stayed
_LEFT = 0.5  # of a quotation that is still there, if it is not to be elsewhere
_NEW = 0.8  # of the characters of a quotation that was moved
_LONG = 2 * SURE  # the weight of words that are known again when edited and moved
_MOST = 1_000  # places looked at
_MARGIN = 0.1  # by which one of several places must fit better


class _Run(NamedTuple):
    """Characters that stayed."""

    old: int
    new: int
    size: int

    @property
    def end(self) -> int:
        """The place after it in the new text."""
        return self.new + self.size

    def within(self, start: int, end: int) -> "_Run":
        """Return what of it is in a part of the old text; its size may be 0."""
        first, last = max(self.old, start), min(self.old + self.size, end)
        return _Run(first, self.new + first - self.old, max(0, last - first))


class Edit:
    """One edit of a plain form: compared once, for all the anchors in the text."""

    def __init__(self, old: str, new: str) -> None:
        """Compare the two; a second at most for 64 KB."""
        self.old, self.new = old, new
        self._runs = _runs(old, new)
        self._starts = [run.old for run in self._runs]
        self._gaps = _between(self._runs, len(new))

    def moved(self, anchor: Anchor) -> Anchor | None:
        """Return the anchor of the same words in the new text; None: orphaned.

        One that was orphaned before is taken up again where its words come back.
        """
        if self.old == self.new:
            return anchor
        was = self._place(anchor)
        kept = self._within(was.start, was.end) if was else []
        found = self._stayed(was, kept) if was else None
        if not found and self._weight(kept) < _LEFT * said(anchor.exact):
            found = self._brought_in(anchor)
        try:
            return make(self.new, found.start, found.end) if found else None
        except Unquotable:
            return None

    def _place(self, anchor: Anchor) -> Found | None:
        if self.old[anchor.start : anchor.end] == anchor.exact:
            return Found(anchor.start, anchor.end, 1)
        return find(anchor, self.old)

    # --- Where it was -----------------------------------------------------------------

    def _stayed(self, was: Found, kept: list[_Run]) -> Found | None:
        """Return where what is left of the words stands, if that is most of them."""
        kept = self._together(kept)
        if not kept or not any(map(self._is_sure, kept)):
            return None
        start, end = kept[0].new, kept[-1].end
        before, now = self.old[was.start : was.end], self.new[start:end]
        if before == now:
            return Found(start, end, 1)
        left = self._weight(kept)
        return Found(start, end, 1) if left >= max(1, _STAYED * said(before)) else None

    def _together(self, kept: list[_Run]) -> list[_Run]:
        """Leave out what was cut off by what is written between now."""
        while len(kept) > 1:
            now = said(self.new[kept[0].new : kept[-1].end])
            if self._weight(kept) >= _OURS * now:
                break
            smaller = self._weight(kept[:1]) < self._weight(kept[-1:])
            kept = kept[1:] if smaller else kept[:-1]
        return kept

    def _weight(self, kept: list[_Run]) -> int:
        return sum(said(self.old[one.old : one.old + one.size]) for one in kept)

    def _within(self, start: int, end: int) -> list[_Run]:
        """Return what stayed of a part of the old text."""
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_right(self._starts, end)
        parts = (run.within(start, end) for run in self._runs[first:last])
        return [part for part in parts if part.size]

    def _is_sure(self, part: _Run) -> bool:
        """Whether it stayed in a row of words that is long, and not there twice."""
        row = self._runs[bisect_right(self._starts, part.old) - 1]
        words = self.old[row.old : row.old + row.size]
        around = self.old[max(0, part.old - _AROUND) : part.old + part.size + _AROUND]
        if said(words) < min(SURE, _FEW * said(around)):
            return False
        last = row.old + row.size == len(self.old) and row.end == len(self.new)
        return last or all(
            text.find(words, text.find(words) + 1) < 0 for text in (self.old, self.new)
        )

    # --- Where it may have gone -------------------------------------------------------

    def _brought_in(self, anchor: Anchor) -> Found | None:
        """Return the words, or about the same, in what is new, where that is sure."""
        words = folded(anchor.exact)
        places = [
            (at, at + len(words))
            for at in islice(occurrences(words, folded(self.new)), _MOST)
            if self._is_new(at, at + len(words))
        ]
        if not places:
            return self._rewritten(anchor.exact)
        around = {place: context(anchor, self.new, *place) for place in places}
        best, *others = sorted(places, key=lambda one: -around[one].score)
        if others and around[best].score - around[others[0]].score < _MARGIN:
            return None
        alone = not others and around[best].words >= SURE
        return Found(*best, 1) if alone or around[best].sure else None

    def _is_new(self, start: int, end: int) -> bool:
        shares = (min(end, last) - max(start, first) for first, last in self._gaps)
        return sum(share for share in shares if share > 0) >= _NEW * (end - start)

    def _rewritten(self, words: str) -> Found | None:
        if said(words) < _LONG:
            return None
        found = [
            place._replace(start=first + place.start, end=first + place.end)
            for first, last in self._gaps
            if (place := resembling(words, self.new[first:last]))
        ]
        return found[0] if len(found) == 1 else None


def moved(anchor: Anchor, old: str, new: str) -> Anchor | None:
    """Return the anchor of the same words after one edit; None: orphaned.

    >>> anchor = make("一个大模型。", 2, 5)
    >>> moved(anchor, "一个大模型。", "这是一个大模型。").start
    4
    """
    return Edit(old, new).moved(anchor)


def _runs(old: str, new: str) -> list[_Run]:
    ours, theirs = tokens(old), tokens(new)
    starts = [0, *accumulate(map(len, ours))]
    others = [0, *accumulate(map(len, theirs))]
    return [
        _Run(starts[old], others[new], starts[old + size] - starts[old])
        for old, new, size in matched(ours, theirs)
    ]


def _between(runs: list[_Run], end: int) -> list[tuple[int, int]]:
    """Return the parts of the new text that the old one had not."""
    bounds = [_Run(0, 0, 0), *runs, _Run(0, end, 0)]
    gaps = ((one.end, after.new) for one, after in pairwise(bounds))
    return [(first, last) for first, last in gaps if first < last]
