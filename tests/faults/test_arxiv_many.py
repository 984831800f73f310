"""Many processes ask arXiv: one at a time, none too soon, nothing twice."""

from datetime import date

import pytest
import redis
from django.utils import timezone

from kb import tasks
from kb.models import Harvest, Paper, Run
from kb.ops import papers
from kb.ops.papers import Wanted, take_in
from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.faults.jobs import commands, environment, until, worker
from tests.ops.papers.said import raw

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

PAPERS = 800
SPACING = 0.155  # as 3.1 seconds are to arXiv
LEAST = 0.15  # as its 3


@pytest.fixture
def arxiv(settings):
    """So many papers, all in the library and due; fifty of them changed last night."""
    redis.from_url(settings.REDIS_URL).flushdb()
    ids = [f"2301.{number:05}" for number in range(1, PAPERS + 1)]
    held = [
        Held(key, f"Title of {key}", datestamp=f"20{26 if at < 50 else 25}-03-01")
        for at, key in enumerate(ids)
    ]
    list(
        take_in(
            (raw(id=key) for key in ids), wanted=Wanted(), by=None, now=timezone.now()
        )
    )
    Paper.objects.update(refresh_due_at=timezone.now())
    papers.ask_harvest("", since=date(2026, 1, 1), now=timezone.now())
    with ArxivServer(held) as server:
        server.oai.page_size = 5
        yield server


def test_seven_processes_ask_one_at_a_time_and_everything_once(arxiv):
    env = environment(arxiv, ARXIV_SPACING_SECONDS=SPACING)

    with worker(env, processes=4), commands("refresh_arxiv", env=env, times=3):
        for _ in range(4):  # as several schedules would, at once
            tasks.refresh_due_papers.delay()
            tasks.harvest_due.delay()
        done = until(lambda: not busy())

    assert done
    assert arxiv.connections_max == 1
    assert arxiv.spacing_violations(LEAST) == []
    assert sorted(asked(arxiv)) == sorted(arxiv.papers)
    assert len(arxiv.requests) == PAPERS / 100 + 10
    assert Paper.objects.filter(arxiv_title__startswith="Title of").count() == PAPERS
    assert sorted(Run.objects.values_list("kind", "outcome")) == [
        ("harvest", "done"),
        ("refresh", "done"),
    ]


def busy():
    """Whether anything is due, or under way."""
    now = timezone.now()
    return (
        Paper.objects.due(now).exists()
        or Harvest.objects.filter(due_at__lte=now).exists()
        or Run.objects.filter(outcome="running").exists()
    )


def asked(arxiv):
    """Every id that was asked for, as often as it was."""
    lists = [seen.query.get("id_list", "") for seen in arxiv.requests]
    return [key for listed in lists for key in listed.split(",") if key]
