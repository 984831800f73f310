"""Put what members have not read into mails, as often as each of them wants."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from kb.models import Mail, Member, Notification
from kb.models.members import Digest
from kb.ops.site import absolute

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

log = logging.getLogger(__name__)

HOUR = 8  # o'clock in TIME_ZONE, when digests are made
MONDAY = 0
LISTED = 50  # things a mail tells; of more it says how many there are
UNSUBSCRIBE = "kb.unsubscribe"  # what a signed key is good for


def choose(user: "User", often: str, *, now: datetime) -> None:
    """Keep how often a member wants a digest; who wants none gets none that waits."""
    often = Digest(often)
    due = next_at(often, now=now) if often else None
    chosen = {"digest": often, "digest_due_at": due}
    with transaction.atomic():
        Member.objects.update_or_create(user=user, defaults=chosen)
        if not often:
            Mail.objects.filter(member=user, sent_at=None).delete()


def next_at(often: str, *, now: datetime) -> datetime:
    """Return when the next digest is due: after `now`, at HOUR, weekly on Mondays."""
    local = timezone.localtime(now)
    at = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if at <= local:
        at += timedelta(days=1)
    if often == Digest.WEEKLY:
        at += timedelta(days=(MONDAY - at.weekday()) % 7)
    return at


def make_due(*, now: datetime) -> int:
    """Make the digests that are due; return how many mails that gave."""
    made, tried = 0, set[int]()
    while (key := next_due(now=now, but=tried)) is not None:
        tried.add(key)
        try:
            made += make(key, now=now)
        except Exception:
            # One that cannot be written must not keep the others waiting.
            log.exception("The digest of member %d could not be made", key)
    return made


def due(*, now: datetime) -> "QuerySet[Member]":
    """Return whose digest is due; one chosen in the admin has no time yet."""
    at = Q(digest_due_at__lte=now) | Q(digest_due_at=None)
    return Member.objects.exclude(digest=Digest.NEVER).filter(at)


def next_due(*, now: datetime, but: set[int]) -> int | None:
    """Return the member whose digest is due for longest, of those not tried yet."""
    waiting = due(now=now).exclude(pk__in=but).order_by("digest_due_at", "pk")
    return waiting.values_list("pk", flat=True).first()


@transaction.atomic
def make(key: int, *, now: datetime) -> bool:
    """Make a member's digest and set when the next is due; say if it has anything.

    All in one transaction: two jobs at once, or one that is killed, make none twice
    and leave none out.
    """
    locked = due(now=now).select_for_update(skip_locked=True, of=("self",))
    member = locked.select_related("user").filter(pk=key).first()
    if member is None:
        return False
    chosen_in_admin = member.digest_due_at is None
    member.digest_due_at = next_at(member.digest, now=now)
    member.save(update_fields=["digest_due_at"])
    if chosen_in_admin or not (member.user.is_active and member.user.email):
        return False
    unread = Notification.objects.of(member.user).unread()
    news = list(unread.filter(mailed_at=None, at__lte=now).values_list("pk", flat=True))
    if news:
        write(member, news, now=now)
        Notification.objects.filter(pk__in=news).update(mailed_at=now)
    return bool(news)


def write(member: Member, news: Sequence[int], *, now: datetime) -> Mail:
    """Write the mail, in the member's language; it is due at once.

    `news` are keys of notifications, the newest first.
    """
    unsubscribe = absolute(unsubscribe_path(member.user))
    told = Notification.objects.for_list().filter(pk__in=news[:LISTED])
    with translation.override(language(member)):
        subject = ngettext(
            "%(n)d unread thing in your inbox",
            "%(n)d unread things in your inbox",
            len(news),
        ) % {"n": len(news)}
        context: dict[str, Any] = {
            "member": member,
            "subject": subject,
            "told": [(one, absolute(one.get_absolute_url())) for one in told],
            "more": len(news[LISTED:]),
            "inbox": absolute(reverse("kb:inbox")),
            "preferences": absolute(reverse("kb:preferences")),
            "unsubscribe": unsubscribe,
        }
        text = render_to_string("kb/mail/digest.txt", context)
        html = render_to_string("kb/mail/digest.html", context)
    return Mail.objects.create(
        member=member.user,
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
        text=text,
        html=html,
        unsubscribe_url=unsubscribe,
        made_at=now,
        due_at=now,
    )


def language(member: Member) -> str:
    """Return the language to write to somebody in: the site's, else that they read."""
    if member.ui_language:
        return member.ui_language
    reads = member.reading_language
    return next(
        (
            code
            for code, _name in settings.LANGUAGES
            if reads and code.startswith(reads)
        ),
        settings.LANGUAGE_CODE,
    )


def unsubscribe_path(user: "User") -> str:
    """Return the address at which a member's digest ends without a log-in."""
    return reverse("kb:unsubscribe", args=[signing.dumps(user.pk, salt=UNSUBSCRIBE)])


def subscriber(key: str) -> int:
    """Return the key of the user whose digest a signed key ends.

    Raises signing.BadSignature.
    """
    return int(signing.loads(key, salt=UNSUBSCRIBE))
