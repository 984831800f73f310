"""How sure it is that words are the ones that were quoted, and not others like them."""

from typing import NamedTuple

from rapidfuzz.distance import Indel

from kb.text.anchors.folding import folded
from kb.text.anchors.quotes import CONTEXT, Anchor
from kb.text.tokens import tokens, weight

SURE = 24  # the weight of words in a row that do not stand together by chance
_BESIDE = 12  # of those beside a quotation that tell where it is
_ALIKE = 0.75  # of what stands on a side of it, where not all is as it was
_FEW = 12  # characters that say too little to be compared so


class Side(NamedTuple):
    """How what stands on one side of a place compares with what stood there.

    `alike` is a share of the characters, `same` what is the same from the place on.
    """

    alike: float
    same: str

    @property
    def beside(self) -> int:
        """How much that says."""
        return said(self.same)

    @property
    def agrees(self) -> bool:
        """Whether it may be the same, with some words changed."""
        return self.alike >= _ALIKE or self.beside >= _BESIDE


class Context(NamedTuple):
    """The sides that an anchor tells of, and what it quotes.

    `repeated` is whether the same words with some context stood elsewhere too.
    """

    sides: list[Side]
    exact: str
    repeated: bool

    @property
    def score(self) -> float:
        """How much of the context is there: from 0 to 1."""
        known = [side.alike for side in self.sides]
        return sum(known) / len(known) if known else 1.0

    @property
    def sure(self) -> bool:
        """Whether the words here are those, and not the same words elsewhere."""
        if self.score == 1:
            return True
        if self.repeated:
            return all(side.alike >= _ALIKE for side in self.sides)
        in_a_row = said(self.exact) + sum(side.beside for side in self.sides)
        return in_a_row >= SURE and any(side.agrees for side in self.sides)


def said(text: str) -> int:
    """Return how much a text says, by the letters in it."""
    return sum(map(weight, tokens(text)))


def alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    unlike = (at for at, (ours, theirs) in pairs if ours != theirs)
    return next(unlike, min(len(one), len(other)))


def context(anchor: Anchor, text: str, start: int, end: int) -> Context:
    """Compare what is around a place with what was around the quotation.

    A context that had to grow to tell the quotation from others must be there whole.
    """
    lengths = len(anchor.prefix), len(anchor.suffix)
    before = text[max(0, start - lengths[0]) : start]
    after = text[end : end + lengths[1]]
    pairs = (before[::-1], anchor.prefix[::-1]), (after, anchor.suffix)
    sides = [_compared(*pair) for pair in pairs if pair[1]]
    return Context(sides, anchor.exact, max(lengths) > CONTEXT)


def _compared(found: str, expected: str) -> Side:
    found, expected = folded(found), folded(expected)
    shared = alike(found, expected)
    share = shared / len(expected)
    if len(expected) >= _FEW:
        share = max(share, Indel.normalized_similarity(found, expected))
    return Side(share, expected[:shared])
