"""The record of what is under way."""

from datetime import timedelta

import pytest

from kb.models import Run
from kb.models.runs import RunKind
from kb.ops import runs
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db


def burst():
    return runs.burst(RunKind.REFRESH, "arXiv", by=None, now=NOW)


def test_who_works_at_the_same_works_at_one_run():
    assert burst() == burst()
    assert runs.burst(RunKind.HARVEST, "arXiv", by=None, now=NOW) != burst()
    assert Run.objects.count() == 2


def test_a_run_that_ended_is_not_begun_again():
    first = burst()
    runs.finish(first, now=NOW)

    assert burst() != first


def test_parts_are_added_up():
    run = burst()

    runs.add(run, {"found": 90, "absent": 10}, left=50)
    runs.add(run, {"found": 49, "rejected": 1}, left=0)

    run.refresh_from_db()
    assert (run.done, run.total) == (150, 150)
    assert run.report == {"found": 139, "absent": 10, "rejected": 1}


def test_what_ended_stays_as_it_ended():
    run = burst()
    runs.finish(run, now=NOW, problem="arXiv denies us access")

    runs.finish(run, now=NOW + timedelta(hours=1))

    run.refresh_from_db()
    assert (run.outcome, run.problem) == ("failed", "arXiv denies us access")
    assert run.finished_at == NOW


def test_what_does_not_end_is_given_up_after_a_day():
    old = runs.begin(
        RunKind.SNAPSHOT, "a.jsonl", by=person(), now=NOW - timedelta(hours=25)
    )
    young = runs.begin(RunKind.SNAPSHOT, "b.jsonl", by=None, now=NOW)

    assert runs.fail_abandoned(now=NOW) == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.outcome, old.finished_at) == ("failed", NOW)
    assert "stopped or killed" in old.problem
    assert young.outcome == "running"
