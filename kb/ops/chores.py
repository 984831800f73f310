"""Ask members to see to what entries lack."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from kb.models import Chore, Notification
from kb.models.chores import Gap, lacking
from kb.models.members import News
from kb.ops.acting import acting

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def ask(
    gap: str, keys: Iterable[int], member: "User | None", *, by: "User", now: datetime
) -> int:
    """Ask somebody to see to entries, or nobody any more; return how many they are.

    Who was asked before is no longer. Entries that lack it no more are left out.
    """
    with acting(by, "ask"):
        entries = lacking(gap, now).filter(pk__in=list(keys))
        found = list(entries.order_by("pk").values_list("pk", flat=True))
        before = Chore.objects.filter(gap=gap, entry__in=found)
        if member is None:
            return before.delete()[0]
        same = set(before.filter(member=member).values_list("entry", flat=True))
        before.exclude(member=member).delete()
        new = [key for key in found if key not in same]
        asked = {"gap": Gap(gap), "member": member, "asked_by": by, "asked_at": now}
        Chore.objects.bulk_create(Chore(entry_id=key, **asked) for key in new)
        wanted = getattr(getattr(member, "member", None), "inbox_kinds", None)
        if member != by and (wanted is None or News.ASKED in wanted):
            Notification.objects.bulk_create(
                Notification(member=member, kind=News.ASKED, entry_id=key, at=now)
                for key in new
            )
        return len(found)
