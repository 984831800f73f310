"""What a turn at the gate is spent on, and when the next one is."""

import time
from datetime import date, timedelta

import pytest
from django.core import mail

from kb import tasks
from kb.models import ArxivRequest, Harvest, Paper, Run
from kb.ops import papers
from kb.ops.members import curators
from tests.arxiv_server import Paper as Held
from tests.factories import NOW, paper, person
from tests.ops.papers.said import IDS, due, get

pytestmark = pytest.mark.django_db


def add(count):
    """So many papers, due at once, which arXiv has."""
    for number in range(1, count + 1):
        paper(f"2301.{number:05}", title="")
    return [Held(f"2301.{number:05}") for number in range(1, count + 1)]


@pytest.fixture
def sent(monkeypatch):
    """The messages that jobs send for themselves, which no worker takes here."""
    found = []
    for job in (tasks.refresh_due_papers, tasks.harvest_due):
        monkeypatch.setattr(
            job, "apply_async", lambda job=job, **options: found.append((job, options))
        )
    return found


def test_papers_added_by_many_are_one_request_for_a_hundred(arxiv):
    arxiv.put(*add(250))

    while papers.turn(now=NOW) is not None:
        pass

    asked = [seen for seen in arxiv.requests if "/api/query" in seen.path]
    assert len(asked) == 3
    assert Paper.objects.filter(refresh_state="fetched").count() == 250


def test_all_batches_that_follow_each_other_are_one_run(arxiv):
    arxiv.put(*add(150))

    papers.turn(now=NOW)
    run = Run.objects.get()
    assert (run.outcome, run.done, run.total) == ("running", 100, 150)
    papers.turn(now=NOW)
    papers.turn(now=NOW)

    run.refresh_from_db()
    assert (run.kind, run.outcome, run.done, run.total) == ("refresh", "done", 150, 150)
    assert run.report == {"found": 150, "absent": 0, "rejected": 0}


@pytest.mark.parametrize("discreet", [False, True])
def test_an_id_that_is_refused_is_found_turn_by_turn(arxiv, settings, discreet):
    settings.ARXIV_SPACING_SECONDS = 0.01
    arxiv.put(*add(20))
    arxiv.refused, arxiv.discreet = {"2301.00013"}, discreet

    deadline = time.monotonic() + 30
    while papers.turn(now=NOW) is not None and time.monotonic() < deadline:
        time.sleep(0.01)

    kept = dict(Paper.objects.values_list("arxiv_id", "refresh_state"))
    assert kept.pop("2301.00013") == "rejected"
    assert set(kept.values()) == {"fetched"}
    assert len(arxiv.requests) < 20


def test_what_comes_later_is_another_run(arxiv):
    arxiv.put(*add(1))
    papers.turn(now=NOW)
    papers.turn(now=NOW)

    due()
    papers.turn(now=NOW)

    assert Run.objects.count() == 2


def test_a_run_ends_with_the_first_batch_that_fails(arxiv):
    arxiv.put(*add(150))
    papers.turn(now=NOW)
    arxiv.fail_next(503)

    assert papers.turn(now=NOW) is None

    run = Run.objects.get()
    assert (run.outcome, run.problem) == (
        "failed",
        "arXiv answered with HTTP status 503",
    )
    assert run.report == {"found": 100, "absent": 0, "rejected": 0, "failed": 50}


def test_a_blocked_gate_ends_the_run_and_leaves_the_papers_due(arxiv):
    arxiv.put(*add(150))
    papers.turn(now=NOW)
    papers.arxiv_gate().block(3600, "paused by an admin")

    assert papers.turn(now=NOW) is None

    run = Run.objects.get()
    assert run.outcome == "failed"
    assert "paused by an admin" in run.problem
    assert Paper.objects.due(NOW).count() == 50


def test_nothing_is_claimed_while_the_gate_is_closed(arxiv, settings):
    settings.ARXIV_SPACING_SECONDS = 60
    arxiv.put(*add(150))
    papers.turn(now=NOW)

    seconds = papers.turn(now=NOW)

    assert 50 < seconds <= 60
    assert len(arxiv.requests) == 1
    assert not Paper.objects.exclude(leased_until=None).exists()


def test_details_are_asked_for_when_no_batch_is_due(arxiv):
    paper(IDS[0])
    papers.ask(Paper.objects.all(), by=None, now=NOW)

    papers.turn(now=NOW)
    assert get(IDS[0]).details_due
    papers.turn(now=NOW)

    assert ["oai" in seen.path for seen in arxiv.requests] == [False, True]
    kept = get(IDS[0])
    assert (kept.details_due, kept.leased_until, kept.harvested_at) == (
        False,
        None,
        NOW,
    )


def test_with_nothing_to_do_nobody_comes_back(arxiv):
    assert papers.turn(now=NOW) is None
    assert papers.harvest_turn(now=NOW) is None
    assert arxiv.requests == []


def test_a_harvest_goes_on_page_by_page(arxiv):
    arxiv.oai.page_size = 1
    papers.ask_harvest("", since=date(2020, 1, 1), now=NOW)

    turns = 0
    while papers.harvest_turn(now=NOW) is not None:
        turns += 1

    assert turns == 3
    assert Harvest.objects.get().finished_at == NOW


# --- Jobs --------------------------------------------------------------------------


def test_a_job_sends_for_itself_once_however_many_find_the_gate_closed(
    arxiv, settings, sent
):
    settings.ARXIV_SPACING_SECONDS = 20
    arxiv.put(*add(150))

    for _ in range(5):
        tasks.refresh_due_papers()

    ((job, options),) = sent
    assert job is tasks.refresh_due_papers
    assert 15 < options["countdown"] <= 20


def test_a_job_that_finds_nothing_sends_for_nobody(arxiv, sent):
    tasks.refresh_due_papers()
    tasks.harvest_due()

    assert sent == []


def test_the_schedule_and_not_a_message_waits_for_a_gate_that_is_long_closed(
    arxiv, sent
):
    arxiv.put(*add(1))
    papers.arxiv_gate().block(3600)

    tasks.refresh_due_papers()

    assert sent == []


def test_jobs_that_do_not_wait_for_the_same_send_each_for_itself(arxiv, settings, sent):
    settings.ARXIV_SPACING_SECONDS = 20
    arxiv.put(*add(150))
    papers.ask_harvest("", now=NOW)

    tasks.refresh_due_papers()
    tasks.harvest_due()

    assert [job for job, _ in sent] == [tasks.refresh_due_papers, tasks.harvest_due]


def test_where_arxiv_is_switched_off_jobs_ask_nothing(arxiv, settings):
    settings.ARXIV_ENABLED = settings.ARXIV_HARVEST = False
    arxiv.put(*add(1))
    papers.ask_harvest("", now=NOW)

    tasks.refresh_due_papers()
    tasks.harvest_due()

    assert arxiv.requests == []


# --- Requests on record, and a denial ----------------------------------------------


def test_every_request_is_on_record(arxiv):
    arxiv.put(*add(3))
    papers.turn(now=NOW)
    due()
    arxiv.fail_next(503)
    papers.turn(now=NOW)
    papers.arxiv_gate().reopen()
    papers.ask_harvest("", now=NOW, since=date(2020, 1, 1))
    papers.harvest_turn(now=NOW)

    kept = ArxivRequest.objects.order_by("pk")
    assert list(kept.values_list("protocol", "outcome", "papers")) == [
        ("atom", "answered", 3),
        ("atom", "unavailable", 0),
        ("oai", "answered", 6),
    ]
    assert "503" in kept[1].cause


def test_requests_are_forgotten_after_a_month():
    for days in (1, 29, 31):
        ArxivRequest.objects.create(at=NOW - timedelta(days=days), seconds=1)

    assert papers.prune_requests(now=NOW) == 1
    assert ArxivRequest.objects.count() == 2


def test_a_denial_shuts_the_gate_for_a_day_and_tells_the_curators_once(arxiv):
    person("li", curator=True)
    chen = person("chen", curator=True)
    chen.member.ui_language = "zh-hans"
    chen.member.save()
    person("wang")
    gone = person("gone", curator=True)
    gone.is_active = False
    gone.save()
    arxiv.put(*add(1))
    arxiv.fail_next(403)

    papers.turn(now=NOW)
    due()
    papers.turn(now=NOW)

    state = papers.arxiv_gate().state()
    assert "403" in state.reason
    assert len(arxiv.requests) == 1
    told = sorted(address for letter in mail.outbox for address in letter.to)
    assert told == ["chen@example.org", "li@example.org"]
    assert "HTTP 403" in mail.outbox[0].body


def test_mail_that_cannot_be_sent_does_not_hide_the_denial(arxiv, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    person("li", curator=True)
    arxiv.put(*add(1))
    arxiv.fail_next(403)

    papers.turn(now=NOW)

    assert Paper.objects.get().refresh_problem == "arXiv denies us access (HTTP 403)"


def test_curators_are_told_in_their_language():
    li = person("li", curator=True)
    li.member.ui_language = "zh-hans"
    li.member.save()
    person("admin", admin=True)

    assert [(user.username, language) for user, language in curators()] == [
        ("li", "zh-hans"),
        ("admin", "en"),
    ]
