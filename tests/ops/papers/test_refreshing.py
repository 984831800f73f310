from datetime import timedelta
from threading import Thread

import pytest
import redis
from django.db import connection

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.arxiv.records import Reply
from kb.models import Paper
from kb.models.history import events
from kb.ops import entries, papers
from kb.ops.entries import Wanted
from tests.arxiv_server import Paper as Held
from tests.factories import NOW, blog, paper, person
from tests.ops.papers.said import IDS, atom, due, get

pytestmark = pytest.mark.django_db


def refresh(now=NOW):
    """One turn of the job."""
    batch = papers.claim(now=now)
    return papers.refresh(batch, papers.arxiv_client(), by=None, now=now)


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
    due()

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


@pytest.mark.parametrize(
    ("refreshed_at", "state"), [(None, ""), (NOW - timedelta(days=1), "fetched")]
)
def test_an_answer_that_a_paper_is_absent_ends_the_failures(arxiv, refreshed_at, state):
    paper("2301.00001", title="Not there")
    Paper.objects.update(
        refresh_state="failed",
        refresh_problem="timed out",
        failures=4,
        refreshed_at=refreshed_at,
    )

    refresh()

    kept = get("2301.00001")
    assert (kept.refresh_state, kept.refresh_problem) == (state, "")
    assert (kept.failures, kept.absences) == (0, 1)


def test_an_outage_blanks_nothing_and_tries_later(arxiv):
    paper("2307.02486", title="")
    refresh()
    before = get("2307.02486").abstract
    arxiv.fail_next("html")
    due()

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


UNFIT = "A title with \0 in it"  # PostgreSQL keeps no NUL


def test_a_record_that_cannot_be_stored_delays_its_paper_and_no_other():
    for arxiv_id in IDS:
        paper(arxiv_id, title="Ours")
    batch = papers.claim(now=NOW)
    titles = dict.fromkeys(IDS, "Fit") | {IDS[0]: UNFIT}
    reply = Reply(
        found={name: atom(id=name, title=title) for name, title in titles.items()}
    )

    papers.settle_all(batch, reply, by=None, now=NOW)

    states = {row.arxiv_id: row.refresh_state for row in Paper.objects.all()}
    assert states == {IDS[0]: "failed", IDS[1]: "fetched", IDS[2]: "fetched"}
    misfit = get(IDS[0])
    assert "cannot be stored" in misfit.refresh_problem
    assert (misfit.arxiv_title, misfit.leased_until) == ("", None)
    assert papers.claim(now=NOW) == []


def test_a_paper_that_cannot_be_stored_again_waits_longer_each_time():
    batch = [paper(IDS[0]).paper]
    reply = Reply(found={IDS[0]: atom(id=IDS[0], title=UNFIT)})

    pauses = []
    for _ in range(3):
        papers.settle_all(batch, reply, by=None, now=NOW)
        pauses.append(get(IDS[0]).refresh_due_at - NOW)

    assert pauses == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]


def test_fields_of_arxiv_that_are_too_long_are_kept_as_far_as_they_fit(arxiv):
    paper(IDS[0])
    doi, category = "10.1000/" + "x" * 300, "cs." + "X" * 60
    arxiv.put(Held(IDS[0], doi=doi, categories=[category, "cs.CL"]))

    refresh()

    kept = get(IDS[0])
    assert kept.refresh_state == "fetched"
    assert (kept.doi, kept.primary_category) == (doi[:255], category[:40])
    assert kept.categories == [category, "cs.CL"]


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

    assert papers.claim(now=NOW + timedelta(seconds=40)) == []
    assert len(papers.claim(now=NOW + timedelta(seconds=45))) == 1


def test_asking_does_not_take_a_paper_from_the_worker_that_has_it(arxiv):
    paper("2307.02486")
    held = papers.claim(now=NOW)
    later = NOW + timedelta(seconds=5)

    papers.ask(Paper.objects.all(), by=None, now=later)

    assert papers.claim(now=later) == []
    papers.refresh(held, papers.arxiv_client(), by=None, now=later)
    kept = get("2307.02486")
    assert (kept.refresh_state, kept.leased_until) == ("fetched", None)


def test_a_claim_among_some_papers_takes_no_other():
    paper(IDS[0])
    paper(IDS[1])

    chosen = Paper.objects.filter(arxiv_id=IDS[1])
    claimed = papers.claim(now=NOW, among=chosen)

    assert [row.arxiv_id for row in claimed] == [IDS[1]]


def test_without_the_queue_server_the_papers_are_given_back(settings, closed_port):
    paper("2307.02486")
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}"

    with pytest.raises(redis.RedisError):
        refresh()

    kept = get("2307.02486")
    assert (kept.refresh_due_at, kept.leased_until) == (NOW, None)


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
