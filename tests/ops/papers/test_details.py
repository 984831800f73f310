"""All that arXiv has on one paper, for one turn."""

import pytest

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.models import Paper
from kb.ops import papers
from tests.arxiv_server import Paper as Held
from tests.factories import NOW, paper
from tests.ops.papers.said import ID, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted(arxiv):
    """A paper in two versions, whose details somebody wants."""
    arxiv.put(Held(ID, versions=["2023-07-05", "2023-07-19"], licence="CC0", sizes=[9]))
    paper(ID)
    Paper.objects.update(details_due=True)


def detail():
    claimed = papers.claim_details(now=NOW)
    return papers.detail(claimed, papers.arxiv_harvester(), by=None, now=NOW)


@pytest.mark.usefixtures("wanted")
def test_versions_and_licence_come_with_them():
    assert detail()

    kept = get()
    assert (kept.licence, kept.harvested_at, kept.details_due) == ("CC0", NOW, False)
    assert list(kept.versions.values_list("number", "size_bytes")) == [
        (2, None),
        (1, 9 * 1024),
    ]


@pytest.mark.usefixtures("wanted")
def test_a_closed_gate_leaves_them_wanted():
    papers.arxiv_gate().block(60)

    with pytest.raises(GateClosed):
        detail()

    assert (get().details_due, get().leased_until) == (True, None)


@pytest.mark.usefixtures("wanted")
def test_a_paper_whose_record_cannot_be_read_is_not_asked_for_for_ever(arxiv):
    arxiv.fail_next("truncated")

    with pytest.raises(ArxivUnavailable):
        detail()

    assert papers.claim_details(now=NOW) is None
    assert get().refresh_state == ""


def test_a_paper_that_arxiv_does_not_have_is_wanted_no_longer(arxiv):
    paper("2301.99998")
    Paper.objects.update(details_due=True)

    assert not detail()

    assert papers.claim_details(now=NOW) is None


@pytest.mark.usefixtures("arxiv")
def test_they_are_wanted_of_a_few_papers_and_not_of_many():
    for number in range(1, 12):
        paper(f"2301.{number:05}")

    papers.ask(Paper.objects.filter(arxiv_id="2301.00001"), by=None, now=NOW)
    assert Paper.objects.get(details_due=True).arxiv_id == "2301.00001"

    Paper.objects.update(details_due=False)
    papers.ask(Paper.objects.all(), by=None, now=NOW)
    assert not Paper.objects.filter(details_due=True).exists()
