"""A worker that is killed loses nothing: real processes, real signals."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from kb.models import Paper
from kb.ops import papers
from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.factories import paper

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

TIMEOUT = 2  # seconds a request may last here; leases follow from it


@contextmanager
def job(*words, env):
    """A process of the job queue in a group of its own, gone at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", *words],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(env):
    return job("worker", "-Q", "celery,arxiv", "-c", "1", "--without-mingle", env=env)


def until(true, seconds=40):
    """Wait for something to be so; say if it never was."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_a_paper_whose_worker_was_killed_is_refreshed_once_after_restart(
    settings, tmp_path
):
    paper("2307.02486", title="")
    papers.arxiv_gate().reopen()
    name = connection.settings_dict
    with ArxivServer([Held("2307.02486", "LongNet")]) as arxiv:
        arxiv.fail_next("hang")
        env = os.environ | {
            "DATABASE_URL": f"postgresql://{name['USER']}@/{name['NAME']}?host={name['HOST']}",
            "ARXIV_ENABLED": "1",
            "ARXIV_API_URL": arxiv.url,
            "ARXIV_TIMEOUT_SECONDS": str(TIMEOUT),
        }
        beat = job("beat", "--schedule", str(tmp_path / "beat"), env=env)
        with beat:
            with worker(env) as killed:
                assert until(lambda: arxiv.requests)
                os.killpg(killed.pid, signal.SIGKILL)
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
