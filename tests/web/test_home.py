import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kb.models import Entry, Topic
from kb.models.entries import Status
from kb.ops import summaries, topics
from kb.ops.imports.run import import_list
from tests.factories import NOW, blog, milestone, paper, topic_at, with_comment

pytestmark = pytest.mark.django_db


def fill(count, *, start=0):
    """Papers with everything a row shows."""
    topic = topic_at(["Model", "moe"])
    for n in range(start, start + count):
        entry = paper(f"2301.{n + 1:05}", f"Paper {n}", topics=[topic], tags=["moe"])
        milestone(entry, at=timezone.now())
        summaries.save(entry, "zh", f"第 {n} 条", base=0, by=None, now=NOW)


@pytest.mark.parametrize(
    "address", ["/", "/topics/model/", "/tags/moe/", "/?kind=paper"]
)
def test_queries_do_not_grow_with_rows(
    client, member, address, django_assert_max_num_queries
):
    fill(3)
    client.get(address)
    with django_assert_max_num_queries(16) as few:
        client.get(address)
    fill(20, start=3)
    with django_assert_max_num_queries(16) as many:
        client.get(address)

    assert len(many) == len(few)


def test_home_shows_the_newest_and_the_tree_with_counts(client, member):
    fill(2)
    blog(title="一篇博客")

    page = client.get("/").content.decode()

    assert "Paper 0" in page
    assert "第 1 条" in page
    assert "一篇博客" in page
    assert 'href="/topics/model/moe/"' in page


def test_home_can_be_narrowed_to_a_kind_and_to_what_is_filed_nowhere(client, member):
    fill(1)
    blog(title="A lone post")

    assert "A lone post" not in client.get("/?kind=paper").content.decode()
    assert "Paper 0" not in client.get("/?kind=blog").content.decode()
    unfiled = client.get("/?unfiled").content.decode()
    assert "A lone post" in unfiled
    assert "Paper 0" not in unfiled


def test_a_topic_lists_what_its_count_says_in_the_documents_order(client, member):
    model = topic_at(["Model"])
    moe = topic_at(["Model", "moe"])
    paper("2301.00001", "Below", topics=[moe])
    paper("2301.00002", "Own", topics=[model])
    paper("2301.00003", "Both", topics=[model, moe])

    response = client.get("/topics/model/")

    titles = [entry.title for entry in response.context["page"]]
    assert titles == ["Own", "Both", "Below"]
    assert response.context["topic"].count == 3


def test_pages_after_the_last_show_the_last(client, member):
    fill(30)

    response = client.get("/?page=99")

    assert response.status_code == 200
    assert response.context["page"].number == 2


@pytest.mark.parametrize(
    "address",
    [
        "/topics/nowhere/",
        "/entries/999/",
        "/tags/none/",
        "/nothing/",
        "/entries/1/summary/fr/",
    ],
)
def test_what_is_not_there_is_a_404_in_words(client, member, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


@pytest.mark.parametrize(
    "query", ["?page=x", "?kind=' OR 1", "?page=-1", "?lang=xx", "?unfiled=%00"]
)
def test_odd_queries_are_no_errors(client, member, query):
    assert client.get(f"/{query}").status_code == 200


def test_a_tag_of_what_waits_for_review_is_no_page_to_readers(client, member, settings):
    settings.READABLE_BY = "everyone"
    paper(tags=["acquisition"])

    assert Client().get("/tags/acquisition/").status_code == 200
    Entry.objects.update(status=Status.INBOX)
    assert Client().get("/tags/acquisition/").status_code == 404
    assert client.get("/tags/acquisition/").status_code == 200


def marks(client, address="/"):
    """What the marks of a list say, without their times."""
    page = client.get(address).content.decode()
    found = re.findall(r'<span class="mark news">(.*?)</span>', page, re.DOTALL)
    return [re.sub(r"<svg.*?</svg>|<time.*?</time>", "", mark) for mark in found]


def test_rows_tell_what_happened_lately(client, member):
    entry, now = paper(), timezone.now()
    milestone(entry, version=2, at=now - timedelta(days=20))
    milestone(entry, version=3, at=now - timedelta(days=2))
    milestone(entry, "title", at=now - timedelta(days=1))
    milestone(paper("2307.00002"), "published", at=now)
    milestone(paper("2307.00003"), version=9, at=now - timedelta(days=31))

    assert marks(client) == ["now published · ", "v3 · ", "new title · "]
    assert "2 days ago" in client.get("/").content.decode().replace("\xa0", " ")


def test_a_withdrawn_paper_is_marked_however_long_ago(client, member):
    topic = topic_at(["Agent"])
    entry = with_comment(paper(topics=[topic], tags=["moe"]), "wrong", withdrawn=True)
    milestone(entry, "withdrawn", at=NOW - timedelta(days=4000))

    for address in ("/", "/topics/agent/", "/tags/moe/"):
        assert "Withdrawn by its authors" in client.get(address).content.decode()


def test_a_topic_is_handed_out_as_a_list_that_imports_back(client, settings):
    settings.READABLE_BY = "everyone"
    inner, other = topic_at(["Engineer", "train"]), topic_at(["Agent"])
    filed = paper("2307.02486", "LongNet", topics=[inner, other])
    paper("2305.17126", "Tool Makers", topics=[other])

    response = client.get(f"/topics/{inner.address}/?format=md")

    text = response.content.decode()
    assert "attachment" in response["Content-Disposition"]
    assert "## train" in text
    assert filed.title in text
    assert "Tool Makers" not in text
    assert "Agent" not in text
    assert import_list(text, name="x", by=None, now=NOW).counts["created"] == 0


def test_every_address_a_topic_ever_had_leads_to_it(client, member):
    model, moe = topic_at(["Model"]), topic_at(["Model", "moe"])
    agent = topic_at(["Agent"])
    topics.rename(model, "Models", by=None)
    topics.move(moe, agent, "first-child", by=None)
    topics.rename(Topic.objects.get(pk=moe.pk), "experts", by=None)

    for old in ("model/moe", "models/moe", "agent/moe"):
        answer = client.get(f"/topics/{old}/?page=2")
        assert (answer.status_code, answer["Location"]) == (
            301,
            "/topics/agent/experts/?page=2",
        )
    assert client.get("/topics/model/")["Location"] == "/topics/models/"


def test_an_address_that_another_topic_has_by_now_is_that_ones(client, member):
    topics.rename(topic_at(["Model"]), "Models", by=None)
    new = topic_at(["Model"])

    assert client.get("/topics/model/").context["topic"] == new


def test_the_address_of_a_topic_that_is_gone_leads_nowhere(client, member):
    topics.delete(topic_at(["Model"]), by=None)

    assert client.get("/topics/model/").status_code == 404
