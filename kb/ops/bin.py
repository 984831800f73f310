"""The bin: what is deleted stays for a while, with all that hangs on it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kb.models import Entry
from kb.models.audit import Act
from kb.models.entries import REASON_LENGTH, Status
from kb.ops import audit
from kb.ops.acting import acting
from kb.ops.errors import NotInTheBin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT = timedelta(days=30)
AT_ONCE = 200  # entries that are purged together


def put_in(
    keys: Iterable[int], *, by: "User | None", now: datetime, why: str = ""
) -> list[Entry]:
    """Put entries in the bin; return those that were not there yet.

    They are in no list, search, feed or count; their notes, summaries, tags and places
    wait with them. What is put in twice, or merged into another, stays as it is.
    """
    with acting(by, "put in the bin"):
        found = Entry.objects.there().filter(pk__in=list(keys)).order_by("pk")
        binned = list(found.select_for_update())
        for entry in binned:
            entry.away_from, entry.status = entry.status, Status.BINNED
            entry.away_at, entry.away_by = now, by
            entry.away_why = why.strip()[:REASON_LENGTH]
        Entry.objects.bulk_update(binned, AWAY_FIELDS, batch_size=500)
        return binned


def restore(entry: Entry, *, by: "User | None") -> Entry:
    """Take an entry out of the bin, to where it stood. Raises NotInTheBin."""
    with acting(by, "restore from the bin"):
        kept = Entry.objects.binned().filter(pk=entry.pk).select_for_update().first()
        if kept is None:
            raise NotInTheBin(
                _("“%(title)s” is not in the bin any more.") % {"title": entry}
            )
        kept.status = kept.away_from or Status.LISTED
        kept.away_from, kept.away_at, kept.away_by, kept.away_why = "", None, None, ""
        kept.save(update_fields=AWAY_FIELDS)
        return kept


def purge(*, now: datetime) -> int:
    """Delete for good what has been in the bin for long enough; return how many."""
    gone = 0
    while True:
        with acting(None, "purge the bin"):
            old = Entry.objects.binned().filter(away_at__lt=now - KEPT)
            going = dict(old.order_by("pk").values_list("pk", "title")[:AT_ONCE])
            keys = list(going)
            Entry.objects.filter(pk__in=keys).delete()
            if keys:
                titles = list(going.values())
                audit.note(Act.PURGED, len(keys), by=None, now=now, titles=titles)
        gone += len(keys)
        if len(keys) < AT_ONCE:
            return gone


AWAY_FIELDS = ["status", "away_from", "away_at", "away_by", "away_why"]
