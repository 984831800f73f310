"""Bars that say what their numbers say."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.web.charts import LEAST, Column, Frame, heights, stacked, step_for

NUMBERS = st.lists(st.integers(0, 100_000), min_size=1, max_size=6)
FRAME = Frame(width=400, height=200, left=40, top=10, bottom=20)


def column(*numbers, label=""):
    return Column(label, label, numbers)


def test_bars_stand_side_by_side_on_one_base_inside_the_frame():
    chart = stacked([column(5), column(8), column(2)], FRAME)

    edges = [edge for bar in chart.bars for edge in (bar.x, bar.x + bar.width)]
    assert edges == sorted(edges)
    assert FRAME.left <= edges[0]
    assert edges[-1] <= FRAME.width
    feet = {bar.segments[0].y + bar.segments[0].height for bar in chart.bars}
    assert feet == {FRAME.base}


def test_what_a_tick_says_is_as_tall_as_it_stands():
    chart = stacked([column(40), column(20)], FRAME)

    at = {tick.number: tick.y for tick in chart.ticks}
    assert [bar.segments[0].y for bar in chart.bars] == [at[40], at[20]]


def test_segments_are_stacked_without_gaps_and_none_is_for_nothing():
    chart = stacked([column(50, 0, 30, 20)], FRAME)

    segments = chart.bars[0].segments
    assert [segment.series for segment in segments] == [0, 2, 3]
    assert [segment.number for segment in segments] == [50, 30, 20]
    for below, above in pairwise(segments):
        assert above.y + above.height == below.y


def test_one_failure_among_thousands_is_seen_and_the_bar_is_no_taller():
    alone = stacked([column(20_000, 0)], FRAME).bars[0].segments
    failed = stacked([column(19_999, 1)], FRAME).bars[0].segments

    assert failed[1].height == LEAST
    assert failed[1].y == alone[0].y


def test_a_chart_of_nothing_has_ticks_and_no_bars_to_see():
    chart = stacked([column(0, 0), column(0, 0)], FRAME)

    assert [tick.number for tick in chart.ticks] == [0, 1, 2, 3, 4]
    assert not any(bar.segments for bar in chart.bars)
    assert stacked([], FRAME).bars == []


def test_labels_are_under_the_middle_of_their_bars():
    first, second = stacked([column(1, label="a"), column(1, label="b")], FRAME).bars

    assert first.x < first.middle < first.x + first.width < second.middle
    assert (first.column.label, second.column.label) == ("a", "b")


@given(st.lists(NUMBERS, max_size=20))
def test_no_bar_leaves_the_drawing(columns):
    chart = stacked([column(*numbers) for numbers in columns])

    for bar in chart.bars:
        for segment in bar.segments:
            assert segment.height >= LEAST
            assert segment.y + segment.height <= chart.frame.base
            assert segment.y >= 0


@given(NUMBERS)
def test_what_is_not_zero_is_tall_enough_to_see_and_what_is_has_no_height(numbers):
    tall = heights(numbers, 0.001)

    assert [bool(height) for height in tall] == [bool(number) for number in numbers]
    assert all(height >= LEAST for height in tall if height)


@pytest.mark.parametrize(
    ("most", "step"),
    [(0, 1), (4, 1), (5, 2), (8, 2), (9, 5), (41, 20), (27_871, 10_000)],
)
def test_ticks_stand_at_round_numbers(most, step):
    assert step_for(most) == step
