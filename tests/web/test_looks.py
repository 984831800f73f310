from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kb.models import Entry, Look, Summary
from kb.ops import looks, summaries
from tests.factories import milestone, paper, person, topic_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def since(member):
    """When the member looked at the newest entries last: three hours ago."""
    moment = timezone.now() - timedelta(hours=3)
    looks.look("home", by=member, now=moment)
    return moment


def added(entry, moment):
    """The entry, as if it had been added then."""
    Entry.objects.filter(pk=entry.pk).update(added_at=moment)
    return entry


def fresh(client, address="/"):
    """What is said to be new of each entry."""
    response = client.get(address)
    words = response.context["new"]
    return {
        entry.title: words[entry.pk]
        for entry in response.context["page"]
        if entry.pk in words
    }


def test_who_never_looked_sees_nothing_as_new(client, member):
    paper()

    assert fresh(client) == {}
    assert "you last looked" not in client.get("/").content.decode()


def test_no_page_that_is_only_opened_is_kept_as_a_look(client, member):
    topic_at(["Agent"])

    for address in ("/", "/?new", "/topics/agent/"):
        client.get(address)

    assert not Look.objects.exists()


def test_what_came_since_the_last_look_is_new(client, member, since):
    wang, after = person("wang"), since + timedelta(hours=1)
    before = since - timedelta(hours=1)
    added(paper("2301.00001", "added since", by=wang), after)
    for n, title in enumerate(("summary", "version", "old"), start=2):
        added(paper(f"2301.{n:05}", title, by=wang), before)
    kept = Entry.objects.in_bulk(field_name="url")
    by_title = {entry.title: entry for entry in kept.values()}
    summaries.save(by_title["summary"], "zh", "笔记", base=0, by=wang, now=after)
    milestone(by_title["version"], at=after)
    summaries.save(by_title["old"], "zh", "笔记", base=0, by=wang, now=before)

    assert fresh(client) == {
        "added since": ["new"],
        "summary": ["new summary"],
        "version": ["new version"],
    }
    shown = client.get("/").content.decode()
    assert "3 entries have news since you last looked" in shown
    assert set(fresh(client, "/?new")) == {"added since", "summary", "version"}
    only = client.get("/?new").content.decode()
    assert ">old<" not in only


def test_what_one_did_oneself_is_not_new(client, member, since):
    after = since + timedelta(hours=1)
    added(paper("2301.00001", "mine", by=member), after)
    other = added(paper("2301.00002", "other"), since - timedelta(hours=1))
    summaries.save(other, "zh", "我的", base=0, by=member, now=after)

    assert fresh(client) == {}
    assert client.get("/").context["looked"].total == 0


def test_a_look_is_kept_by_a_form_that_sends_itself(client, member, since):
    added(paper(by=person("wang")), since + timedelta(hours=1))
    assert 'hx-trigger="load"' in client.get("/").content.decode()

    for _ in range(2):
        assert client.post("/looks/", {"place": "home"}).status_code == 204
        assert len(fresh(client)) == 1

    assert Look.objects.get().before == since


def test_all_can_be_marked_as_seen(client, member, since):
    added(paper(by=person("wang")), since + timedelta(hours=1))

    response = client.post("/looks/", {"place": "home", "all": "yes"})

    assert response["Location"] == "/"
    assert fresh(client) == {}
    assert "Nothing is new" in client.get("/?new").content.decode()


def test_each_topic_has_its_own_last_look(client, member, since):
    topic = topic_at(["Agent", "Tools"])
    entry = paper(topics=[topic], by=person("wang"))
    added(entry, since + timedelta(hours=1))
    place = f"topic:{topic_at(['Agent']).pk}"
    looks.look(place, by=member, now=since)

    assert fresh(client, "/topics/agent/") == {"LongNet": ["new"]}
    assert fresh(client, "/topics/agent/tools/") == {}
    assert fresh(client, "/topics/agent/?new") == {"LongNet": ["new"]}
    response = client.post("/looks/", {"place": place, "all": "yes"})
    assert response["Location"] == "/topics/agent/"
    assert fresh(client, "/topics/agent/") == {}
    assert len(fresh(client)) == 1


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("", 400),
        ("nowhere", 400),
        ("12", 400),
        ("topic:", 400),
        ("topic:x", 400),
        ("topic:999", 404),
        (f"topic:{'9' * 40}", 404),
    ],
)
def test_only_lists_that_are_there_can_be_looked_at(client, member, place, status):
    assert client.post("/looks/", {"place": place}).status_code == status
    assert not Look.objects.exists()


def test_readers_without_account_have_no_last_look(client, settings):
    settings.READABLE_BY = "everyone"
    paper()

    shown = client.get("/").content.decode()

    assert "/looks/" not in shown
    assert client.get("/?new").status_code == 200
    assert Client().post("/looks/", {"place": "home"}).status_code == 302


def test_queries_do_not_grow_with_what_is_new(
    client, member, since, django_assert_max_num_queries
):
    wang, topic = person("wang"), topic_at(["Agent"])
    looks.look(f"topic:{topic.pk}", by=member, now=since)

    def add(numbers):
        for n in numbers:
            entry = paper(f"2301.{n:05}", f"Paper {n}", topics=[topic], by=wang)
            added(entry, since + timedelta(hours=1))
            milestone(entry, at=since + timedelta(hours=1))
        Summary.objects.update(edited_at=timezone.now())

    for address in ("/", "/topics/agent/"):
        start = Entry.objects.count() + 1
        add(range(start, start + 2))
        client.get(address)
        with django_assert_max_num_queries(18) as few:
            client.get(address)
        add(range(start + 2, start + 20))
        with django_assert_max_num_queries(18) as many:
            client.get(address)
        assert len(many) == len(few)
