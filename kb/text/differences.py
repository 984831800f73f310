"""What became of a text: word by word, and for Chinese character by character.

Bounded: long texts are first cut at what stands once in both (the idea of patience
diff); a passage that is neither short nor can be cut so is replaced as a whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from kb.text.cjk import HAN, KANA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind: TypeAlias = Literal["same", "gone", "new"]
Pair: TypeAlias = tuple[int, int]  # where the same token stands in both texts

KINDS: tuple[Kind, ...] = ("same", "gone", "new")
CUTS = (8, 3, 1)  # tokens in a row that stand once in both texts, tried in this order
COMPARED = 10_000  # pairs of equal tokens; two abstracts have a tenth of it
SURE = CUTS[0]  # so many are no accident; fewer must be met with often
SPARSE = 50  # tokens to a cut; texts that have less in common are not alike
DEEPEST = 6  # cuts within what was cut
ISLAND = 24  # letters; as many that stayed are never taken into what is around them
HAN_LETTERS = 3  # what a Han character says, in Latin letters

_MARKS = r"\u0300-\u036f\ufe00-\ufe0f\u200d"  # which belong to the character before
_TOKEN = re.compile(
    rf"""[{HAN}{KANA}] [{_MARKS}]*
    | \d+ (?: [.,]\d+ )*
    | (?: [^\W\d_{HAN}{KANA}] [{_MARKS}]* )+
    | \r\n | \n | [^\S\n]+
    | . [{_MARKS}]*""",
    re.VERBOSE | re.DOTALL,
)
_HAN = re.compile(f"[{HAN}{KANA}]")
_SENTENCE_ENDS = re.compile(r"[.!?][\"')\]]*\s+|[。！？][」』）]*\s*|\n\s*")
_LONGEST_END = 8  # characters of one; the space after it may be longer


class Piece(NamedTuple):
    """A run of text that stayed, went or came."""

    kind: Kind
    text: str


class Run(NamedTuple):
    """What stayed, and after it what went and what came in its place."""

    same: str
    gone: str
    new: str


def differences(old: str, new: str) -> list[Piece]:
    """Return the runs of both texts in order; what went stands before what came.

    Joined, those that are not new are `old`, and those that are not gone are `new`.

    >>> [tuple(piece) for piece in differences("指令微调 3.5", "指令精调 3.5")]
    [('same', '指令'), ('gone', '微'), ('new', '精'), ('same', '调 3.5')]
    """
    runs = _from_sentences(_readable(_runs(tokens(old), tokens(new))))
    told = (Piece(*named) for run in runs for named in zip(KINDS, run, strict=True))
    return [piece for piece in told if piece.text]


def tokens(text: str) -> list[str]:
    """Return what is compared as one: words, numbers, Han, spaces and marks.

    >>> tokens("大模型 GPT-3.5")
    ['大', '模', '型', ' ', 'GPT', '-', '3.5']
    """
    return [match[0] for match in _TOKEN.finditer(text)]


# --- What stayed ------------------------------------------------------------------


class _Passage(NamedTuple):
    """A part of the old tokens, and the part of the new ones in its place."""

    old: Sequence[str]
    new: Sequence[str]

    def within(self, start: Pair, end: Pair) -> _Passage:
        """Return the part between two pairs."""
        return _Passage(self.old[start[0] : end[0]], self.new[start[1] : end[1]])


def _pairs(whole: _Passage, depth: int = 0) -> Iterator[Pair]:
    """Yield where the same tokens stand in both, in order: the common ends first."""
    head = _common(whole.old, whole.new)
    yield from ((place, place) for place in range(head))
    if head == min(map(len, whole)):
        return  # between two cuts there is often nothing else
    rest = whole.within((head, head), (len(whole.old), len(whole.new)))
    tail = _common(rest.old[::-1], rest.new[::-1])
    end = len(rest.old) - tail, len(rest.new) - tail
    inside = _within(rest.within((0, 0), end), depth)
    yield from ((head + i, head + j) for i, j in inside)
    yield from ((head + end[0] + place, head + end[1] + place) for place in range(tail))


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Return how many tokens two passages begin with alike."""
    both = enumerate(zip(ours, theirs, strict=False))
    unlike = (place for place, (one, other) in both if one != other)
    return next(unlike, min(len(ours), len(theirs)))


def _within(passage: _Passage, depth: int) -> Iterator[Pair]:
    """Yield such pairs of a passage without common ends."""
    if _likeness(passage) <= COMPARED:
        # Spaces match beside words alone: there are too many, and they say nothing.
        matcher = SequenceMatcher(_is_blank, *passage, autojunk=False)
        for i, j, size in matcher.get_matching_blocks():
            yield from ((i + step, j + step) for step in range(size))
    elif depth < DEEPEST and (cuts := _cuts(passage)):
        ends = len(passage.old), len(passage.new)
        for start, end in pairwise([(0, 0), *cuts, ends]):
            for i, j in _pairs(passage.within(start, end), depth + 1):
                yield start[0] + i, start[1] + j


def _likeness(passage: _Passage) -> int:
    """Return how many pairs of equal tokens there are: what comparing them costs."""
    ours, theirs = map(Counter, passage)
    return sum(
        number * theirs[token] for token, number in ours.items() if not _is_blank(token)
    )


def _is_blank(token: str) -> bool:
    return token.isspace() and token[-1] != "\n"


def _cuts(passage: _Passage) -> list[Pair]:
    """Return pairs that both texts can be cut at; none where they are not alike."""
    shorter = min(map(len, passage))
    for width in CUTS:
        ours, theirs = (_once(tokens, width) for tokens in passage)
        common = [(place, theirs[row]) for row, place in ours.items() if row in theirs]
        cuts = _rising(common)
        if cuts and (width == SURE or len(cuts) * SPARSE > shorter):
            return cuts
    return []


def _once(tokens: Sequence[str], width: int) -> dict[tuple[str, ...], int]:
    """Return where the rows of so many tokens are that are there once, in order."""
    rows = list(zip(*(tokens[start:] for start in range(width)), strict=False))
    counts = Counter(rows)
    return {row: place for place, row in enumerate(rows) if counts[row] == 1}


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest part of `pairs` in which the second number rises too."""
    ends: list[int] = []  # for each length, the least second number that ends one
    last: list[int] = []  # and which pair that is
    before: list[int] = []
    for number, (_place, there) in enumerate(pairs):
        length = bisect_left(ends, there)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [there], [number]
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Yield the runs of two texts, by their tokens."""
    i = j = stayed = 0
    for here, there in chain(_pairs(_Passage(old, new)), [(len(old), len(new))]):
        if (here, there) != (i, j):
            parts = old[i - stayed : i], old[i:here], new[j:there]
            yield Run(*map("".join, parts))
            stayed = 0
        stayed += 1
        i, j = here + 1, there + 1
    yield Run("".join(old[len(old) - stayed + 1 :]), "", "")


# --- For people -------------------------------------------------------------------


def _readable(runs: Iterable[Run]) -> list[Run]:
    """Take what stayed into the changes around it, where it says less than they do."""
    kept: list[Run] = []
    for run in runs:
        kept.append(run)
        while len(kept) > 1 and _is_noise(*kept[-2:]):
            before, after = kept.pop(-2), kept.pop()
            gone, new = (
                one + after.same + other
                for one, other in zip(before[1:], after[1:], strict=True)
            )
            kept.append(Run(before.same, gone, new))
    return kept


def _is_noise(before: Run, after: Run) -> bool:
    """Whether what stayed between two changes is too little to be read by itself."""
    between = after.same
    if "\n" in between and not between.strip():
        return False  # each paragraph stands by itself
    if not (after.gone or after.new):
        return False
    most = min(max(map(_letters, run[1:])) for run in (before, after))
    return _letters(between) <= most and _letters(between) < ISLAND


def _letters(text: str) -> int:
    """Return how much a text says, in Latin letters; of a long one, its beginning."""
    text = text[: 4 * ISLAND]
    return sum(map(str.isalnum, text)) + (HAN_LETTERS - 1) * len(_HAN.findall(text))


def _from_sentences(runs: list[Run]) -> list[Run]:
    """Let what only came or only went begin where a sentence does, if it can.

    "We <try X. We >show Y." is "<We try X. >We show Y." as well.
    """
    for place in range(len(runs) - 1):
        run, after = runs[place : place + 2]
        change = "" if run.gone and run.new else run.gone or run.new
        if back := _back(run.same, change):
            moved = run.same[-back:]
            parts = (moved + text[:-back] if text else "" for text in run[1:])
            runs[place] = Run(run.same[:-back], *parts)
            runs[place + 1] = after._replace(same=moved + after.same)
    return runs


def _back(before: str, change: str) -> int:
    """Return how far a change can move back to the beginning of a sentence."""
    shared = _common(before[::-1], change[::-1])
    zone = before[-shared - _LONGEST_END :]
    ends = [len(zone) - end.end() for end in _SENTENCE_ENDS.finditer(zone)]
    return min((back for back in [*ends, len(before)] if back <= shared), default=0)
