"""Highlights in rendered text: `<mark>` around what was quoted."""

import sys
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from html import escape
from itertools import groupby, islice, takewhile
from typing import NamedTuple

from kb.text.anchors.plainform import Part, parts

_LAYERS = 16  # over the same words; more could not be told apart


class Span(NamedTuple):
    """What of the plain form to mark, for which note, and what its writer meant by it.

    `kind` becomes a class.
    """

    start: int
    end: int
    id: int | str
    kind: str = ""


def painted(html: str, spans: Iterable[Span]) -> str:
    """Return HTML that the renderer made with marks around `spans` of its plain form.

    Each piece of a span is `<mark class="KIND" data-note="ID">`; the first of them has
    the id `quote-ID`. Spans that overlap nest: what begins first is outside, then what
    ends last, then what was given first. Of more than 16 over the same words the inner
    ones are left out there. A formula is marked whole; places outside of the text and
    empty spans mark nothing.

    >>> painted("<p>a<em>b</em></p>", [Span(1, 2, 7, "key")])
    '<p>a<em><mark class="key" data-note="7" id="quote-7">b</mark></em></p>'
    """
    pieces = parts(html)
    return "".join(_Brush(_widened(spans, pieces)).strokes(pieces))


def _widened(spans: Iterable[Span], pieces: list[Part]) -> list[Span]:
    """Return the spans with formulas whole, in the order in which they nest."""
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    for _, group in groupby(
        (one for one in pieces if one.whole and one.said), lambda one: one.whole
    ):
        formula = list(group)
        first, last = formula[0].start, formula[-1].end
        begins |= dict.fromkeys(range(first, last), first)
        ends |= dict.fromkeys(range(first + 1, last), last)
    wide = [
        one._replace(
            start=begins.get(one.start, one.start), end=ends.get(one.end, one.end)
        )
        for one in spans
        if one.start < one.end
    ]
    return sorted(wide, key=lambda one: (one.start, -one.end))


class _Brush:
    """Goes over the text once, with the marks that are open where it is."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._waiting = deque(enumerate(spans))
        self._here: OrderedDict[int, Span] = OrderedDict()  # in the order of nesting
        self._ends: list[tuple[int, int]] = []  # a heap of those that are here
        self._open: list[Span] = []
        self._begun: set[int | str] = set()

    def strokes(self, pieces: list[Part]) -> Iterator[str]:
        """Yield the HTML with its marks."""
        for formula, group in groupby(pieces, lambda one: one.whole):
            if formula:
                yield from self._formula(list(group))
            else:
                for part in group:
                    yield from self._part(part)
        yield self._turned_to([])

    def _formula(self, group: list[Part]) -> Iterator[str]:
        first = next((one.start for one in group if one.said), None)
        yield self._turned_to([] if first is None else self._at(first))
        yield from (one.html for one in group)

    def _part(self, part: Part) -> Iterator[str]:
        if not part.said:
            yield self._turned_to([])
            yield part.html
        elif len(part.html) != len(part.said):  # an entity, or spaces that count as one
            yield self._turned_to(self._at(part.start))
            yield part.html
        else:
            yield from self._words(part)

    def _words(self, part: Part) -> Iterator[str]:
        at = part.start
        while at < part.end:
            yield self._turned_to(self._at(at))
            stop = min(part.end, self._next_border())
            yield part.html[at - part.start : stop - part.start]
            at = stop

    def _at(self, place: int) -> list[Span]:
        """Return the marks over a place; places are asked for in order."""
        while self._waiting and self._waiting[0][1].start <= place:
            order, span = self._waiting.popleft()
            self._here[order] = span
            heappush(self._ends, (span.end, order))
        while self._ends and self._ends[0][0] <= place:
            del self._here[heappop(self._ends)[1]]
        return list(islice(self._here.values(), _LAYERS))

    def _next_border(self) -> int:
        """Return where the marks next change."""
        start = self._waiting[0][1].start if self._waiting else sys.maxsize
        return min(start, self._ends[0][0] if self._ends else sys.maxsize)

    def _turned_to(self, wanted: list[Span]) -> str:
        """Return the tags that leave just these marks open."""
        pairs = zip(self._open, wanted, strict=False)
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))
        closing = "</mark>" * (len(self._open) - kept)
        self._open = wanted
        return closing + "".join(map(self._opening, wanted[kept:]))

    def _opening(self, span: Span) -> str:
        name = escape(str(span.id))
        kind = f' class="{escape(span.kind)}"' if span.kind else ""
        first = "" if span.id in self._begun else f' id="quote-{name}"'
        self._begun.add(span.id)
        return f'<mark{kind} data-note="{name}"{first}>'
