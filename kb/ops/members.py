"""Let people in, and keep how they want to see the site."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext as _

from kb.models import Member
from kb.ops.acting import acting
from kb.ops.errors import OpError

CURATORS = "Curators"


class AlreadyMember(OpError):
    """Somebody has that name or address."""


@dataclass(frozen=True)
class Person:
    """Who is to be let in."""

    username: str
    email: str = ""
    curator: bool = False


def invite(person: Person, *, by: User | None, password: str | None = None) -> User:
    """Create an account; without `password` its owner chooses one from a link.

    Raises AlreadyMember.
    """
    name = person.username.lower()  # at log-in, case does not matter
    taken = User.objects.filter(username__iexact=name)
    if person.email:
        taken |= User.objects.filter(email__iexact=person.email)
    if taken.exists():
        raise AlreadyMember(
            _("There is already an account with that name or e-mail address.")
        )
    with acting(by, "invite"):
        user = User.objects.create_user(name, person.email, password)
        Member.objects.create(user=user, invited_by=by)
        if person.curator:
            make_curator(user)
    return user


def make_curator(user: User) -> None:
    """Give the user the curators' rights, and the way into the admin."""
    user.groups.add(Group.objects.get(name=CURATORS))
    user.is_staff = True
    user.save(update_fields=["is_staff"])


def prefer(user: User, **preferences: str | list[str]) -> None:
    """Keep a user's choices: ui_language, reading_language, theme, inbox_kinds."""
    with acting(user, "preferences"):
        Member.objects.update_or_create(user=user, defaults=preferences)


def curators() -> list[tuple[User, str]]:
    """Return active curators who have an address, with the language of each."""
    found = User.objects.filter(is_active=True, groups__name=CURATORS).exclude(email="")
    people = found.select_related("member").order_by("pk")
    return [(user, language_of(user)) for user in people]


def language_of(user: User) -> str:
    """Return the language somebody chose for the site, else the site's own."""
    member: Member | None = getattr(user, "member", None)
    return (member and member.ui_language) or settings.LANGUAGE_CODE
