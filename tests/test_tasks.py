"""Jobs, and the schedule that sends for them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from config.celery import app
from kb import tasks
from kb.models import ArxivRequest, Change, Mail, Member, Paper, Run
from kb.ops import digests
from tests.factories import NOW, followed, note, paper, person

pytestmark = pytest.mark.django_db


def test_the_schedule_names_jobs_that_exist_and_drops_what_nobody_took():
    app.loader.import_default_modules()

    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= entry["schedule"]


def test_jobs_that_ask_arxiv_have_a_queue_of_their_own():
    asking = [tasks.refresh_due_papers, tasks.harvest_due]

    assert set(settings.CELERY_TASK_ROUTES) == {task.name for task in asking}
    assert all(task.reject_on_worker_lost for task in asking)


def test_papers_that_no_harvest_keeps_fresh_are_put_in_order():
    now = timezone.now()
    paper("2307.02486")
    Paper.objects.update(
        refresh_state="fetched",
        updated_at=now - timedelta(days=3),
        refreshed_at=now - timedelta(days=2),
        refresh_due_at=now + timedelta(days=20),
    )
    Run.objects.create(kind="snapshot", started_at=now - timedelta(days=2))

    tasks.keep_order()

    assert Paper.objects.due(timezone.now()).count() == 1
    assert Run.objects.get().outcome == "failed"


def test_what_is_old_is_forgotten():
    now = timezone.now()
    ArxivRequest.objects.create(at=now - timedelta(days=40), seconds=1)
    Change.objects.create(entry_id=1, xid=1, at=now - timedelta(days=40))

    tasks.prune_requests()
    tasks.prune_changes()

    assert not ArxivRequest.objects.exists()
    assert not Change.objects.exists()


def test_a_note_reaches_a_mailbox_by_two_jobs():
    li, wang = person("li"), person("wang")
    digests.choose(wang, "daily", now=NOW)
    Member.objects.filter(user=wang).update(digest_due_at=timezone.now())
    note(followed(paper(), by=wang), "看这里", by=li, visibility="team")

    for _ in range(2):
        tasks.make_due_digests()
        tasks.send_due_mails()

    (sent,) = mail.outbox
    assert sent.to == ["wang@example.org"]
    assert "看这里" in sent.body


def test_mails_that_are_long_over_are_dropped():
    old = timezone.now() - timedelta(days=31)
    Mail.objects.create(
        member=person(), subject="old", text="x", made_at=old, due_at=old
    )

    tasks.prune_mails()

    assert not Mail.objects.exists()
