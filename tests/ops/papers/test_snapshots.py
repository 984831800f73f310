"""A snapshot of arXiv, taken in."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kb.arxiv.snapshot import Unreadable
from kb.models import Change, Entry, Milestone, Paper
from kb.models.history import events
from kb.ops import papers
from tests.factories import NOW, blog, paper, person, topic_at
from tests.ops.papers.said import SECOND, atom, get, hear, raw

pytestmark = pytest.mark.django_db


def of_a_snapshot(number=1, **said):
    """What a snapshot says of one of many papers."""
    return raw(id=f"2301.{number:05}", withdrawn=None, title=f"Title {number}", **said)


def take_in(*said, wanted=None, by=None, now=NOW):
    """Take it in and return the last word on how far it is."""
    *_, done = papers.take_in(said, wanted=wanted, by=by, now=now)
    return done.counts


def test_papers_of_ours_take_over_what_it_says_and_no_others_appear():
    paper("2301.00001", title="")
    paper("2301.00002", title="我们的标题")

    counts = take_in(*map(of_a_snapshot, range(1, 6)))

    assert counts == {"read": 5, "ours": 2, "added": 0, "malformed": 0}
    kept = get("2301.00001")
    assert (kept.title, kept.abstract, kept.licence) == (
        "Title 1",
        "We scale.",
        "http://creativecommons.org/licenses/by/4.0/",
    )
    assert get("2301.00002").title == "我们的标题"
    assert Paper.objects.count() == 2


def test_it_is_as_old_as_it_is_and_what_was_due_stays_due():
    paper("2301.00001")

    take_in(of_a_snapshot())

    kept = get("2301.00001")
    assert kept.refresh_state == "fetched"
    assert kept.refreshed_at == datetime(2023, 7, 20, tzinfo=UTC)
    assert kept.refresh_due_at == NOW
    assert kept.harvested_at is None


@pytest.mark.parametrize("version", [1, 2])
def test_it_never_replaces_what_is_newer(version):
    paper("2307.02486")
    hear(atom(version=version, title="Newer", comment="Newer"))

    take_in(raw(title="Older", comment="Older", withdrawn=None))

    kept = get()
    assert (kept.arxiv_title, kept.comment) == ("Newer", "Newer")
    assert kept.refreshed_at == NOW
    assert kept.licence  # which the Atom API does not tell


def test_it_may_be_newer_than_what_is_known():
    paper("2307.02486")
    hear(atom(), now=SECOND)

    take_in(raw(title="Newer", changed_on=date(2024, 1, 1), withdrawn=None))

    assert get().arxiv_title == "Newer"
    (milestone,) = Milestone.objects.all()
    assert milestone.happened_at == datetime(2024, 1, 1, tzinfo=UTC)


def test_it_cannot_tell_of_withdrawals_and_denies_none():
    paper("2307.02486")
    hear(raw(withdrawn=True), now=SECOND)

    take_in(raw(withdrawn=None, changed_on=date(2024, 1, 1)))

    assert get().withdrawn


def test_taking_it_in_again_changes_nothing():
    paper("2301.00001", title="")
    said = [of_a_snapshot(1), of_a_snapshot(2)]
    take_in(*said, wanted=papers.Wanted())
    before = rows()

    counts = take_in(*said, wanted=papers.Wanted())

    assert (counts["ours"], counts["added"]) == (2, 0)
    assert rows() == before


def rows():
    return (
        list(Entry.objects.order_by("pk").values()),
        list(Paper.objects.order_by("pk").values()),
        Change.objects.count(),
        events(Paper).objects.count(),
    )


def test_lines_that_cannot_be_read_are_told_and_stop_nothing():
    said = [Unreadable(1, "it is not an object"), of_a_snapshot(1)]
    paper("2301.00001", title="")

    (done,) = papers.take_in(said, wanted=None, by=None, now=NOW)

    assert (done.read, done.malformed, done.unreadable) == (1, 1, said[:1])
    assert get("2301.00001").title == "Title 1"


# --- Adding ------------------------------------------------------------------------


def test_papers_that_are_wanted_are_added_and_filed():
    li, topic = person(), topic_at(["A"])
    paper("2301.00003", topics=[topic])

    counts = take_in(
        *map(of_a_snapshot, range(1, 4)), wanted=papers.Wanted(topic=topic), by=li
    )

    assert (counts["ours"], counts["added"]) == (1, 2)
    added = get("2301.00002")
    assert (added.title, added.title_from_arxiv) == ("Title 2", True)
    assert added.url == "https://arxiv.org/abs/2301.00002"
    assert (added.added_by, added.added_at, added.status) == (li, NOW, "listed")
    assert (added.latest_version, added.versions.count()) == (1, 1)
    filed = topic.filings.order_by("position").values_list("entry__title", flat=True)
    assert list(filed) == ["LongNet", "Title 1", "Title 2"]
    positions = Entry.objects.order_by("pk").values_list("position", flat=True)
    assert list(positions) == [1, 2, 3]


def test_added_papers_have_a_history_and_reach_search():
    take_in(of_a_snapshot(), wanted=papers.Wanted(), by=person())

    added = get("2301.00001")
    (event,) = events(Paper).objects.all()
    assert event.pgh_context.metadata["reason"] == "snapshot of arXiv"
    assert Change.objects.filter(entry_id=added.pk).exists()


@pytest.mark.parametrize(
    ("wanted", "added"),
    [({"cs.CL"}, 2), ({"cs"}, 3), ({"math.CO", "stat.ML"}, 2), ({"physics"}, 0)],
)
def test_only_what_is_of_the_categories_is_added(wanted, added):
    said = [
        of_a_snapshot(1, categories=("cs.CL",)),
        of_a_snapshot(2, categories=("stat.ML", "cs.CL")),
        of_a_snapshot(3, categories=("cs.LG",)),
        of_a_snapshot(4, categories=("math.CO",)),
    ]

    counts = take_in(*said, wanted=papers.Wanted(frozenset(wanted)))

    assert counts["added"] == added


def test_what_is_an_entry_by_another_name_is_not_added_twice():
    blog("https://arxiv.org/abs/2301.00001v1")
    Entry.objects.update(url="https://arxiv.org/abs/2301.00001")
    published = paper("10.1145/1.2", title="Published")
    assert published.paper.doi == "10.1145/1.2"

    counts = take_in(
        of_a_snapshot(1),
        of_a_snapshot(2, doi="10.1145/1.2"),
        of_a_snapshot(3),
        wanted=papers.Wanted(),
    )

    assert counts["added"] == 1


def test_added_papers_are_not_all_due_at_once():
    take_in(*map(of_a_snapshot, range(1, 101)), wanted=papers.Wanted())

    due = list(Paper.objects.order_by("refresh_due_at").values_list("refresh_due_at"))
    assert len(set(due)) == 100
    assert Paper.objects.due(NOW + timedelta(days=3)).count() < 30
    assert papers.claim(now=NOW) == []


def test_batches_are_many_and_memory_is_not(monkeypatch):
    monkeypatch.setattr("kb.ops.papers.snapshots.BATCH", 3)
    paper("2301.00007", title="")

    said = map(of_a_snapshot, range(1, 9))
    seen = [done.read for done in papers.take_in(said, wanted=None, by=None, now=NOW)]

    assert seen == [3, 6, 8]
    assert get("2301.00007").title == "Title 7"
