"""What is noticed of a paper, once."""

from datetime import UTC, date, datetime

import pytest

from kb.models import Milestone
from kb.ops import entries
from tests.factories import NOW, paper
from tests.ops.papers.said import SECOND, atom, hear, raw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def listed():
    """The paper, to which somebody gave a title."""
    return paper("2307.02486", title="Ours")


def noticed():
    """What happened, oldest first."""
    return list(Milestone.objects.order_by("pk"))


def kinds():
    return [milestone.kind for milestone in noticed()]


def test_what_a_paper_is_at_first_is_no_news():
    hear(raw(version=3, withdrawn=True, journal_ref="ACL 2024"))

    assert noticed() == []


def test_a_new_version_carries_what_changed_in_its_abstract():
    hear(atom(comment="Draft"))

    hear(atom(version=2, abstract="We scale to 1B.", comment="Final"))

    (milestone,) = noticed()
    assert (milestone.kind, milestone.version) == ("version", 2)
    assert milestone.before == {"abstract": "We scale.", "comment": "Draft"}
    assert milestone.after == {"abstract": "We scale to 1B.", "comment": "Final"}
    assert (milestone.happened_at, milestone.noticed_at) == (SECOND, NOW)


def test_another_title_at_arxiv_is_news_whatever_it_is_called_here():
    hear(atom())

    hear(atom(version=2, title="LongNet, Renamed"))

    assert kinds() == ["version", "title"]
    assert noticed()[1].before == {"title": "LongNet"}
    assert noticed()[1].after == {"title": "LongNet, Renamed"}


def test_another_title_here_is_no_news(listed):
    hear(atom())

    entries.edit(listed, entries.Wanted("Ours, Renamed", "paper"), by=None)
    hear(atom())

    assert noticed() == []


@pytest.mark.parametrize(
    ("field", "text"), [("journal_ref", "ACL 2024"), ("doi", "10.1145/1.2")]
)
def test_appearing_elsewhere_is_news_on_the_day_arxiv_says(field, text):
    hear(raw())

    hear(raw(**{field: text}, changed_on=date(2024, 2, 3)))

    (milestone,) = noticed()
    assert (milestone.kind, milestone.after) == ("published", {field: text})
    assert milestone.happened_at == datetime(2024, 2, 3, tzinfo=UTC)


def test_a_paper_appears_once():
    hear(raw(), raw(journal_ref="ACL 2024"))

    hear(raw(journal_ref="Proc. ACL 2024", doi="10.1145/1.2"))

    assert kinds() == ["published"]


def test_arxivs_own_doi_is_no_news():
    hear(raw(), raw(doi="10.48550/arXiv.2307.02486"))

    assert noticed() == []


def test_a_withdrawal_and_a_return_are_news():
    hear(raw())

    hear(
        raw(version=2, withdrawn=True, comment="Withdrawn: an error in Lemma 3"),
        atom(version=2, comment="Withdrawn: an error in Lemma 3", withdrawn=True),
        atom(version=3),
    )

    assert kinds() == ["version", "withdrawn", "version", "returned"]
    assert noticed()[1].after == {"comment": "Withdrawn: an error in Lemma 3"}


def test_hearing_of_it_again_by_either_way_is_no_news():
    hear(atom())
    news = {"title": "Renamed", "journal_ref": "ACL 2024", "comment": "Final"}

    hear(raw(version=2, **news), raw(version=2, **news), atom(version=2, **news))
    hear(raw(version=2, **news), raw(version=1), atom())

    assert sorted(kinds()) == ["published", "title", "version"]


def test_letters_written_in_latex_are_no_news():
    hear(atom(title="Schrödinger", authors=()))

    hear(raw(title=r"Schr\"odinger"))

    assert noticed() == []


def test_news_of_the_paper_that_an_entry_was_before_goes_with_it(listed):
    hear(atom(), atom(version=2))

    entries.relink(listed, entries.understand("2305.14705"), now=NOW)
    hear(atom(id="2305.14705", title="Another"))

    assert noticed() == []
    assert listed.paper.versions.count() == 1
