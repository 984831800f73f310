"""The job queue's own part: what beat calls is there, and does what its name says."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from config.celery import app
from kb import tasks
from kb.models import Mail, Member
from kb.ops import digests
from tests.factories import NOW, followed, note, paper, person

pytestmark = pytest.mark.django_db


def test_the_schedule_names_jobs_that_are_there():
    app.loader.import_default_modules()

    for planned in settings.CELERY_BEAT_SCHEDULE.values():
        assert planned["task"] in app.tasks


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
