"""What people may do, whether they may come in, and where they are logged in."""

from datetime import datetime
from functools import partial

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from kb.models.audit import Act
from kb.ops import audit, members
from kb.ops.acting import acting
from kb.ops.errors import NotYours
from kb.ops.members import CURATORS, Person

MEMBER, CURATOR, ADMIN = "member", "curator", "admin"
ROLES = (MEMBER, CURATOR, ADMIN)


def role_of(user: User) -> str:
    """Return what somebody is."""
    if user.is_superuser:
        return ADMIN
    return CURATOR if user.is_staff else MEMBER


def let_in(person: Person, *, by: User, now: datetime) -> User:
    """Invite somebody, and write that down. Raises AlreadyMember."""
    with acting(by, "invite"):
        user = members.invite(person, by=by)
        audit.note(Act.INVITED, user, by=by, now=now)
        return user


def give(user: User, role: str, *, by: User, now: datetime) -> bool:
    """Make somebody a member, curator or admin; return whether they were not.

    Only admins may, and never for themselves: the last one would be locked out.
    Raises NotYours.
    """
    refuse_unless_admin(user, by)
    with acting(by, "give role"):
        kept = User.objects.select_for_update().get(pk=user.pk)
        before = role_of(kept)
        if before == role:
            return False
        kept.is_superuser, kept.is_staff = role == ADMIN, role != MEMBER
        kept.save(update_fields=["is_superuser", "is_staff"])
        group = Group.objects.get(name=CURATORS)
        (kept.groups.remove if role == MEMBER else kept.groups.add)(group)
        audit.note(Act.ROLE, kept, by=by, now=now, before=before, after=role)
        return True


def switch(user: User, *, on: bool, by: User, now: datetime) -> None:
    """Let somebody in again, or no more: at once, wherever they are logged in.

    Their words stay, with their name. Raises NotYours.
    """
    refuse_unless_admin(user, by)
    with acting(by, "activate" if on else "deactivate"):
        User.objects.filter(pk=user.pk).update(is_active=on)
        act = Act.ACTIVATED if on else Act.DEACTIVATED
        audit.note(act, user, by=by, now=now)
        if not on:
            end(user)


def log_out(user: User, *, by: User, now: datetime) -> int:
    """Log somebody out everywhere; return from how many places.

    Everybody may for themselves, admins for all. Raises NotYours.
    """
    if user != by:
        refuse_unless_admin(user, by)
    with acting(by, "log out everywhere"):
        ended = end(user)
        audit.note(Act.SESSIONS, user, by=by, now=now, ended=ended)
        return ended


def drop_factor(user: User, *, by: User, now: datetime) -> None:
    """Take the second factor of somebody who lost it; the password alone lets them in.

    Only admins may. Raises NotYours.
    """
    refuse_unless_admin(user, by)
    with acting(by, "take second factor away"):
        Authenticator.objects.filter(user=user).delete()
        audit.note(Act.FACTOR, user, by=by, now=now)


# --- Inside -------------------------------------------------------------------


def refuse_unless_admin(user: User, by: User) -> None:
    """Raise NotYours for who is no admin, and for an admin's own account."""
    if not by.is_superuser:
        raise NotYours(_("Only admins can do this. Ask one of them."))
    if user == by:
        raise NotYours(_("Another admin has to do this for you."))


def end(user: User) -> int:
    """End the sessions of somebody: in the database, and where they are cached."""
    keys = [
        session.session_key
        for session in Session.objects.iterator(chunk_size=500)
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(pk__in=keys).delete()
    forget = partial(cache.delete_many, [f"{KEY_PREFIX}{key}" for key in keys])
    forget()
    transaction.on_commit(forget)  # a request meanwhile may have read it once more
    return len(keys)
