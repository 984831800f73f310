"""A topic is read by whoever has its link, while the link is good."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.models import Entry, Share
from kb.models.entries import Status
from kb.ops import sharing
from tests.factories import blog, note, paper, person, resource, summarised, topic_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang():
    return person("wang", curator=True)


@pytest.fixture
def topic(wang):
    """A topic with all that may be shown, and all that may not."""
    below = topic_at(["Shared", "below"])
    li = person("li")
    there = paper("2307.02486", "LongNet", topics=[below], by=li)
    summarised(there, "写得**好**。", "zh", by=li)
    resource(there, "https://github.com/a/b", by=li)
    note(there, "A note for the team", by=li, visibility="team")
    waiting = blog("https://a.example/w", "Waiting", topics=[below])
    Entry.objects.filter(pk=waiting.pk).update(status=Status.INBOX)
    blog("https://a.example/o", "Elsewhere", topics=[topic_at(["Other"])])
    return topic_at(["Shared"])


def link_to(topic, by, days=30, now=None):
    made = sharing.share(topic, days, by=by, now=now or timezone.now())
    return reverse("kb:shared", args=[sharing.key_of(made)])


def test_a_stranger_reads_the_topic_and_nothing_else(topic, wang):
    page = Client().get(link_to(topic, wang))

    text = page.content.decode()
    for shown in ("LongNet", "<strong>好</strong>", "https://github.com/a/b"):
        assert shown in text
    for hidden in ("A note for the team", "Waiting", "Elsewhere", "wang", ">li<"):
        assert hidden not in text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta property="og:title" content="Shared">' in text


@pytest.mark.parametrize("how", ["taken back", "over", "guessed", "of another site"])
def test_a_link_that_is_not_good_leads_nowhere(topic, wang, settings, how):
    url = link_to(topic, wang)
    if how == "taken back":
        desk = Client()
        desk.force_login(wang)
        desk.post(reverse("kb:share_take_back", args=[Share.objects.get().pk]))
    elif how == "over":
        url = link_to(topic, wang, 7, timezone.now() - timedelta(days=8))
    elif how == "guessed":
        url = reverse("kb:shared", args=["1"])
    else:
        settings.SECRET_KEY = "another"

    assert Client().get(url).status_code == 404


def test_curators_make_links_and_see_which_are_good(topic, wang):
    desk = Client()
    desk.force_login(wang)
    address = reverse("kb:shares", args=[topic.pk])

    desk.post(address, {"days": "7"})
    desk.post(address, {"days": ""})

    page = desk.get(address).content.decode()
    for link in Share.objects.all():
        assert sharing.key_of(link) in page
    assert {link.expires_at is None for link in Share.objects.all()} == {True, False}
    assert desk.post(address, {"days": "9999"}).status_code == 404


def test_members_share_nothing(topic):
    client = Client()
    client.force_login(person("zhao"))

    assert client.post(reverse("kb:shares", args=[topic.pk]), {}).status_code == 403
    assert not Share.objects.exists()


def test_queries_do_not_grow(topic, wang, django_assert_max_num_queries):
    url = link_to(topic, wang)
    with django_assert_max_num_queries(9):
        Client().get(url)
    for number in range(15):
        summarised(paper(f"2301.000{number:02}", f"P{number}", topics=[topic]), "好")
    with django_assert_max_num_queries(9):
        Client().get(url)
