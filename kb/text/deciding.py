"""What is to be decided of two people's changes to one text, and the text it gives.

Until somebody decides, each change stands, and where two clash, both texts do: what
nobody looked at is not lost either.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb.text.merging import Choice, Kind, Merge, Piece, merge

_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_LATIN = re.compile(r"[^\W\u2e80-\uffef]")

DEFAULTS = {
    Kind.MINE: Choice.MINE,
    Kind.THEIRS: Choice.THEIRS,
    Kind.CONFLICT: Choice.BOTH,
}


@dataclass(frozen=True)
class Part:
    """A piece of a merge in its place; `between` stands where both texts are kept."""

    at: int
    piece: Piece
    between: str = ""

    @property
    def decided(self) -> bool:
        """Whether there is nothing to decide."""
        return self.piece.kind not in DEFAULTS

    @property
    def default(self) -> Choice:
        """What stands until somebody decides."""
        return DEFAULTS.get(self.piece.kind, Choice.MINE)

    def text(self, choice: Choice) -> str:
        """Return what a choice puts here."""
        if choice is Choice.BOTH and self.piece.kind is Kind.CONFLICT:
            return f"{self.piece.mine}{self.between}{self.piece.theirs}"
        return self.piece.text(choice)


def parts(base: str, mine: str, theirs: str) -> list[Part]:
    """Return what stayed and what was changed, in order."""
    return list(_parts(merge(base, mine, theirs)))


def combined(some: list[Part], chosen: Mapping[int, Choice]) -> str:
    r"""Return the text with these choices, by the places of their parts.

    >>> combined(parts("", "one", "two"), {})
    'one\n\ntwo'
    >>> combined(parts("", "one", "two"), {0: Choice.THEIRS})
    'two'
    """
    return "".join(part.text(chosen.get(part.at, part.default)) for part in some)


def _parts(merged: Merge) -> Iterator[Part]:
    before = ""
    for at, piece in enumerate(merged.pieces):
        rest = "".join(one.mine for one in merged.pieces[at + 1 : at + 2])
        yield Part(at, piece, _between(before, piece, rest))
        before = piece.mine


def _between(before: str, piece: Piece, after: str) -> str:
    """Return what keeps the two texts of a conflict apart, where they meet."""
    mine, theirs = piece.mine, piece.theirs
    if not (mine and theirs) or mine[-1].isspace() or theirs[0].isspace():
        return ""
    alone = before[-1:] in ("", "\n") and after[:1] in ("", "\n")
    if alone and theirs[-1] != "\n":
        return "\n" if _ITEM.match(mine) and _ITEM.match(theirs) else "\n\n"
    return " " if _LATIN.match(mine[-1]) and _LATIN.match(theirs[0]) else ""
