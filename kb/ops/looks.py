"""Remember when members looked at a list, so that it can say what is new to them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from kb.models import Look

if TYPE_CHECKING:
    from django.contrib.auth.models import User

VISIT = timedelta(minutes=30)  # without a look, after which another visit begins


def look(place: str, *, by: "User", now: datetime) -> None:
    """Keep that somebody looks at a list: the first look of a visit ends the last."""
    with transaction.atomic():
        looks = Look.objects.select_for_update()
        kept, made = looks.get_or_create(
            member=by, place=place, defaults={"at": now, "before": now}
        )
        if not made:
            kept.before, kept.at = since(kept, now=now), now
            kept.save(update_fields=["before", "at"])


def see(place: str, *, by: "User", now: datetime) -> None:
    """Take everything in a list as seen."""
    Look.objects.update_or_create(
        member=by, place=place, defaults={"at": now, "before": now}
    )


def since(kept: Look, *, now: datetime) -> datetime:
    """Return from when on things are new to somebody who looks `now`."""
    return kept.at if now - kept.at >= VISIT else kept.before
