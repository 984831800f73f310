"""Two people's changes to one text, put together so that neither can be lost.

Every piece of a merge carries what all three texts say there: joined, the pieces are
each of the three texts again, whatever is chosen. A comma or a space between two
changes does not keep them apart: words that touch are decided together.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from kb.text.matching import matched
from kb.text.runs import Run, Tokens
from kb.text.tokens import tokens, weight


class Kind(Enum):
    """Who changed a piece."""

    AGREED = "agreed"  # nobody
    MINE = "mine"
    THEIRS = "theirs"
    SAME = "same"  # both, to the same text
    CONFLICT = "conflict"  # both, to different texts


class Choice(Enum):
    """What shall stand in place of a piece."""

    BASE = "base"
    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"  # mine, then theirs


class Undecided(ValueError):
    """A conflict without a choice."""


@dataclass(frozen=True)
class Piece:
    """What the three texts say in one place."""

    base: str
    mine: str
    theirs: str

    @property
    def kind(self) -> Kind:
        """Who changed it."""
        if self.mine == self.theirs:
            return Kind.AGREED if self.mine == self.base else Kind.SAME
        if self.theirs == self.base:
            return Kind.MINE
        return Kind.THEIRS if self.mine == self.base else Kind.CONFLICT

    def text(self, choice: Choice | None = None) -> str:
        """Return what shall stand here: by default the change that was made.

        Raises Undecided for a conflict without a choice.
        """
        match choice:
            case None:
                return self._combined()
            case Choice.BASE:
                return self.base
            case Choice.MINE:
                return self.mine
            case Choice.THEIRS:
                return self.theirs
            case Choice.BOTH:
                return self._both()

    def _combined(self) -> str:
        if self.kind is Kind.CONFLICT:
            raise Undecided(self.base)
        return self.mine if self.kind is Kind.MINE else self.theirs

    def _both(self) -> str:
        if self.kind is Kind.CONFLICT:
            return self.mine + self.theirs
        return self._combined()


@dataclass(frozen=True)
class Merge:
    """The pieces in order; those who choose name them by their place."""

    pieces: tuple[Piece, ...]

    @property
    def conflicts(self) -> list[int]:
        """The places where somebody must choose."""
        return [at for at, one in enumerate(self.pieces) if one.kind is Kind.CONFLICT]

    def text(self, chosen: Mapping[int, Choice] | None = None) -> str:
        """Return the text with these choices; Choice.BASE refuses a change.

        Changes without a choice are accepted. Raises Undecided.
        """
        choices = chosen or {}
        return "".join(
            piece.text(choices.get(at)) for at, piece in enumerate(self.pieces)
        )

    def all_of(self, choice: Choice) -> str:
        """Return the whole text of one side."""
        return "".join(piece.text(choice) for piece in self.pieces)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Compare two changed texts with the one that both began from.

    >>> [one.kind.name for one in merge("a b c d", "x b c d", "a b c y").pieces]
    ['MINE', 'AGREED', 'THEIRS']
    >>> merge("模型很大", "模型不大", "模型很大！").text()
    '模型不大！'
    """
    texts = tokens(base), tokens(mine), tokens(theirs)
    return Merge(tuple(_piece(texts, parts) for parts in _regions(*texts)))


_Texts: TypeAlias = tuple[Tokens, Tokens, Tokens]  # the base, mine, theirs
_Parts: TypeAlias = tuple[slice, slice, slice]


def _piece(texts: _Texts, parts: _Parts) -> Piece:
    base, mine, theirs = (
        "".join(text[part]) for text, part in zip(texts, parts, strict=True)
    )
    return Piece(base, mine, theirs)


class _Kept(NamedTuple):
    """Tokens that all three texts have, from these places on."""

    base: int
    mine: int
    theirs: int
    size: int

    def end(self) -> "_Kept":
        base, mine, theirs, size = self
        return _Kept(base + size, mine + size, theirs + size, 0)


def _regions(base: Tokens, mine: Tokens, theirs: Tokens) -> Iterator[_Parts]:
    """Yield in order what is kept and what is changed, as parts of the three."""
    end = _Kept(len(base), len(mine), len(theirs), 0)
    kept = [*_in_both(matched(base, mine), matched(base, theirs)), end]
    at = _Kept(0, 0, 0, 0)
    for run, after in pairwise([*kept, end]):
        touched = at != run._replace(size=0) and run.end() != after._replace(size=0)
        if touched and _says_nothing(base[run.base : run.base + run.size]):
            continue
        for first, last in ((at, run), (run, run.end())):
            if first[:3] != last[:3]:
                yield _between(first, last)
        at = run.end()


def _in_both(in_mine: list[Run], in_theirs: list[Run]) -> Iterator[_Kept]:
    """Yield what stayed in both, of what stayed in each."""
    mine, theirs = deque(in_mine), deque(in_theirs)
    while mine and theirs:
        one, other = mine[0], theirs[0]
        start = max(one.old, other.old)
        ends = one.old + one.size, other.old + other.size
        if start < min(ends):
            in_one, in_other = start - one.old, start - other.old
            size = min(ends) - start
            yield _Kept(start, one.new + in_one, other.new + in_other, size)
        (mine if ends[0] <= ends[1] else theirs).popleft()


def _says_nothing(run: Tokens) -> bool:
    return not any(map(weight, run)) and "\n" not in run


def _between(first: _Kept, last: _Kept) -> _Parts:
    return (
        slice(first.base, last.base),
        slice(first.mine, last.mine),
        slice(first.theirs, last.theirs),
    )
