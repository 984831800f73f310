"""Look at what waits in the inbox: take it into the list, or decline it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from kb.models import Entry, Notification
from kb.models.entries import Status
from kb.models.members import News
from kb.ops import bin  # noqa: A004 - the word for it
from kb.ops.acting import acting

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def accept(keys: Iterable[int], *, by: "User", now: datetime) -> list[Entry]:
    """Take entries into the list; return those that waited. Who suggested is told."""
    with acting(by, "accept"):
        waiting = Entry.objects.filter(pk__in=list(keys), status=Status.INBOX)
        taken = list(waiting.select_for_update().order_by("pk"))
        found = [entry.pk for entry in taken]
        Entry.objects.filter(pk__in=found).update(status=Status.LISTED)
        tell(taken, News.ACCEPTED, by=by, now=now)
    return taken


def decline(keys: Iterable[int], why: str, *, by: "User", now: datetime) -> list[Entry]:
    """Put entries that wait into the bin; who suggested them is told why."""
    with acting(by, "decline"):
        waiting = Entry.objects.filter(pk__in=list(keys), status=Status.INBOX)
        waiting_keys = list(waiting.select_for_update().values_list("pk", flat=True))
        binned = bin.put_in(waiting_keys, by=by, now=now, why=why)
        tell(binned, News.DECLINED, by=by, now=now)
    return binned


def tell(entries: Iterable[Entry], kind: News, *, by: "User", now: datetime) -> None:
    """Tell who suggested entries what became of them, if they want to hear of it."""
    suggested = [entry for entry in entries if entry.added_by_id not in (None, by.pk)]
    who = Entry.objects.filter(pk__in=[entry.pk for entry in suggested])
    wanted = Q(added_by__member=None) | Q(
        added_by__member__inbox_kinds__contains=[kind]
    )
    rows = who.filter(wanted, added_by__is_active=True).order_by("pk")
    Notification.objects.bulk_create(
        Notification(member_id=member, kind=kind, entry_id=entry, at=now)
        for entry, member in rows.values_list("pk", "added_by")
    )
