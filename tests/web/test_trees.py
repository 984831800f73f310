"""The tree of topics, as every page shows it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.web import trees
from tests.factories import paper, topic_at

pytestmark = pytest.mark.django_db


def shown(topics):
    """Return what a tree shows: names and counts, from the top."""
    return [(str(topic), topic.count, shown(topic.subtopics)) for topic in topics]


def filled():
    """Put a tree with two papers into the library."""
    deep = topic_at(["Engineer", "attention"])
    topic_at(["Chips"])
    paper("2307.02486", "LongNet", topics=[deep])
    paper("2305.17126", "Tool Makers", topics=[deep, topic_at(["Engineer"])])


@pytest.mark.parametrize("built", [False, True])
def test_each_topic_tells_how_many_are_in_it_and_below(built, settings, library_index):
    filled()
    if built:
        library_index()

    counts = [("Engineer", 2, [("attention", 2, [])]), ("Chips", 0, [])]
    assert shown(trees.tree()) == counts


def test_where_there_is_an_index_no_filing_is_read(library_index):
    filled()
    library_index()

    with CaptureQueriesContext(connection) as captured:
        trees.tree()

    assert len(captured) == 1
    assert "kb_filing" not in captured[0]["sql"]
