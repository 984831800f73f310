"""Two versions of a plain form, compared once: what stayed, and what is new."""

from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import NamedTuple

from kb.text.anchors.evidence import said
from kb.text.matching import matched
from kb.text.tokens import tokens


class Kept(NamedTuple):
    """Characters that stayed: from `old` in the one text, from `new` in the other."""

    old: int
    new: int
    size: int

    @property
    def end(self) -> int:
        """The place after them in the new text."""
        return self.new + self.size

    def within(self, start: int, end: int) -> "Kept":
        """Return those in a part of the old text; their size may be 0."""
        first, last = max(self.old, start), min(self.old + self.size, end)
        return Kept(first, self.new + first - self.old, max(0, last - first))


class Comparison:
    """What an edit kept of a text, in rows, and what it brought in."""

    def __init__(self, old: str, new: str) -> None:
        """Compare the two; about half a second for 64 KB that have little in common."""
        self.old, self.new = old, new
        self.rows = _rows(old, new)
        self._starts = [row.old for row in self.rows]
        bounds = [Kept(0, 0, 0), *self.rows, Kept(0, len(new), 0)]
        gaps = ((one.end, after.new) for one, after in pairwise(bounds))
        self.gaps = [(first, last) for first, last in gaps if first < last]

    def kept(self, start: int, end: int) -> list[Kept]:
        """Return what stayed of a part of the old text."""
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_right(self._starts, end)
        parts = (row.within(start, end) for row in self.rows[first:last])
        return [part for part in parts if part.size]

    def row(self, place: int) -> Kept:
        """Return the whole row of what stayed around a place of the old text."""
        return self.rows[bisect_right(self._starts, place) - 1]

    def weight(self, kept: list[Kept]) -> int:
        """Return how much parts that stayed say."""
        return sum(said(self.old[one.old : one.old + one.size]) for one in kept)

    def share_new(self, start: int, end: int) -> float:
        """Return how much of a part of the new text the edit brought in."""
        shares = (min(end, last) - max(start, first) for first, last in self.gaps)
        return sum(share for share in shares if share > 0) / (end - start)


def _rows(old: str, new: str) -> list[Kept]:
    ours, theirs = tokens(old), tokens(new)
    starts = [0, *accumulate(map(len, ours))]
    others = [0, *accumulate(map(len, theirs))]
    return [
        Kept(starts[at], others[there], starts[at + size] - starts[at])
        for at, there, size in matched(ours, theirs)
    ]
