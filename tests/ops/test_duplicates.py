import pytest

from kb.models import Paper, PaperVersion
from kb.ops import duplicates
from tests.factories import blog, paper

pytestmark = pytest.mark.django_db

ATTENTION = "Attention Is All You Need"


def test_an_entry_is_found_by_a_title_nearly_like_its_own():
    known = blog(title=ATTENTION)

    assert duplicates.likely(["Atention is all you need", "GPT-4"]) == {
        "Atention is all you need": [known]
    }


def test_what_a_paper_was_or_is_called_at_arxiv_counts():
    known = paper(title="必读：注意力")
    Paper.objects.update(arxiv_title=ATTENTION)
    PaperVersion.objects.create(paper_id=known.pk, number=1, title="Attention Suffices")

    found = duplicates.likely(["Attention is all you need", "attention suffices"])

    assert list(found.values()) == [[known], [known]]


def test_queries_grow_neither_with_titles_nor_with_entries(django_assert_num_queries):
    blog(title=ATTENTION)
    with django_assert_num_queries(3):
        duplicates.likely([ATTENTION])
    for number in range(10):
        blog(f"https://example.org/{number}", f"{ATTENTION}: take {number}")
    with django_assert_num_queries(3):
        duplicates.likely([ATTENTION, *(f"{ATTENTION}: Take {n}" for n in range(10))])


def test_without_titles_nothing_is_read(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert duplicates.likely([]) == {}
