"""How many entries there are to read, as the index counts them."""

import pytest

from kb.models import Entry, Topic
from kb.models.entries import Status
from kb.search import tallies
from kb.search.index import NotBuilt
from kb.web import home
from tests.factories import blog, paper, topic_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    """Entries in one topic, in two, in none, and one that waits for review."""
    attention, chips = topic_at(["Engineer", "attention"]), topic_at(["Chips"])
    paper("2307.02486", "LongNet", topics=[attention, chips])
    paper("2305.17126", "Tool Makers", topics=[attention, topic_at(["Engineer"])])
    paper("2301.13688", "Filed nowhere")
    blog(topics=[chips])
    waits = paper("2307.03109", "Waits", topics=[chips])
    Entry.objects.filter(pk=waits.pk).update(status=Status.INBOX)


def test_it_counts_as_the_database_does(library, library_index):
    library_index()

    told = tallies.tally()

    counts = Topic.objects.subtree_counts()
    named = {
        topic.path: told.by_topic.get(topic.pk, 0) for topic in Topic.objects.all()
    }
    assert named == counts
    assert home.totals() == home.counted()


def test_it_follows_the_index(library, library_index):
    library_index()
    before = tallies.tally()
    paper("2306.09896", "Self-Repair", topics=[topic_at(["Chips"])])
    library_index()

    assert tallies.tally().total == before.total + 1
    assert tallies.tally().by_topic[topic_at(["Chips"]).pk] == 3


def test_without_an_index_there_is_no_tally(settings, tmp_path):
    settings.SEARCH_DIR = tmp_path

    with pytest.raises(NotBuilt):
        tallies.tally()
