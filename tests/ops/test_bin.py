"""The bin: what is deleted is nowhere, and comes back with all that it had."""

from datetime import timedelta

import pytest

from kb.models import AuditLine, Entry, Topic
from kb.models.audit import Act
from kb.models.entries import Status
from kb.ops import bin, duplicates, entries  # noqa: A004 - the word for it
from kb.ops.errors import AlreadyListed, InTheBin, NotInTheBin
from tests.factories import (
    NOW,
    blog,
    highlight,
    paper,
    person,
    starred,
    summarised,
    topic_at,
)

pytestmark = pytest.mark.django_db


def filled(by):
    """A paper with everything on it."""
    there = paper(topics=[topic_at(["Engineer", "train"])], tags=["agents"])
    summarised(there, "写得很好。")
    starred(there, by=by)
    return there


def everything(entry):
    """What hangs on an entry, whatever its status."""
    return (
        list(entry.filings.values_list("topic", "position")),
        sorted(entry.tags.names()),
        list(entry.summaries.values_list("language", "body", "version")),
        list(entry.readings.values_list("member", "starred")),
        list(entry.annotations.values_list("pk", "body")),
    )


def test_what_is_restored_has_all_it_had():
    li, wang = person("li"), person("wang", curator=True)
    there = filled(li)
    highlight(there, "很好", by=li)
    before = everything(there)

    bin.put_in([there.pk], by=wang, now=NOW, why="Off topic")
    binned = Entry.objects.get(pk=there.pk)
    assert (binned.status, binned.away_by, binned.away_why) == (
        Status.BINNED,
        wang,
        "Off topic",
    )

    bin.restore(there, by=wang)

    assert everything(there) == before
    assert Entry.objects.get(pk=there.pk).status == Status.LISTED


def test_it_goes_back_to_where_it_stood():
    waiting = paper()
    Entry.objects.filter(pk=waiting.pk).update(status=Status.INBOX)

    bin.put_in([waiting.pk], by=None, now=NOW)
    assert bin.restore(waiting, by=None).status == Status.INBOX


def test_nothing_counts_what_is_in_the_bin():
    there = filled(person("li"))

    bin.put_in([there.pk], by=None, now=NOW)

    assert not Entry.objects.listed().exists()
    assert Topic.objects.tree()[0].count == 0
    assert duplicates.likely(["LongNet"]) == {}


def test_who_adds_it_again_is_offered_what_there_was():
    there = paper("2307.02486")
    bin.put_in([there.pk], by=None, now=NOW)

    with pytest.raises(InTheBin) as refusal:
        paper("https://arxiv.org/pdf/2307.02486v2")

    assert refusal.value.entry == there


def test_twice_is_once_and_what_is_not_there_is_not_restored():
    there = blog()
    assert bin.put_in([there.pk], by=None, now=NOW, why="first") == [there]
    assert bin.put_in([there.pk], by=None, now=NOW, why="second") == []

    assert bin.restore(there, by=None).away_why == ""
    with pytest.raises(NotInTheBin):
        bin.restore(there, by=None)


def test_after_thirty_days_it_is_gone_and_can_be_added_anew():
    old, recent, kept = paper("2307.02486"), blog(), paper("2401.00001", "Other")
    bin.put_in([old.pk], by=None, now=NOW)
    bin.put_in([recent.pk], by=None, now=NOW + timedelta(days=1))

    assert bin.purge(now=NOW + timedelta(days=30, hours=1)) == 1

    assert set(Entry.objects.all()) == {recent, kept}
    line = AuditLine.objects.get()
    assert (line.act, line.detail) == (Act.PURGED, {"titles": ["LongNet"]})
    assert entries.known(entries.understand("2307.02486")) is None
    assert paper("2307.02486").status == Status.LISTED


def test_what_is_listed_is_still_said_to_be():
    there = paper()

    with pytest.raises(AlreadyListed) as refusal:
        paper()

    assert not isinstance(refusal.value, InTheBin)
    assert refusal.value.entry == there
