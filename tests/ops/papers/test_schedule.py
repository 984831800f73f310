"""When papers and harvests are due next."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.ops.papers import schedule
from tests.factories import NOW

DAY = timedelta(days=1)
SEEDS = [f"2307.{number:05}" for number in range(500)]


def pauses(**known):
    return [schedule.next_due(NOW, seed=seed, **known) - NOW for seed in SEEDS]


@pytest.mark.parametrize(
    ("age", "days"), [(3, 1), (29, 1), (31, 7), (364, 7), (366, 30), (4000, 30)]
)
def test_the_older_a_paper_is_the_later_it_is_due(age, days):
    found = pauses(latest=NOW - age * DAY)

    assert min(found) >= 0.9 * days * DAY
    assert max(found) <= 1.1 * days * DAY


def test_a_paper_is_never_due_within_twenty_hours():
    assert min(pauses(latest=NOW)) >= timedelta(hours=20)
    assert min(pauses(latest=None)) >= timedelta(hours=20)


def test_a_harvested_paper_is_looked_at_once_a_month():
    assert min(pauses(latest=NOW, harvested=True)) >= 27 * DAY


def test_papers_that_came_together_spread_and_each_keeps_its_place():
    found = pauses(latest=NOW)

    assert len(set(found)) > 450
    assert found == pauses(latest=NOW)


def test_many_new_papers_spread_over_the_whole_pause():
    old = NOW - 4000 * DAY
    found = sorted(schedule.first_due(NOW, seed=seed, latest=old) for seed in SEEDS)

    assert found[0] < NOW + 2 * DAY
    assert found[-1] > NOW + 28 * DAY
    assert found[-1] <= NOW + 30 * DAY


def test_each_failure_doubles_the_wait_up_to_a_day():
    waits = [schedule.next_try(NOW, failures=n) - NOW for n in (1, 2, 3, 10, 60_000)]

    assert waits == [
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(minutes=8),
        timedelta(minutes=1024),
        DAY,
    ]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 4, 5, 0, tzinfo=UTC), 4),  # a Wednesday, before it
        (datetime(2026, 3, 4, 6, 30, tzinfo=UTC), 5),
        (datetime(2026, 3, 6, 6, 30, tzinfo=UTC), 7),  # Saturday
        (datetime(2026, 3, 7, 6, 30, tzinfo=UTC), 9),  # not on Sunday
    ],
)
def test_a_harvest_is_due_after_arxivs_night(now, day):
    found = schedule.next_harvest(now, seed="somebody")

    begins = datetime(2026, 3, day, 5, 30, tzinfo=UTC)
    assert begins <= found <= begins + timedelta(minutes=30)


def test_sites_do_not_all_begin_at_the_same_minute():
    assert len({schedule.next_harvest(NOW, seed=seed) for seed in SEEDS}) > 400


@pytest.mark.parametrize(
    ("set_spec", "inside", "outside"),
    [
        ("", ["cs.CL", "hep-th", "math.CO"], []),
        ("cs", ["cs.CL", "cs.LG"], ["stat.ML", "hep-th"]),
        ("cs:cs:CL", ["cs.CL"], ["cs.LG"]),
        ("math", ["math.CO"], ["math-ph"]),
        ("physics", ["hep-th", "astro-ph.CO", "math-ph", "quant-ph"], ["math.CO"]),
        ("physics:hep-th", ["hep-th"], ["hep-ph"]),
        ("physics:cond-mat", ["cond-mat.str-el"], ["hep-th"]),
        ("q-bio", ["q-bio.NC"], ["q-fin.ST"]),
    ],
)
def test_a_set_holds_the_papers_of_its_categories(set_spec, inside, outside):
    beginnings = schedule.prefixes(set_spec)

    assert all(category.startswith(beginnings) for category in inside)
    assert not any(category.startswith(beginnings) for category in outside)
