"""Feeds: what is new, for programs that cannot log in, while their key is good."""

from datetime import timedelta

import feedparser
import pytest
from defusedxml import ElementTree
from django.test import Client
from django.urls import reverse

from kb.models import Entry, Member, Paper
from kb.models.entries import Status
from kb.ops import bin as bins
from kb.ops import feed_keys, summaries
from tests.factories import (
    NOW,
    blog,
    note,
    paper,
    person,
    starred,
    summarised,
    topic_at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    user = person("li")
    feed_keys.make(user)
    return fresh(user)


def fresh(user):
    return type(user).objects.select_related("member").get(pk=user.pk)


def key(user):
    return feed_keys.key_of(fresh(user).member)


def address(name, user, *args):
    return reverse(f"kb:feed_{name}", args=[key(user), *args])


def read(url, **headers):
    """The feed at an address, as a feed reader understands it."""
    response = Client().get(url, headers=headers)
    assert response.status_code == 200, url
    found = feedparser.parse(response.content)
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


def titles(url):
    return [item.title for item in read(url).entries]


def test_an_item_says_all_that_a_reader_wants(li):
    train = topic_at(["Engineer", "train"])
    there = paper("2307.02486", "LongNet & <co>", topics=[train], tags=["moe"])
    summarised(there, "写得**好**。", "zh", by=li)
    summarised(there, "Well $x<y$ put.", "en", by=li)

    (item,) = read(address("all", li)).entries

    assert item.title == "LongNet & <co>"
    assert item.link.endswith(there.get_absolute_url())
    assert "<strong>好</strong>" in item.summary
    assert "put." in item.summary
    assert {tag.term for tag in item.tags} == {"train", "moe"}
    assert item.id == f"tag:127.0.0.1,2026-03-04:entries/{there.pk}"


def test_what_was_written_about_last_comes_first(li):
    old, new = paper("2301.00001", "Old"), paper("2301.00002", "New")
    Entry.objects.filter(pk=new.pk).update(added_at=NOW + timedelta(days=1))
    assert titles(address("all", li)) == ["New", "Old"]

    later = NOW + timedelta(days=2)
    summaries.save(old, "en", "Read again", base=0, by=li, now=later)

    found = read(address("all", li))
    assert [item.title for item in found.entries] == ["Old", "New"]
    assert found.feed.updated == found.entries[0].updated


def test_each_feed_has_its_own(li):
    train = topic_at(["Engineer", "train"])
    inside = paper("2301.00001", "Inside", topics=[train], tags=["moe"])
    paper("2301.00002", "Outside")
    starred(inside, by=li)

    assert titles(address("topic", li, train.pk)) == ["Inside"]
    above = topic_at(["Engineer"])
    assert titles(address("topic", li, above.pk)) == ["Inside"]
    assert titles(address("tag", li, "moe")) == ["Inside"]
    assert titles(address("shelf", li)) == ["Inside"]
    assert len(titles(address("all", li))) == 2


def test_a_search_has_a_feed(li, library_index):
    paper("2301.00001", "Attention here")
    paper("2301.00002", "Nothing of it")
    library_index()

    assert titles(f"{address('search', li)}?q=attention") == ["Attention here"]
    assert Client().get(address("search", li)).status_code == 404


@pytest.mark.parametrize("how", ["take back", "new key", "deactivate"])
def test_a_key_that_was_taken_back_is_good_no_more(li, how):
    paper()
    urls = [address(name, li) for name in ("all", "shelf", "outline")]
    client = Client()
    client.force_login(li)

    if how == "deactivate":
        type(li).objects.filter(pk=li.pk).update(is_active=False)
    else:
        name = "take_back" if how == "take back" else "make"
        client.post(reverse("kb:feed_keys"), {name: 1})

    assert {Client().get(url).status_code for url in urls} == {404}


@pytest.mark.parametrize("guess", ["public", "1-1", "x", "1-1:abc", "0"])
def test_a_guessed_key_opens_nothing(li, guess):
    assert Client().get(reverse("kb:feed_all", args=[guess])).status_code == 404


def test_a_key_is_not_in_the_database_and_is_another_each_time(li):
    first = key(li)
    feed_keys.make(li)

    assert key(li) != first
    kept = str(Member.objects.filter(user=li).values().get())
    assert first not in kept
    assert key(li) not in kept
    feed_keys.take_back(li)
    feed_keys.take_back(li)
    assert key(li) == ""


def test_everybodys_feeds_are_open_where_everybody_reads(settings):
    settings.READABLE_BY = "everyone"
    paper(title="Listed")
    waiting = blog(title="Waits")
    Entry.objects.filter(pk=waiting.pk).update(status=Status.INBOX)

    assert titles(reverse("kb:feed_all", args=["public"])) == ["Listed"]
    assert Client().get(reverse("kb:feed_shelf", args=["public"])).status_code == 404


def test_notes_and_what_is_in_the_bin_are_in_no_feed(li):
    there = paper(title="Here")
    note(there, "Secret thoughts", by=li)
    note(there, "Team thoughts", by=li, visibility="team")
    gone = blog(title="Gone")
    bins.put_in([gone.pk], by=li, now=NOW)

    text = Client().get(address("all", li)).content.decode()

    assert "Here" in text
    for hidden in ("thoughts", "Gone"):
        assert hidden not in text


def test_what_did_not_change_is_not_sent_again(li):
    paper()
    url = address("all", li)
    etag = Client().get(url).headers["ETag"]

    assert Client().get(url, headers={"If-None-Match": etag}).status_code == 304
    Paper.objects.update(title="arXiv gave it a title")
    assert Client().get(url, headers={"If-None-Match": etag}).status_code == 200


def test_what_xml_cannot_say_is_left_out(li):
    blog(title="Bell\x07 and \x1bescape")

    assert titles(address("all", li)) == ["Bell and escape"]


def test_the_topics_are_an_outline_of_feeds(li):
    topic_at(["Engineer", "train"])
    topic_at(["Model"])
    paper(topics=[topic_at(["Engineer", "train"])], title="Inside")

    response = Client().get(address("outline", li))
    body = ElementTree.fromstring(response.content).find("body")

    tops = [one.get("text") for one in body]
    assert tops == ["Engineer", "Model"]
    (below,) = body[0]
    url = below.get("xmlUrl").partition("://")[2].partition("/")[2]
    assert titles(f"/{url}") == ["Inside"]


def test_queries_do_not_grow_with_entries(li, django_assert_max_num_queries):
    for number in range(3):
        summarised(paper(f"2301.0000{number}", f"P{number}"), "好", by=li)
    url = address("all", li)
    with django_assert_max_num_queries(12):
        Client().get(url)
    for number in range(30):
        summarised(paper(f"2302.000{number:02}", f"Q{number}"), "好", by=li)
    with django_assert_max_num_queries(12):
        Client().get(url)


def test_pages_offer_their_feed_to_who_has_a_key(li):
    train = topic_at(["train"])
    paper(topics=[train], tags=["moe"])
    client = Client()
    client.force_login(li)

    for page, name, args in (
        ("/", "all", ()),
        (train.get_absolute_url(), "topic", (train.pk,)),
        (reverse("kb:tag", args=["moe"]), "tag", ("moe",)),
    ):
        assert address(name, li, *args) in client.get(page).content.decode()

    other = Client()
    other.force_login(person("wang"))
    assert "atom" not in other.get("/").content.decode()
