"""What a paper takes over of what arXiv says, and what it keeps."""

from datetime import timedelta

import pytest

from kb.arxiv.records import Author
from kb.models import Change, Paper
from kb.models.history import events
from kb.ops import resources
from tests.factories import NOW, paper, person, topic_at
from tests.ops.papers.said import FIRST, atom, get, hear, raw, versions

pytestmark = pytest.mark.django_db

FULL = {
    "comment": "12 pages",
    "journal_ref": "ACL 2024",
    "doi": "10.18653/v1/2024.acl-long.1",
}


@pytest.fixture(autouse=True)
def listed():
    """The paper, whose title nobody has given."""
    return paper("2307.02486", title="")


def names():
    return get().author_names


def test_both_formats_come_to_the_same():
    hear(atom(**FULL))
    from_atom = get()
    Paper.objects.update(abstract="", arxiv_title="", comment="", journal_ref="")

    hear(raw(**FULL))

    from_raw = get()
    for name in ("arxiv_title", "abstract", "categories", "comment", "journal_ref"):
        assert getattr(from_raw, name) == getattr(from_atom, name)
    assert from_raw.published_at == from_atom.published_at == FIRST
    assert from_raw.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert (from_raw.harvested_at, from_atom.harvested_at) == (NOW, None)


@pytest.mark.parametrize("silent", [atom(), raw(licence="")])
def test_what_an_answer_does_not_say_stays(silent):
    hear(raw(**FULL))

    hear(silent)

    kept = get()
    assert {name: getattr(kept, name) for name in FULL} == FULL
    assert kept.licence == "http://creativecommons.org/licenses/by/4.0/"


def test_a_comment_belongs_to_its_version():
    hear(atom(**FULL))

    hear(atom(version=2))

    kept = get()
    assert (kept.comment, kept.journal_ref) == ("", "ACL 2024")


def test_an_answer_with_nothing_in_it_blanks_nothing():
    hear(atom())
    empty = atom(title="", abstract="", authors=(), categories=(), primary_category="")

    hear(empty)

    kept = get()
    assert (kept.title, kept.abstract) == ("LongNet", "We scale.")
    assert kept.author_names == ["Jiayu Ding", "Dirk Wübben"]
    assert (kept.categories, kept.primary_category) == (["cs.CL", "cs.LG"], "cs.CL")


def test_a_string_of_authors_does_not_replace_the_list_that_says_the_same():
    hear(atom())
    listed = get().authors

    hear(raw(authors=r"Jiayu Ding, Dirk W\"ubben"))
    hear(raw(authors=r"JIAYU DING and Dirk W\"{u}bben"))

    assert get().authors == listed


def test_other_authors_replace_those_before():
    hear(atom())

    hear(raw(version=2, authors="Jiayu Ding, Dirk Wübben and Ada Lovelace"))

    assert names() == ["Jiayu Ding", "Dirk Wübben", "Ada Lovelace"]


def test_a_list_of_authors_replaces_a_string():
    hear(raw(authors="Jiayu Ding, Dirk Wübben"))

    hear(atom(authors=(Author("Jiayu Ding", ("Tsinghua",)), Author("Dirk Wübben"))))

    assert get().authors[0] == {"name": "Jiayu Ding", "affiliations": ["Tsinghua"]}


def test_letters_written_in_latex_are_letters_and_formulas_stay():
    hear(raw(title=r"Schr\"odinger with $\vec{x}$", comment=r"Erd\H{o}s"))

    assert get().title == r"Schrödinger with $\vec{x}$"
    assert get().comment == "Erdős"


@pytest.mark.parametrize("told", [True, None])
def test_who_cannot_tell_of_a_withdrawal_does_not_deny_it(told):
    hear(raw(withdrawn=True))

    hear(atom(withdrawn=told), raw(withdrawn=None))

    assert get().withdrawn


def test_a_newer_version_ends_a_withdrawal():
    hear(raw(withdrawn=True))

    hear(atom(version=2))

    assert not get().withdrawn


def test_a_withdrawal_that_only_the_comment_tells_is_the_same_for_both_formats():
    comment = "This paper has been withdrawn by the authors"
    hear(atom(comment=comment, withdrawn=True))

    hear(raw(comment=comment, withdrawn=False))

    assert get().withdrawn


def test_arxiv_may_take_back_a_withdrawal():
    hear(raw(withdrawn=True))

    hear(raw(withdrawn=False))

    assert not get().withdrawn


@pytest.mark.parametrize("older", [atom(title="Old"), raw(title="Old")])
def test_an_older_version_never_replaces_a_newer(older):
    hear(atom(version=2, title="New"))

    hear(older)

    kept = get()
    assert (kept.title, kept.arxiv_title, kept.latest_version) == ("New", "New", 2)


def test_arxivs_own_doi_is_no_publishers():
    hear(atom(doi="10.48550/arXiv.2307.02486"))

    assert get().doi == ""


def test_all_versions_are_kept_and_what_is_known_of_them_is_only_added_to():
    hear(atom(version=2))

    hear(raw(version=3), atom(version=3), raw(version=3))

    kept = get().versions.order_by("number")
    assert [(row.number, row.size_bytes, row.source_type) for row in kept] == [
        (1, 1024, "D"),
        (2, 2048, "D"),
        (3, 3072, "D"),
    ]
    assert [row.title for row in kept] == ["", "LongNet", "LongNet"]
    assert [row.submitted_at for row in kept] == [
        each.submitted_at for each in versions(3)
    ]


def test_links_that_arxiv_names_are_found_and_those_taken_off_stay_off():
    hear(atom(comment="Code: https://github.com/a/b"))
    link = get().resources.get()
    resources.take_off(link, by=person())

    hear(raw(version=2, comment="Code: https://github.com/a/b and github.com/a/c"))

    links = get().resources.order_by("url").values_list("url", "source", "hidden")
    assert list(links) == [
        ("https://github.com/a/b", "arxiv", True),
        ("https://github.com/a/c", "arxiv", False),
    ]


def test_what_people_wrote_stays():
    paper("2305.14705", title="我们的标题", topics=[topic_at(["A"])], tags=["长文本"])

    hear(atom(id="2305.14705"), raw(id="2305.14705", version=2, title="Another"))

    kept = get("2305.14705")
    assert (kept.title, kept.arxiv_title) == ("我们的标题", "Another")
    assert list(kept.tags.names()) == ["长文本"]
    assert [topic.name for topic in kept.topics.all()] == ["A"]


def test_hearing_the_same_again_changes_nothing_that_search_or_history_see():
    hear(raw(version=2, **FULL))
    changes, history = Change.objects.count(), events(Paper).objects.count()

    hear(raw(version=2, **FULL), atom(version=2, **FULL), raw(version=2, **FULL))

    assert Change.objects.count() == changes
    assert events(Paper).objects.count() == history


def test_a_fetched_paper_is_due_again_by_its_age():
    recent = NOW - timedelta(days=3)
    hear(atom(published=recent, updated=recent))

    assert timedelta(hours=20) < get().refresh_due_at - NOW < timedelta(days=2)
