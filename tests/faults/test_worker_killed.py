"""A worker that is killed loses nothing: real processes, real signals."""

import os
import signal
import time
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest
import redis
from django.utils import timezone

from kb import tasks
from kb.models import Paper
from kb.ops.papers import Wanted, take_in
from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.factories import paper
from tests.faults.jobs import beat, environment, kill, until, worker
from tests.faults.test_arxiv_many import asked
from tests.ops.papers.said import raw

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

TIMEOUT = 2  # seconds a request may last here; leases follow from it
PAPERS = 6000  # more batches than kills: one that is killed may have been done
KILLED = 20


@pytest.fixture(autouse=True)
def open_gate(settings):
    """Nothing of another test in the queue, and nobody's turn."""
    redis.from_url(settings.REDIS_URL).flushdb()


def test_a_paper_whose_worker_was_killed_is_refreshed_once_after_restart(tmp_path):
    paper("2307.02486", title="")
    with ArxivServer([Held("2307.02486", "LongNet")]) as arxiv:
        arxiv.fail_next("hang")
        env = environment(arxiv, ARXIV_TIMEOUT_SECONDS=TIMEOUT)
        with beat(env, tmp_path / "beat"):
            with worker(env) as killed:
                assert until(lambda: arxiv.requests)
                kill(killed)
            started = time.monotonic()
            with worker(env):
                fetched = until(lambda: Paper.objects.get().refresh_state == "fetched")
                seconds = time.monotonic() - started
                time.sleep(6)  # another tick of the schedule

        assert fetched
        assert seconds < TIMEOUT + 10 + 30
        assert len(arxiv.requests) == 2  # the one that was cut off, and one more
        assert Paper.objects.get().title == "LongNet"
        assert Paper.objects.get().versions.count() == 1


def test_a_worker_that_is_killed_twenty_times_fetches_everything_once():
    ids = [f"2301.{number:05}" for number in range(1, PAPERS + 1)]
    said = (raw(id=key) for key in ids)
    list(take_in(said, wanted=Wanted(), by=None, now=timezone.now()))
    Paper.objects.update(refresh_due_at=timezone.now())
    with ArxivServer(Held(key, f"Title of {key}") for key in ids) as arxiv:
        env = environment(arxiv, ARXIV_TIMEOUT_SECONDS=0.5, ARXIV_SPACING_SECONDS=0.1)
        with worker(env, processes=4) as running, schedule(0.5):
            kills = kill_while(lambda: left() > 0, running, arxiv)
            resumed = until(lambda: left() == 0, seconds=60)
            requests = len(arxiv.requests)
            time.sleep(2)  # for the schedule to find more, if there were more

    assert resumed
    assert len(kills) == KILLED
    assert Paper.objects.filter(arxiv_title__startswith="Title of").count() == PAPERS
    assert set(asked(arxiv)) == set(ids)
    assert len(arxiv.requests) == requests
    assert asked_for_again_without_need(arxiv, kills) == []
    assert arxiv.connections_max == 1


@contextmanager
def schedule(seconds):
    """What the schedule does every five seconds, so often."""
    over = Event()

    def nudge():
        while not over.wait(seconds):
            tasks.refresh_due_papers.apply_async(expires=seconds)

    thread = Thread(target=nudge)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def left():
    """How many papers are still due."""
    return Paper.objects.due(timezone.now()).count()


def kill_while(true, running, arxiv):
    """Kill what does the jobs, at any moment of them, so many times; return when."""
    random, kills = Random(3), []  # noqa: S311
    while true() and len(kills) < KILLED:
        before = len(arxiv.requests)
        until(lambda before=before: len(arxiv.requests) > before, seconds=10)
        time.sleep(random.random() * 0.5)
        for child in children(running.pid):
            os.kill(child, signal.SIGKILL)
        kills.append(time.monotonic())
    return kills


def asked_for_again_without_need(arxiv, kills):
    """Papers that were asked for twice though nobody was killed in between."""
    asked_at = {}
    for seen in arxiv.requests:
        for key in seen.query["id_list"].split(","):
            asked_at.setdefault(key, []).append(seen.at)
    return [
        key
        for key, times in asked_at.items()
        for first, again in pairwise(times)
        if not any(first < kill < again for kill in kills)
    ]


def children(parent):
    """The processes that a worker lets do its jobs."""
    with suppress(FileNotFoundError):
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [int(child) for child in listed]
    return []
