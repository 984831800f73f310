from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import override_settings

from kb import tasks
from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.models import Paper, Run
from kb.models.history import events
from kb.ops import entries, papers
from kb.ops.entries import Wanted
from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.factories import NOW, blog, paper, person

pytestmark = pytest.mark.django_db

IDS = ["2305.14705", "2307.02486", "2306.09896"]


@pytest.fixture
def arxiv(settings):
    """A stand-in for arXiv that the product asks, and an open gate."""
    held = [Held(arxiv_id, f"Title of {arxiv_id}") for arxiv_id in IDS]
    with ArxivServer(held) as server:
        settings.ARXIV_API_URL = server.url
        settings.ARXIV_SPACING_SECONDS = 0.001
        papers.arxiv_gate().reopen()
        yield server


def refresh(now=NOW):
    """One turn of the job."""
    batch = papers.claim(now=now)
    return papers.refresh(batch, papers.arxiv_client(), by=None, now=now)


def get(arxiv_id):
    return Paper.objects.get(arxiv_id=arxiv_id)


def test_all_due_papers_are_fetched_in_one_request(arxiv):
    for arxiv_id in IDS:
        paper(arxiv_id, title="")

    reply = refresh()

    assert len(arxiv.requests) == 1
    assert papers.figures(reply) == {"found": 3, "absent": 0, "rejected": 0}
    kept = get("2307.02486")
    assert kept.title == kept.arxiv_title == "Title of 2307.02486"
    assert kept.author_names == ["Ada Lovelace"]
    assert (kept.refresh_state, kept.refreshed_at) == ("fetched", NOW)
    assert kept.refresh_due_at > NOW + timedelta(hours=20)


def test_refresh_keeps_what_people_wrote(arxiv):
    paper("2307.02486", title="我们的标题", tags=["长文本"])

    refresh()

    kept = get("2307.02486")
    assert (kept.title, kept.arxiv_title) == ("我们的标题", "Title of 2307.02486")
    assert list(kept.tags.names()) == ["长文本"]


def test_a_title_that_follows_arxiv_follows_its_changes(arxiv):
    paper("2307.02486", title="")
    refresh()
    changed = Held("2307.02486", "Renamed", versions=["2023-07-05", "2023-07-19"])
    arxiv.put(changed)

    refresh(NOW + timedelta(days=2))

    kept = get("2307.02486")
    assert (kept.title, kept.latest_version) == ("Renamed", 2)
    assert list(kept.versions.values_list("number", "title")) == [
        (2, "Renamed"),
        (1, "Title of 2307.02486"),
    ]
    titles = events(Paper).objects.filter(pgh_obj=kept).values_list("arxiv_title")
    assert ("Title of 2307.02486",) in titles


def test_an_absent_paper_is_believed_missing_on_the_third_day_only(arxiv):
    paper("2301.00001", title="Not there")

    states = []
    for day in (0, 0, 1.5, 3):
        Paper.objects.update(refresh_due_at=NOW)
        refresh(NOW + timedelta(days=day))
        states.append(get("2301.00001").refresh_state)

    assert states == ["", "", "", "absent"]


def test_an_outage_blanks_nothing_and_tries_later(arxiv):
    paper("2307.02486", title="")
    refresh()
    before = get("2307.02486").abstract
    arxiv.fail_next("html")

    later = NOW + timedelta(days=2)
    with pytest.raises(ArxivUnavailable):
        refresh(later)

    kept = get("2307.02486")
    assert kept.abstract == before
    assert before
    assert (kept.refresh_state, kept.title) == ("failed", "Title of 2307.02486")
    assert kept.refresh_problem
    assert later < kept.refresh_due_at <= later + timedelta(hours=1)


def test_a_closed_gate_gives_the_papers_back(arxiv):
    paper("2307.02486")
    papers.arxiv_gate().block(60)

    with pytest.raises(GateClosed):
        refresh()

    assert get("2307.02486").refresh_due_at == NOW
    assert arxiv.requests == []


def test_two_workers_never_take_the_same_paper(arxiv):
    for arxiv_id in IDS:
        paper(arxiv_id)

    first, second = papers.claim(now=NOW, limit=2), papers.claim(now=NOW, limit=2)

    assert len(first) == 2
    assert len(second) == 1
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_a_batch_whose_worker_died_is_due_again_after_its_lease(arxiv):
    paper("2307.02486")
    papers.claim(now=NOW)

    assert papers.claim(now=NOW + timedelta(seconds=30)) == []
    assert len(papers.claim(now=NOW + timedelta(seconds=60))) == 1


def test_asking_makes_arxiv_papers_due_and_leaves_others():
    paper("2307.02486")
    blog()
    Paper.objects.update(refresh_due_at=NOW + timedelta(days=9))

    assert papers.ask(Paper.objects.all(), by=person(), now=NOW) == 1
    assert get("2307.02486").refresh_due_at == NOW


@pytest.mark.django_db(transaction=True)
def test_an_edit_during_a_refresh_is_kept(arxiv):
    added = paper("2307.02486", title="")
    batch = papers.claim(now=NOW)

    def edit():
        entries.edit(added, Wanted("人写的", "paper"), by=None)
        connection.close()

    editor = Thread(target=edit)
    editor.start()
    papers.refresh(batch, papers.arxiv_client(), by=None, now=NOW)
    editor.join()

    assert get("2307.02486").title == "人写的"


@override_settings(ARXIV_ENABLED=True)
def test_the_job_records_what_it_did(arxiv):
    paper("2307.02486")
    tasks.refresh_due_papers()

    run = Run.objects.get()
    assert (run.kind, run.outcome, run.report["found"]) == ("refresh", "done", 1)
