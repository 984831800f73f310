"""Runs of what stayed of a text, as a reader would say it.

What agrees by chance inside of a change, a comma or a short word, did not stay; what
came or went begins where a sentence does.
"""

from itertools import accumulate
from typing import NamedTuple, TypeAlias

from kb.text.tokens import weight

# How good a place is to begin at.
AT_LINE, AT_SENTENCE, AT_WORD = 3, 2, 1

ENDS = frozenset("\n。！？；!?;")
_CHANCE = 8  # the weight of what two sentences may share and say different things

Tokens: TypeAlias = list[str]


class Run(NamedTuple):
    """Tokens that both texts have: from `old` in the one, from `new` in the other."""

    old: int
    new: int
    size: int


def weighty(runs: list[Run], old: Tokens, new: Tokens) -> list[Run]:
    """Leave out what says less than each of the changes around it."""
    weigh = _Scales(old, new)
    kept: list[Run] = []
    for run in [*runs, Run(len(old), len(new), 0)]:
        while kept and weigh.by_chance(kept[-1], kept[-2:-1], run):
            kept.pop()
        kept.append(run)
    return kept[:-1]


def settled(runs: list[Run], old: Tokens, new: Tokens) -> list[Run]:
    """Let what only came or only went begin where a line or a sentence does.

    "We <try this. We >stay" is "<We try this. >We stay" as well.
    """
    kept = [*runs, Run(len(old), len(new), 0)]
    for at in range(len(runs)):
        run, after = kept[at : at + 2]
        old_end, new_end = run.old + run.size, run.new + run.size
        if (old_end == after.old) == (new_end == after.new):
            continue
        came = old_end == after.old
        part = (new, new_end, after.new) if came else (old, old_end, after.old)
        back = _back(*part, run.size)
        kept[at] = run._replace(size=run.size - back)
        kept[at + 1] = Run(after.old - back, after.new - back, after.size + back)
    return [run for run in kept if run.size]


def _back(text: Tokens, start: int, stop: int, most: int) -> int:
    """Return how far back a part can begin as well, at the best of the places."""
    best = 0
    for back in range(1, most + 1):
        if text[start - back] != text[stop - back]:
            break
        if border(text, start - back) > border(text, start - best):
            best = back
    return best


def border(text: Tokens, at: int) -> int:
    """Return how good a place is to begin at."""
    if at == 0 or text[at - 1] == "\n":
        return AT_LINE
    if text[at - 1] in ENDS or text[max(0, at - 2) : at] == [".", " "]:
        return AT_SENTENCE
    return AT_WORD if text[at - 1].isspace() else 0


class _Scales:
    """Weighs parts of both texts."""

    def __init__(self, old: Tokens, new: Tokens) -> None:
        self._text = old
        self._old = [0, *accumulate(map(weight, old))]
        self._new = [0, *accumulate(map(weight, new))]

    def by_chance(self, run: Run, before: list[Run], after: Run) -> bool:
        said = self._old[run.old + run.size] - self._old[run.old]
        if said > _CHANCE or "\n" in self._text[run.old : run.old + run.size]:
            return False
        first = before[0] if before else Run(0, 0, 0)
        return said <= min(self._change(first, run), self._change(run, after))

    def _change(self, run: Run, after: Run) -> int:
        """Return how much was changed between two runs, -1 for nothing at all."""
        old, new = run.old + run.size, run.new + run.size
        if (old, new) == (after.old, after.new):
            return -1
        gone = self._old[after.old] - self._old[old]
        come = self._new[after.new] - self._new[new]
        return max(gone, come)
