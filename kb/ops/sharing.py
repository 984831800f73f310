"""Let people without an account read a topic, until that is taken back or over."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.core.signing import BadSignature

from kb.models import Share, Topic
from kb.ops.acting import acting

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SALT = "kb.share"  # what a signed key is good for


def share(topic: Topic, days: int | None, *, by: "User", now: datetime) -> Share:
    """Make a link to a topic that is good for so many days; None for no end."""
    until = now + timedelta(days=days) if days else None
    with acting(by, "share topic"):
        return Share.objects.create(
            topic=topic, made_by=by, made_at=now, expires_at=until
        )


def take_back(link: Share, *, by: "User", now: datetime) -> None:
    """Let a link lead nowhere any more, at once."""
    with acting(by, "take share back"):
        Share.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)


def key_of(link: Share) -> str:
    """Return the key in a link's address; it is signed and nowhere kept."""
    return signing.Signer(salt=SALT).sign(str(link.pk))


def behind(key: str, *, now: datetime) -> Share | None:
    """Return the link that a key is of; None for one that is not good any more."""
    try:
        said = signing.Signer(salt=SALT).unsign(key)
    except BadSignature:
        return None
    good = Share.objects.good(now).select_related("topic")
    return good.filter(pk=int(said)).first()
