"""What members suggest waits where the team wants that, and they hear what became."""

import pytest

from kb.models import Chore, Entry, Notification
from kb.models.chores import Gap, lacking
from kb.models.entries import Status
from kb.models.members import News
from kb.ops import chores, members, review
from kb.ops.imports.run import import_list
from tests.factories import NOW, paper, person, read, summarised, topic_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewing(settings):
    settings.REVIEW = "suggestions"


def told(user):
    return [
        (one.kind, one.entry_id) for one in Notification.objects.of(user).order_by("pk")
    ]


def test_only_what_members_add_waits(reviewing):
    li, wang = person("li"), person("wang", curator=True)

    assert paper("2301.00001", by=li).status == Status.INBOX
    assert paper("2301.00002", by=wang).status == Status.LISTED


def test_without_review_nothing_waits():
    assert paper(by=person("li")).status == Status.LISTED


def test_who_suggested_hears_that_it_is_listed(reviewing):
    li, wang = person("li"), person("wang", curator=True)
    there = paper(by=li)

    assert review.accept([there.pk], by=wang, now=NOW) == [there]

    there.refresh_from_db()
    assert there.status == Status.LISTED
    assert told(li) == [(News.ACCEPTED, there.pk)]
    assert review.accept([there.pk], by=wang, now=NOW) == []


def test_who_suggested_hears_why_it_is_declined(reviewing):
    li, wang = person("li"), person("wang", curator=True)
    there = paper(by=li)

    review.decline([there.pk], "Off topic", by=wang, now=NOW)

    there.refresh_from_db()
    assert there.status == Status.BINNED
    (news,) = Notification.objects.of(li)
    assert (news.kind, news.excerpt) == (News.DECLINED, "Off topic")


def test_nobody_is_told_what_they_do_not_want_to_hear(reviewing):
    li, wang = person("li"), person("wang", curator=True)
    members.prefer(li, inbox_kinds=[])

    review.accept([paper(by=li).pk], by=wang, now=NOW)

    assert told(li) == []


def test_imports_wait_where_all_is_reviewed(settings):
    settings.REVIEW = "all"
    wang = person("wang", curator=True)

    import_list(
        "# paper\n\n## A\n\n- [T of it](https://a.example/x)\n",
        name="l",
        by=wang,
        now=NOW,
    )

    assert Entry.objects.get().status == Status.INBOX


GAPS = {
    Gap.SUMMARY: 2,
    Gap.LANGUAGE: 1,
    Gap.TOPIC: 2,
    Gap.METADATA: 3,
    Gap.STALE: 0,
    Gap.WITHDRAWN: 0,
    Gap.UNREAD: 2,
    Gap.LINKS: 0,
}


@pytest.mark.parametrize("gap", Gap)
def test_what_lacks_something_is_counted(gap):
    li = person("li")
    paper("2301.00001", topics=[topic_at(["A"])])
    read(summarised(paper("2301.00002"), "好"), by=li)
    paper("2301.00003")

    assert lacking(gap, NOW).count() == GAPS[gap]


def test_who_is_asked_is_told_and_done_is_done():
    li, wang = person("li"), person("wang", curator=True)
    there = paper()

    assert chores.ask(Gap.SUMMARY, [there.pk], li, by=wang, now=NOW) == 1
    assert chores.ask(Gap.SUMMARY, [there.pk], li, by=wang, now=NOW) == 1
    assert told(li) == [(News.ASKED, there.pk)]

    summarised(there, "好")
    asked = Chore.objects.of(li).values("entry")
    assert not lacking(Gap.SUMMARY, NOW).filter(pk__in=asked).exists()


def test_one_person_is_asked_and_nobody_can_be():
    li, zhao, wang = person("li"), person("zhao"), person("wang", curator=True)
    there = paper()
    chores.ask(Gap.TOPIC, [there.pk], li, by=wang, now=NOW)

    chores.ask(Gap.TOPIC, [there.pk], zhao, by=wang, now=NOW)
    assert Chore.objects.get().member == zhao

    chores.ask(Gap.TOPIC, [there.pk], None, by=wang, now=NOW)
    assert not Chore.objects.exists()
