"""The palette finds entries, topics and actions, as far as somebody may go."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from kb.models import Entry
from tests.factories import blog, paper, person, topic_at

pytestmark = pytest.mark.django_db


def lines(client, text=""):
    """What the palette leads to, by its label."""
    page = client.get(reverse("kb:palette"), {"q": text}).content.decode()
    found = re.findall(r'href="([^"]+)"[^>]*><span[^>]*>([^<]+)<', page)
    return {label: href for href, label in found}


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_everybody_gets_the_actions_that_are_theirs():
    member, curator = person("li"), person("wang", curator=True)

    assert "Shelf" in lines(client_of(member))
    assert "Desk" not in lines(client_of(member))
    assert lines(client_of(curator))["Desk"] == reverse("kb:desk")


def test_entries_and_topics_are_found_as_they_are_typed(library_index):
    topic = topic_at(["Long context"])
    there = paper("2307.02486", "LongNet: scaling", topics=[topic])
    library_index()

    found = lines(client_of(person()), "long")

    assert found["Long context"] == topic.get_absolute_url()
    assert found["LongNet: scaling"] == there.get_absolute_url()
    assert "LongNet: scaling" in lines(client_of(person("wang")), "longn")


def test_strangers_are_shown_what_is_listed(settings, library_index):
    settings.READABLE_BY = "everyone"
    blog("https://a.example/", "Listed attention")
    waiting = blog("https://b.example/", "Waiting attention")
    Entry.objects.filter(pk=waiting.pk).update(status="inbox")
    library_index()

    found = lines(Client(), "attention")

    assert "Listed attention" in found
    assert "Waiting attention" not in found
    assert "Add" not in lines(Client())


def test_without_an_index_there_are_still_actions():
    assert "Shelf" in lines(client_of(person()), "shel")


def test_the_guide_tells_of_search_markdown_and_keys():
    page = client_of(person()).get(reverse("kb:help")).content.decode()

    for told in ("mixture of experts", "[^1]", "<kbd>j</kbd>"):
        assert told in page
