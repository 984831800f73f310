"""Keys that let a feed reader in for a member, until they take them back."""

from typing import TYPE_CHECKING

from django.core import signing
from django.core.signing import BadSignature
from django.db.models import F

from kb.models import Member
from kb.ops.acting import acting

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SALT = "kb.feeds"  # what a signed key is good for


def key_of(member: Member) -> str:
    """Return the key in the addresses of a member's feeds, "" for none.

    It is signed and nowhere kept: who reads the database cannot read feeds with it.
    """
    if member.feeds % 2 == 0:
        return ""
    return signing.Signer(salt=SALT).sign(f"{member.user_id}-{member.feeds}")


def reader_of(key: str) -> "User | None":
    """Return whose key it is; None for one that was taken back, or never was."""
    try:
        said = signing.Signer(salt=SALT).unsign(key)
    except BadSignature:
        return None
    user, number = map(int, said.split("-"))
    found = Member.objects.select_related("user").filter(user=user, feeds=number)
    member = found.filter(user__is_active=True).first()
    return member.user if member else None


def make(user: "User") -> None:
    """Give a member a key; one they had is good no more."""
    with acting(user, "make feed key"):
        member, _made = Member.objects.get_or_create(user=user)
        step = 1 if member.feeds % 2 == 0 else 2
        Member.objects.filter(pk=member.pk).update(feeds=F("feeds") + step)


def take_back(user: "User") -> None:
    """Let a member's key be good no more, at once."""
    with acting(user, "take feed key back"):
        odd = Member.objects.filter(user=user).annotate(odd=F("feeds") % 2)
        odd.filter(odd=1).update(feeds=F("feeds") + 1)
