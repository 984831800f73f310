"""Geometry of bar charts: from numbers to whole units of a drawing.

Colours and words are the template's, `kb/chart.html`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

LEAST = 3  # units; a single failure among thousands must be seen
TICKS = 4


@dataclass(frozen=True)
class Column:
    """What is to be one bar; `numbers` has one for each series, bottom first."""

    label: str
    title: str  # the label in full
    numbers: Sequence[int]


@dataclass(frozen=True)
class Frame:
    """The size of the drawing and what is kept for the numbers and labels around it."""

    width: int = 360
    height: int = 150
    left: int = 30
    top: int = 8
    bottom: int = 18

    @property
    def base(self) -> int:
        """Where bars stand."""
        return self.height - self.bottom


@dataclass(frozen=True)
class Segment:
    """A part of a bar: how many of one series."""

    series: int
    number: int
    y: int
    height: int


@dataclass(frozen=True)
class Bar:
    """A column as drawn; segments from the bottom up, none for what is zero."""

    column: Column
    x: int
    width: int
    segments: Sequence[Segment]

    @property
    def middle(self) -> int:
        """Where its label is centred."""
        return self.x + self.width // 2


@dataclass(frozen=True)
class Tick:
    """A line across the drawing, and the number it stands for."""

    number: int
    y: int


@dataclass(frozen=True)
class Chart:
    """Bars on their ticks, in one frame."""

    frame: Frame
    bars: Sequence[Bar]
    ticks: Sequence[Tick]


def stacked(columns: Sequence[Column], frame: Frame | None = None) -> Chart:
    """Return the chart of `columns`, side by side in their order."""
    drawn = frame or Frame()
    step = step_for(max((sum(column.numbers) for column in columns), default=0))
    lines = range(TICKS + 1)
    room = drawn.base - drawn.top
    ticks = [Tick(step * n, drawn.base - room * n // TICKS) for n in lines]
    slot = (drawn.width - drawn.left) // max(1, len(columns))
    width = max(1, slot * 7 // 10)
    bars = [
        Bar(
            column,
            drawn.left + slot * place + (slot - width) // 2,
            width,
            list(_segments(column, drawn.base, room / (step * TICKS))),
        )
        for place, column in enumerate(columns)
    ]
    return Chart(drawn, bars, ticks)


def step_for(most: int) -> int:
    """Return the least of 1, 2, 5, 10, 20 … of which TICKS reach `most`.

    >>> step_for(0), step_for(5), step_for(27_000)
    (1, 2, 10000)
    """
    steps = (digit * int(10**power) for power in count() for digit in (1, 2, 5))
    return next(step for step in steps if step * TICKS >= most)


def heights(numbers: Sequence[int], scale: float) -> list[int]:
    """Return the units for each number; what is not zero has LEAST of them.

    The tallest gives what the small ones take, so that the sum stays true.

    >>> heights([1, 0, 5000], 0.02)
    [3, 0, 97]
    """
    tall = [max(LEAST, round(number * scale)) if number else 0 for number in numbers]
    if not any(tall):
        return tall
    place = tall.index(max(tall))
    over = sum(tall) - round(sum(numbers) * scale)
    tall[place] = max(LEAST, tall[place] - over)
    return tall


def _segments(column: Column, base: int, scale: float) -> Iterator[Segment]:
    tall = heights(column.numbers, scale)
    for series, top in enumerate(accumulate(tall)):
        if tall[series]:
            yield Segment(series, column.numbers[series], base - top, tall[series])
