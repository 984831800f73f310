"""What two texts have in common, as their tokens in order.

Sentences that stand once in both come first, so that a phrase that is common in a
text is not found in the wrong one; what lies between them is compared token by token.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz.distance import LCSseq, Levenshtein

from kb.text.runs import AT_SENTENCE, ENDS, Run, Tokens, border, settled, weighty
from kb.text.tokens import weight

_SENTENCE = 12  # the weight of the shortest sentence that tells where it is
_CELLS = 200_000_000  # of the exact comparison: 25 MB, and a tenth of a second


def matched(old: Tokens, new: Tokens) -> list[Run]:
    """Return the runs that stayed, in order and as long as can be."""
    runs = _joined(_compared(old, new))
    return settled(weighty(runs, old, new), old, new)


class _Gap(NamedTuple):
    """A part of each text, to be compared with each other."""

    old: int
    old_end: int
    new: int
    new_end: int

    def after(self, run: Run) -> "_Gap":
        return self._replace(old=run.old + run.size, new=run.new + run.size)

    def before(self, run: Run) -> "_Gap":
        return self._replace(old_end=run.old, new_end=run.new)


def _compared(old: Tokens, new: Tokens) -> Iterator[Run]:
    gap = _Gap(0, len(old), 0, len(new))
    head, tail = _ends(old, new)
    yield head
    gap = gap.after(head).before(tail)
    for run in _sentences_in_common(old, new, gap):
        yield from _tokens_in_common(old, new, gap.before(run))
        yield run
        gap = gap.after(run)
    yield from _tokens_in_common(old, new, gap)
    yield tail


def _ends(old: Tokens, new: Tokens) -> tuple[Run, Run]:
    """Return the whole sentences that both begin with, and that they end with."""
    if old == new:
        return Run(0, 0, len(old)), Run(len(old), len(new), 0)
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    while border(old, head) < AT_SENTENCE:
        head -= 1
    most = shorter - head
    tail = next((at for at in range(most) if old[~at] != new[~at]), most)
    begins = range(len(old) - tail + 1, len(old))
    start = next((at for at in begins if border(old, at) >= AT_SENTENCE), len(old))
    size = len(old) - start
    return Run(0, 0, head), Run(start, len(new) - size, size)


# --- Sentences ------------------------------------------------------------------------


def _sentences_in_common(old: Tokens, new: Tokens, gap: _Gap) -> Iterator[Run]:
    """Yield sentences that both have once, as many as are in the same order."""
    places = _once(old, gap.old, gap.old_end)
    others = _once(new, gap.new, gap.new_end)
    pairs = [
        Run(place, others[said], len(said))
        for said, place in places.items()
        if said in others
    ]
    yield from _longest_ascending(pairs)


def _once(text: Tokens, start: int, end: int) -> dict[tuple[str, ...], int]:
    """Return where the sentences are that are there only once, and say enough."""
    found: dict[tuple[str, ...], list[int]] = {}
    for first, last in _sentences(text, start, end):
        found.setdefault(tuple(text[first:last]), []).append(first)
    return {
        said: places[0]
        for said, places in found.items()
        if len(places) == 1 and sum(map(weight, said)) >= _SENTENCE
    }


def _sentences(text: Tokens, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for at in range(start, end):
        if text[at] in ENDS or (text[at] == "." and text[at + 1 : at + 2] == [" "]):
            yield first, at + 1
            first = at + 1
        elif first == at and text[at].isspace():
            first = at + 1
    if first < end:
        yield first, end


def _longest_ascending(pairs: list[Run]) -> list[Run]:
    """Return the most of `pairs`, which are in the old order, in both orders."""
    tops: list[int] = []  # the smallest last place of each length
    lasts: list[int] = []  # which pair that is
    before: list[int] = []
    for index, pair in enumerate(pairs):
        at = bisect_left(tops, pair.new)
        before.append(lasts[at - 1] if at else -1)
        tops[at : at + 1], lasts[at : at + 1] = [pair.new], [index]
    chain: list[Run] = []
    index = lasts[-1] if lasts else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


# --- Tokens ---------------------------------------------------------------------------


def _tokens_in_common(old: Tokens, new: Tokens, gap: _Gap) -> Iterator[Run]:
    before, after = old[gap.old : gap.old_end], new[gap.new : gap.new_end]
    exact = len(before) * len(after) <= _CELLS
    compare = LCSseq.opcodes if exact else Levenshtein.opcodes
    for same in compare(before, after):
        if same.tag == "equal":
            size = same.src_end - same.src_start
            yield Run(gap.old + same.src_start, gap.new + same.dest_start, size)


def _joined(runs: Iterator[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else Run(0, 0, 0)
        touches = (last.old + last.size, last.new + last.size) == (run.old, run.new)
        if joined and touches:
            joined[-1] = last._replace(size=last.size + run.size)
        elif run.size:
            joined.append(run)
    return joined
