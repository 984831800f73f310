"""The processes of the job queue, on the test's own servers and stand-in."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[2]


def environment(arxiv, **more):
    """What a process needs to work on this test's database and ask its stand-in."""
    name = connection.settings_dict
    return os.environ | {
        "DATABASE_URL": f"postgresql://{name['USER']}@/{name['NAME']}?host={name['HOST']}",
        "ARXIV_ENABLED": "1",
        "ARXIV_API_URL": arxiv.url,
        "ARXIV_OAI_URL": arxiv.oai_url,
        **{key: str(value) for key, value in more.items()},
    }


@contextmanager
def process(*words, env):
    """A Python program in a process group of its own, gone at the end."""
    running = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield running
    finally:
        kill(running)


def kill(running):
    """End a process and those it started, as a power cut would."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def worker(env, *, processes=1):
    """A worker; `processes` of it do the jobs."""
    options = ("--concurrency", str(processes), "--without-mingle", "--without-gossip")
    words = ("-m", "celery", "-A", "config", "worker", "-Q", "celery,arxiv", *options)
    return process(*words, env=env)


def beat(env, schedule):
    """A schedule, which keeps its own state in a file."""
    words = ("-m", "celery", "-A", "config", "beat", "--pidfile=")
    return process(*words, "--schedule", str(schedule), env=env)


@contextmanager
def commands(*words, env, times):
    """The same management command, several times at once."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(process("manage.py", *words, env=env))
            for _ in range(times)
        ]


def until(true, seconds=40):
    """Wait for something to be so; say if it never was."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False
