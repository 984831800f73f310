import pytest

from kb.search.find import Asker, find
from kb.search.query import parse
from tests.factories import NOW
from tests.search import relevance

pytestmark = pytest.mark.django_db

ENOUGH = 95.0  # of a hundred pairs


def first(query):
    """The keys of what an anonymous reader is shown first."""
    asked = parse(query, today=NOW.date())
    return find(asked, Asker(None), size=relevance.TOP).ids


def test_what_people_look_for_is_among_the_first_three(library_index):
    relevance.build()
    library_index()

    failed = list(relevance.misses(first))

    assert relevance.percent(failed) >= ENOUGH, relevance.told(failed)


def test_the_set_is_large_and_half_chinese():
    chinese = relevance.SET["chinese"]

    assert len(relevance.PAIRS) >= 70
    assert len(chinese) >= len(relevance.PAIRS) / 2
    assert len({row["at"] for row in relevance.SET["entry"]} - expected()) >= 40


def expected():
    """What some pair expects; all else is there to be confused with it."""
    return {pair.expected for pair in relevance.PAIRS}
