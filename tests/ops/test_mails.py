from datetime import timedelta
from threading import Thread

import pytest
from django.core import mail
from django.db import connection

from kb.models import Mail
from kb.models.notifications import ATTEMPTS
from kb.ops import mails
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db
SERVERS = "tests.mail_servers"


def waiting(user, subject="Hello", **fields):
    """A mail that is due."""
    return Mail.objects.create(
        member=user, subject=subject, text="text", made_at=NOW, due_at=NOW, **fields
    )


def subjects():
    return [message.subject for message in mail.outbox]


def test_a_mail_is_sent_once_with_both_texts_and_a_way_out():
    url = "https://kb.example.org/unsubscribe/key/"
    waiting(person("li"), html="<p>text</p>", unsubscribe_url=url)

    assert mails.send_due(now=NOW) == 1
    assert mails.send_due(now=NOW + timedelta(days=1)) == 0

    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["li@example.org"], "Hello", "text")
    assert sent.alternatives == [("<p>text</p>", "text/html")]
    assert sent.extra_headers["List-Unsubscribe"] == f"<{url}>"
    one_click = "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Unsubscribe-Post"] == one_click
    kept = Mail.objects.get()
    assert (kept.sent_at, kept.attempts, kept.problem) == (NOW, 1, "")


def test_who_cannot_get_it_is_sent_nothing():
    inactive, without = person("li"), person("wang")
    inactive.is_active = False
    inactive.save()
    without.email = ""
    without.save()
    for user in (inactive, without):
        waiting(user)

    assert mails.send_due(now=NOW) == 0


def test_one_that_is_refused_is_tried_again_and_holds_up_no_other(settings):
    settings.EMAIL_BACKEND = f"{SERVERS}.Refusing"
    nobody = person("nobody")
    waiting(nobody, "refused")
    waiting(person("li"), "sent")

    assert mails.send_due(now=NOW) == 1

    assert subjects() == ["sent"]
    kept = Mail.objects.get(subject="refused")
    assert (kept.sent_at, kept.attempts) == (None, 1)
    assert "No such user" in kept.problem
    assert kept.due_at == NOW + timedelta(minutes=2)
    mails.send_due(now=kept.due_at)
    kept.refresh_from_db()
    assert kept.due_at == NOW + timedelta(minutes=2 + 4)


def test_without_a_server_one_is_tried_and_the_rest_waits(settings):
    settings.EMAIL_BACKEND = f"{SERVERS}.Absent"
    li = person("li")
    for n in range(3):
        waiting(li, f"{n}")

    assert mails.send_due(now=NOW) == 0

    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails.send_due(now=NOW + timedelta(minutes=2)) == 3
    assert not Mail.objects.exclude(problem="").exists()


def test_it_is_given_up_after_a_while_until_an_admin_sends_it_again(settings):
    settings.EMAIL_BACKEND = f"{SERVERS}.Absent"
    waiting(person("li"))
    moment = NOW
    for _ in range(ATTEMPTS + 3):
        mails.send_due(now=moment)
        moment += timedelta(hours=7)
    assert Mail.objects.get().attempts == ATTEMPTS

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails.send_due(now=moment) == 0
    assert mails.send_again(Mail.objects.all(), now=moment) == 1
    assert mails.send_due(now=moment) == 1


def test_a_worker_killed_while_sending_sends_nothing_twice_and_leaves_a_sign(settings):
    settings.EMAIL_BACKEND = f"{SERVERS}.Dying"
    waiting(person("li"))

    with pytest.raises(SystemExit):
        mails.send_due(now=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mails.send_due(now=NOW + timedelta(days=1))

    assert len(mail.outbox) == 1
    assert "may have arrived" in Mail.objects.get().problem


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once():
    li = person("li")
    for n in range(20):
        waiting(li, f"{n}")

    def work():
        mails.send_due(now=NOW)
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(subjects(), key=int) == [f"{n}" for n in range(20)]


def test_old_mails_are_dropped():
    waiting(person("li"))

    assert mails.prune(now=NOW + mails.KEPT) == 0
    assert mails.prune(now=NOW + mails.KEPT + timedelta(seconds=1)) == 1
