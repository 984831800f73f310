"""An import, and its undoing, whose worker is killed: whole or not at all."""

import pytest
import redis
from django.utils import timezone

from kb import tasks
from kb.models import Entry, ImportDraft, Run, Topic
from kb.ops import undoing
from kb.ops.imports import drafts
from kb.ops.watching import progress
from tests.arxiv_server import ArxivServer
from tests.factories import NOW, person
from tests.faults.jobs import environment, kill, until, worker

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

MANY = 3000
LIST = "# paper\n\n## Agent\n" + "".join(
    f"- [Paper number {n}](https://a.example/{n}), some words of it\n"
    for n in range(MANY)
)


@pytest.fixture(autouse=True)
def empty_queue(settings):
    """Nothing of another test in the queue, and nothing told of how far it is."""
    redis.from_url(settings.REDIS_URL).flushdb()


@pytest.fixture
def wang():
    return person("wang")


@pytest.fixture
def env():
    """What a worker needs; nothing here asks arXiv."""
    with ArxivServer([]) as arxiv:
        yield environment(arxiv, ARXIV_ENABLED=0)


def begun(wang):
    draft = drafts.send(LIST.encode(), "list.md", "list", by=wang, now=NOW)
    return drafts.begin(draft, by=wang, now=timezone.now())


def killed_halfway(run, task, env):
    """Let a worker do a job, and kill it when some of it is done."""
    with worker(env) as running:
        task.delay()
        assert until(lambda: 0 < progress(run)[0] < progress(run)[1])
        kill(running)


def done_by_another(run, task, env):
    with worker(env):
        task.delay()
        assert until(lambda: Run.objects.get(pk=run.pk).outcome == "done", 90)


def test_an_import_whose_worker_was_killed_is_done_once_by_the_next(wang, env):
    run = begun(wang)

    killed_halfway(run, tasks.import_sent_lists, env)
    assert until(lambda: not Entry.objects.exists())
    assert not Topic.objects.exists()
    assert ImportDraft.objects.exists()

    done_by_another(run, tasks.import_sent_lists, env)
    assert Entry.objects.count() == MANY
    assert Run.objects.count() == 1
    assert not ImportDraft.objects.exists()


def test_an_undoing_whose_worker_was_killed_is_done_once_by_the_next(wang, env):
    run = begun(wang)
    drafts.import_next(clock=timezone.now)
    undone = undoing.begin(run, by=wang, now=timezone.now())

    killed_halfway(undone, tasks.undo_runs, env)
    assert Entry.objects.count() == MANY

    done_by_another(undone, tasks.undo_runs, env)
    assert not Entry.objects.exists()
    assert not Topic.objects.exists()
    assert ImportDraft.objects.count() == 1
