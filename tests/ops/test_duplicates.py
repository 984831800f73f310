import pytest

from kb.models import Distinction, Entry, Paper, PaperVersion
from kb.models.history import events
from kb.ops import duplicates, entries
from kb.ops.entries import Wanted
from kb.ops.errors import AlreadyListed
from tests.factories import NOW, blog, paper, person

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


def test_of_many_alike_some_are_offered():
    for number in range(12):
        blog(f"https://example.org/{number}", ATTENTION)

    assert len(duplicates.likely([ATTENTION])[ATTENTION]) == 10
    assert len(duplicates.pairs()) < 12 * 10


def test_without_titles_nothing_is_read(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert duplicates.likely(["", " — "]) == {}


def beside(other, url, *, by=None):
    named, wanted = entries.understand(url), Wanted(ATTENTION, "blog")
    return duplicates.add_beside([other], named, wanted, by=by, now=NOW)


def test_who_adds_beside_another_is_remembered_to_have_told_them_apart():
    known, li = blog(title=ATTENTION), person("li")

    added = beside(known, "https://example.org/second", by=li)

    said = Distinction.objects.get()
    assert (said.older, said.newer, said.said_by) == (known, added, li)
    told = events(Distinction).objects.get().pgh_context.metadata
    assert told == {"user": li.pk, "reason": "add entry"}


def test_telling_two_apart_twice_or_from_the_other_side_is_once():
    one, other = blog(title=ATTENTION), blog("https://example.org/b", ATTENTION)

    duplicates.set_apart(one, [other], by=None, now=NOW)
    duplicates.set_apart(other, [one], by=None, now=NOW)

    assert Distinction.objects.count() == 1
    assert list(Distinction.objects.of(one)) == list(Distinction.objects.of(other))


def test_what_is_known_by_its_address_is_not_added_beside_itself():
    known = blog(title=ATTENTION)

    with pytest.raises(AlreadyListed):
        beside(known, known.url)

    assert (Entry.objects.count(), Distinction.objects.count()) == (1, 0)
