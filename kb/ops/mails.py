"""Send the mails that wait, each at most once, and try again when that fails."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet

from kb.models import Mail

log = logging.getLogger(__name__)

BATCH = 50  # mails of one run of the job
KEPT = timedelta(days=30)
LONGEST_PAUSE = timedelta(hours=6)
# What another mail need not share: any other failure is the server's.
ITS_OWN = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused, ValueError)
UNKNOWN = "The sending was begun and did not end: it may have arrived, or not."


def send_due(*, now: datetime) -> int:
    """Send what is due, at most BATCH; return how many went out.

    When the mail server itself fails, the rest waits for the next run.
    """
    sent = 0
    for _turn in range(BATCH):
        mail = claim(now=now)
        if mail is None:
            break
        try:
            message(mail).send()
        except ITS_OWN as problem:
            postpone(mail, problem, now=now)
        except OSError as problem:
            postpone(mail, problem, now=now)
            break
        else:
            Mail.objects.filter(pk=mail.pk).update(problem="")
            sent += 1
    return sent


def claim(*, now: datetime) -> Mail | None:
    """Take the longest due mail that nobody else holds; None when there is none.

    It counts as sent before it is: a worker that is killed between leaves it so, with
    a problem that says what is not known. Nobody gets it twice, at the price that
    once in a great while somebody does not; the inbox on the site has it all.
    """
    with transaction.atomic():
        due = Mail.objects.due(now).select_for_update(skip_locked=True, of=("self",))
        mail = due.select_related("member").first()
        if mail:
            mail.sent_at, mail.problem = now, UNKNOWN
            mail.attempts += 1
            mail.save(update_fields=["sent_at", "problem", "attempts"])
    return mail


def message(mail: Mail) -> EmailMultiAlternatives:
    """Return the mail as it is handed over, with the headers of a one-click farewell.

    https://www.rfc-editor.org/rfc/rfc8058
    """
    made = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.member.email])
    made.extra_headers["Auto-Submitted"] = "auto-generated"  # so no machine answers
    if mail.html:
        made.attach_alternative(mail.html, "text/html")
    if mail.unsubscribe_url:
        made.extra_headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        made.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return made


def postpone(mail: Mail, problem: Exception, *, now: datetime) -> None:
    """Make it due again later, twice as late after each attempt, and say why."""
    log.warning("Mail %d was not sent: %s", mail.pk, problem)
    pause = min(timedelta(minutes=1) * 2**mail.attempts, LONGEST_PAUSE)
    Mail.objects.filter(pk=mail.pk).update(
        sent_at=None, problem=f"{type(problem).__name__}: {problem}", due_at=now + pause
    )


def send_again(mails: QuerySet[Mail], *, now: datetime) -> int:
    """Make mails due at once, as if nobody had tried; return how many."""
    return mails.update(sent_at=None, problem="", attempts=0, due_at=now)


def prune(*, now: datetime) -> int:
    """Drop mails that are long over; return how many."""
    count, _each = Mail.objects.filter(made_at__lt=now - KEPT).delete()
    return count
