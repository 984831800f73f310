"""An import under way: how far it is, and that stopping it leaves nothing."""

import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from kb.models import Entry, ImportDraft, Run, Topic
from kb.ops import runs
from kb.ops.imports import drafts
from kb.ops.watching import progress
from tests.factories import NOW, person

MANY = 4000
LIST = "# paper\n\n## Agent\n" + "".join(
    f"- [Paper number {n}](https://a.example/{n}), some words of it\n"
    for n in range(MANY)
)


def begin():
    wang = person("wang")
    draft = drafts.send(LIST.encode(), "list.md", "list", by=wang, now=NOW)
    return draft, drafts.begin(draft, by=wang, now=NOW)


def import_it():
    try:
        drafts.import_next(clock=timezone.now)
    finally:
        connection.close()


def wait_for_half(run):
    """Wait until some of it is written, and return how much is told."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        done, total = progress(run)
        if 0 < done < total:
            return done, total
        time.sleep(0.02)
    pytest.fail("it never told how far it was")


@pytest.mark.django_db(transaction=True)
def test_an_import_stopped_halfway_has_written_nothing():
    draft, run = begin()
    job = threading.Thread(target=import_it)
    job.start()

    _, total = wait_for_half(run)
    runs.stop(run, by=run.asked_by, now=NOW)
    job.join(60)

    assert total == MANY
    assert not Entry.objects.exists()
    assert not Topic.objects.exists()
    assert Run.objects.get().outcome == "stopped"
    assert ImportDraft.objects.filter(pk=draft.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_one_of_two_jobs_imports_a_list():
    begin()
    jobs = [threading.Thread(target=import_it) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(120)

    assert Entry.objects.count() == MANY
    run = Run.objects.get()
    assert (run.outcome, run.done, run.total) == ("done", MANY, MANY)
    assert not ImportDraft.objects.exists()
