"""Many entries are changed together, whole or not at all, and undone together."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kb.models import Entry, Filing, Paper, Summary, TaggedEntry
from kb.models.entries import Status
from kb.models.runs import Outcome
from kb.ops import bulk, entries, runs, undoing
from kb.ops.acting import acting
from kb.ops.bulk import Wish
from tests.factories import NOW, blog, paper, person, summarised, topic_at

pytestmark = pytest.mark.django_db

MANY = 230


@pytest.fixture
def wang():
    return person("wang", curator=True)


def some(number=3):
    train = topic_at(["train"])
    made = []
    for at in range(number):
        there = blog(f"https://a.example/{at}", f"Post {at}", topics=[train][: at % 2])
        entries.tag(there, ["old"])
        made.append(there.pk)
    return made


def dump():
    return [
        list(Entry.objects.order_by("pk").values("pk", "status", "away_at", "title")),
        sorted(Filing.objects.values_list("entry", "topic", "position")),
        sorted(TaggedEntry.objects.values_list("content_object", "tag__name")),
        sorted(Summary.objects.values_list("entry", "language")),
    ]


def change(keys, by, **wish):
    return bulk.change(keys, Wish(**wish), "tag:old", by=by, clock=timezone.now)


def test_all_that_is_wished_is_done_and_undone(wang):
    keys = some()
    agents = topic_at(["Agents"])
    before = dump()

    run = change(
        keys,
        wang,
        add_topics=[agents.pk],
        remove_topics=[topic_at(["train"]).pk],
        add_tags=["new"],
        remove_tags=["OLD"],
        status=Status.ARCHIVED,
    )

    assert run.outcome == Outcome.DONE, run.problem
    for there in Entry.objects.filter(pk__in=keys):
        assert list(there.topics.all()) == [agents]
        assert list(there.tags.names()) == ["new"]
        assert there.status == Status.ARCHIVED

    undone = undoing.undo(run, by=wang, clock=timezone.now)
    assert undone.outcome == Outcome.DONE, undone.problem
    assert dump() == before


def test_many_wait_for_a_job_and_are_undone_by_one(wang):
    keys = some(MANY)
    before = dump()

    run = change(keys, wang, add_tags=["new"])
    assert run.running
    assert dump() == before

    assert bulk.change_next(clock=timezone.now)
    assert not bulk.change_next(clock=timezone.now)
    run.refresh_from_db()
    assert (run.outcome, run.report["changed"]) == (Outcome.DONE, MANY)

    undone = undoing.undo(run, by=wang, clock=timezone.now)
    assert undone.running
    assert undoing.undo_next(clock=timezone.now)
    undone.refresh_from_db()
    assert undone.outcome == Outcome.DONE, undone.problem
    assert dump() == before


def test_what_is_stopped_has_changed_nothing(wang):
    keys = some(MANY)
    before = dump()
    run = change(keys, wang, add_tags=["new"])

    runs.stop(run, by=wang, now=NOW)

    assert not bulk.change_next(clock=timezone.now)
    assert dump() == before


def test_what_others_changed_since_stays(wang):
    keys = some()
    run = change(keys, wang, add_tags=["new"], status=Status.ARCHIVED)
    first = Entry.objects.get(pk=keys[0])
    with acting(wang, "admin"):
        Entry.objects.filter(pk=first.pk).update(status=Status.INBOX)

    done = undoing.undo(run, by=wang, clock=timezone.now)

    first.refresh_from_db()
    assert first.status == Status.INBOX
    assert [there["pk"] for there in done.report["stayed"]] == [first.pk]


def test_the_bin_and_what_is_gone_already(wang):
    keys = some()
    Entry.objects.filter(pk=keys[0]).delete()
    before = dump()

    run = change(keys, wang, status=Status.BINNED)

    assert run.report == {"changed": 2, "unchanged": 0, "skipped": 1}
    assert Entry.objects.binned().count() == 2
    undoing.undo(run, by=wang, clock=timezone.now)
    assert dump() == before


def test_the_language_of_the_one_summary(wang):
    one, two = paper("2301.00001"), paper("2301.00002")
    summarised(one, "写得好", "en")
    summarised(two, "写得好", "en")
    summarised(two, "写得好", "zh")
    before = dump()

    run = change([one.pk, two.pk], wang, language="zh")

    assert one.summaries.get().language == "zh"
    assert two.summaries.count() == 2
    undoing.undo(run, by=wang, clock=timezone.now)
    assert dump() == before


def test_metadata_are_due_at_once(wang):
    there = paper()
    later = timezone.now() + timedelta(days=9)
    Paper.objects.filter(pk=there.pk).update(refresh_due_at=later)

    change([there.pk], wang, refresh=True)

    assert Paper.objects.get(pk=there.pk).refresh_due_at <= timezone.now()


def test_nothing_wished_is_nothing():
    assert not Wish()
