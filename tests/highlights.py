"""Highlights whose letters are known, and what an edit did to them.

The truth comes from the numbers of a draft's letters, never from the code that is
judged: two letters that occur nowhere else are put around what was quoted, the source
is rendered, and where they come out is where the quotation is.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rapidfuzz.distance import LCSseq

from kb.text import anchors
from kb.text.anchors import Anchor
from kb.text.markdown import render
from tests.drafts import _WORD, Draft

OPEN, CLOSE = "\ue000", "\ue001"
HALF = 0.5


class Fate(Enum):
    """What became of what was quoted."""

    SURVIVED = "survived"  # all of it, in a row
    CHANGED = "changed"  # half of its letters at least
    GONE = "gone"


@dataclass(frozen=True)
class Highlight:
    """An anchor, and the numbers of the letters of the source it was taken from."""

    anchor: Anchor
    numbers: list[int]


class Page:
    """One state of a draft, as it is rendered."""

    def __init__(self, draft: Draft) -> None:
        self.text, self.numbers = draft.text, list(draft.numbers)
        self.since, self.instead = draft.since, draft.instead()
        self.copies = dict(draft.copies)
        self.plain = anchors.plain(render(draft.text))
        self._places = {number: at for at, number in enumerate(self.numbers)}
        self._owners: dict[int, int] | None = None

    def quoted(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a part of the source is in the plain form, if in one piece."""
        parts = self.text[:start], self.text[start:end], self.text[end:]
        marked = anchors.plain(render(f"{parts[0]}{OPEN}{parts[1]}{CLOSE}{parts[2]}"))
        first, last = marked.find(OPEN), marked.find(CLOSE) - 1
        undisturbed = marked.replace(OPEN, "").replace(CLOSE, "") == self.plain
        return (first, last) if undisturbed and first >= 0 else None

    def places(self, numbers: list[int]) -> list[int]:
        """Return where in the source those of the letters are that are still there."""
        return [self._places[one] for one in numbers if one in self._places]

    def owners(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the letters in a part of the plain form, and their numbers, about."""
        if self._owners is None:
            self._owners = {}
            for same in LCSseq.opcodes(self.text, self.plain):
                if same.tag != "equal":
                    continue
                numbers = self.numbers[same.src_start : same.src_end]
                places = range(same.dest_start, same.dest_end)
                self._owners |= dict(zip(places, numbers, strict=True))
        letters = (at for at in range(start, end) if self.plain[at].isalnum())
        return [(at, self._owners.get(at, -1)) for at in letters]


def highlights(page: Page, chance: random.Random, number: int) -> Iterator[Highlight]:
    """Yield highlights of a page: words, phrases, sentences, more than one."""
    words = [m.span() for m in _WORD.finditer(page.text)]
    for _ in range(number):
        size = chance.choice([1, 2, 3, 4, 5, 6, 8, 10, 15, 25, 50])
        first = chance.randrange(max(1, len(words) - size))
        start, end = words[first][0], words[min(first + size, len(words)) - 1][1]
        place = page.quoted(start, end)
        if place and place[0] < place[1]:
            anchor = anchors.make(page.plain, *place)
            if (anchor.start, anchor.end) == place:
                yield Highlight(anchor, page.numbers[start:end])


class Judge:
    """Knows what an edit did to highlights, and whether an answer is right."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def fate(self, highlight: Highlight) -> tuple[Fate, tuple[int, int] | None]:
        """Return what became of it, and where it is if all of it survived."""
        numbers = highlight.numbers
        for known in (numbers, self._copied(numbers)):
            places = self.page.places(known)
            if len(places) == len(numbers) and places == sorted(places):
                place = self.page.quoted(places[0], places[-1] + 1)
                if place and self.page.plain[slice(*place)] == highlight.anchor.exact:
                    return Fate.SURVIVED, place
        few = len(self.page.places(numbers)) < HALF * len(numbers)
        return (Fate.GONE if few else Fate.CHANGED), None

    def now(self, highlight: Highlight) -> list[int]:
        """Return the letters that are the quotation now, copies perhaps."""
        return self._copied(highlight.numbers)

    def _copied(self, numbers: list[int]) -> list[int]:
        """Return the letters with copies for those that are gone.

        What was written again elsewhere and then deleted where it was has been moved.
        """
        there = {
            was: now for now, was in self.page.copies.items() if self.page.places([now])
        }
        return [
            there.get(one, one) if not self.page.places([one]) else one
            for one in numbers
        ]

    def reads_both_ways(self, highlight: Highlight, start: int, end: int) -> bool:
        """Whether the same words beside it could as well be those that stayed.

        What was written between them may have come after the one or before the other.
        """
        owners = [number for _, number in self.page.owners(start, end)]
        if {self.page.instead.get(one) for one in owners} <= set(highlight.numbers):
            return True
        if self.page.plain[start:end] != highlight.anchor.exact or -1 in owners:
            return False
        found, true = self.page.places(owners), self.page.places(highlight.numbers)
        if not found or not true or found[0] == true[0]:
            return False
        first, apart = min(found[0], true[0]), abs(found[0] - true[0])
        end = first + true[-1] - true[0] + 1
        begins = self._alike(first - 1, apart, -1) if found[0] < true[0] else end
        ends = first if found[0] < true[0] else self._alike(end, apart, 1)
        return any(
            min(self.page.numbers[at : at + apart]) >= self.page.since
            for at in range(begins, ends + 1)
            if at + apart <= len(self.page.numbers)
        )

    def _alike(self, at: int, apart: int, step: int) -> int:
        """Return how far the text goes on as it does so many letters further on."""
        text = self.page.text
        while at >= 0 and at + apart < len(text) and text[at] == text[at + apart]:
            at += step
        return at if step > 0 else at + 1

    def is_ours(self, highlight: Highlight, start: int, end: int) -> bool:
        """Whether most of what was found are letters of the quotation.

        Copies count where the quotation itself went, or was broken up.
        """
        ours = set(highlight.numbers)
        went = len(self.page.places(highlight.numbers)) < HALF * len(ours)
        if went or self.page.plain[start:end] == highlight.anchor.exact:
            ours |= {now for now, was in self.page.copies.items() if was in ours}
        ours |= {now for now, was in self.page.instead.items() if was in ours}
        whole = held = 0
        for at, owner in self.page.owners(start, end):
            size = len(self.page.plain[at].encode())
            whole += size
            held += size if owner in ours else 0
        return held > HALF * whole
