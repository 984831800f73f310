"""arXiv being ill does not hurt what is known: every fault, through the verbs."""

from contextlib import suppress
from datetime import date, timedelta
from email.utils import format_datetime

import pytest
import redis
from django.utils import timezone

from kb.arxiv.errors import ArxivError
from kb.models import Entry, Harvest, Milestone, Paper, PaperVersion
from kb.models.papers import BOOKKEEPING
from kb.ops import papers
from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.factories import NOW, paper, topic_at

pytestmark = pytest.mark.django_db

IDS = ["2305.14705", "2307.02486", "2306.09896"]
LATER = NOW + timedelta(days=2)
A_DATE = "a date"  # that is five minutes away

NO_ANSWER = [
    # the fault, its Retry-After, what is told of it, how long the gate is then shut
    (429, "120", "HTTP status 429", 120),
    (503, "90", "HTTP status 503", 90),
    (503, A_DATE, "HTTP status 503", 300),
    (503, "", "HTTP status 503", 60),
    (403, "", "HTTP 403", 86_400),
    ("hang", "", "no complete reply", 60),
    ("drip", "", "no complete reply", 60),
    ("truncated", "", "not XML", 60),
    ("html", "", "not XML", 60),
    ("strangers", "", "nobody asked for", 60),
    ("huge", "", "reply", 60),
    ("entity-bomb", "", "not XML", 60),
    ("wrong-total", "", "announced", 60),
    ("hang-up", "", "cannot be reached", 60),
]


@pytest.fixture
def arxiv(settings):
    """arXiv, with three papers of ours that were fetched two days ago."""
    held = [
        Held(key, f"Title of {key}", versions=["2023-07-05", "2023-07-19"])
        for key in IDS
    ]
    with ArxivServer(held) as server:
        settings.ARXIV_API_URL, settings.ARXIV_OAI_URL = server.url, server.oai_url
        settings.ARXIV_SPACING_SECONDS = 0
        redis.from_url(settings.REDIS_URL).flushdb()
        for key in IDS:
            paper(key, title="", topics=[topic_at(["A"])], tags=["长文本"])
        refresh(NOW)
        settings.ARXIV_TIMEOUT_SECONDS = settings.ARXIV_OAI_TIMEOUT_SECONDS = 0.7
        for key in IDS:  # what is not to be believed of them
            server.put(Held(key, "Garbled", "Garbled", comment="Garbled"))
        Paper.objects.update(refresh_due_at=LATER)
        yield server


def refresh(now):
    batch = papers.claim(now=now)
    return papers.refresh(batch, papers.arxiv_client(), by=None, now=now)


def stored():
    """All that is known of papers, but for the books about fetching it."""
    shown = [
        field.name for field in Paper._meta.fields if field.name not in BOOKKEEPING
    ]
    tables = [Entry.objects.values(), Paper.objects.values(*shown)]
    tables += [PaperVersion.objects.values(), Milestone.objects.values()]
    linked = Entry.objects.values("pk", "filings__topic", "tags__name")
    return [list(rows.order_by("pk")) for rows in [*tables, linked]]


def said(retry_after):
    """The header as arXiv writes it."""
    if retry_after != A_DATE:
        return retry_after
    return format_datetime(timezone.now() + timedelta(seconds=300), usegmt=True)


def shut_for():
    state = papers.arxiv_gate().state()
    return (state.blocked_until - timezone.now()).total_seconds()


@pytest.mark.parametrize(("fault", "retry_after", "told", "seconds"), NO_ANSWER)
def test_without_an_answer_all_stays_and_is_tried_later(
    arxiv, fault, retry_after, told, seconds
):
    before = stored()
    arxiv.fail_next(fault, retry_after=said(retry_after))

    with pytest.raises(ArxivError):
        refresh(LATER)

    assert stored() == before
    for row in Paper.objects.all():
        assert row.refresh_state == "failed"
        assert told in row.refresh_problem
        assert LATER < row.refresh_due_at <= LATER + timedelta(hours=1)
        assert row.leased_until is None
    assert seconds - 30 < shut_for() <= seconds + 1


@pytest.mark.parametrize(
    ("fault", "retry_after", "told", "seconds"),
    [each for each in NO_ANSWER if each[0] not in {"strangers", "wrong-total"}],
)
def test_the_same_holds_for_a_harvest(arxiv, fault, retry_after, told, seconds):
    papers.ask_harvest("", now=NOW, since=date(2020, 1, 1))
    before = stored()
    arxiv.fail_next(fault, retry_after=said(retry_after))
    claimed = papers.claim_harvest(now=LATER)

    with pytest.raises(ArxivError):
        papers.harvest(claimed, papers.arxiv_harvester(), by=None, now=LATER)

    assert stored() == before
    harvest = Harvest.objects.get()
    assert told in harvest.problem
    assert LATER < harvest.due_at <= LATER + timedelta(hours=1)
    assert (harvest.pages, harvest.leased_until) == (0, None)
    assert seconds - 30 < shut_for() <= seconds + 1


def test_an_answer_without_papers_we_know_takes_nothing_away(arxiv):
    before = stored()
    arxiv.fail_next("empty")

    refresh(LATER)

    assert stored() == before
    for row in Paper.objects.all():
        assert (row.refresh_state, row.absences) == ("fetched", 1)
        assert row.refresh_due_at == LATER + timedelta(days=1)


def test_the_order_of_an_answer_does_not_matter(arxiv):
    for number, key in enumerate(IDS):
        day = f"2023-08-0{3 - number}"
        arxiv.put(Held(key, f"New title of {key}", versions=["2023-07-05", "1", day]))

    refresh(LATER)

    found = {row.arxiv_id: row.title for row in Paper.objects.all()}
    assert found == {key: f"New title of {key}" for key in IDS}


@pytest.mark.parametrize("discreet", [False, True])
def test_an_id_that_is_refused_harms_no_other_of_its_batch(arxiv, discreet):
    arxiv.refused, arxiv.discreet = {IDS[1]}, discreet

    with suppress(ArxivError):
        batch = papers.claim(now=LATER)
        client = papers.arxiv_client()
        papers.refresh(batch, client, by=None, now=LATER, wait=lambda seconds: None)

    states = {row.arxiv_id: row.refresh_state for row in Paper.objects.all()}
    assert states == {IDS[0]: "fetched", IDS[1]: "rejected", IDS[2]: "fetched"}
    refused = Paper.objects.get(arxiv_id=IDS[1])
    assert refused.title == f"Title of {IDS[1]}"
    assert "incorrect id format" in refused.refresh_problem
