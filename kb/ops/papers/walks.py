"""How far the harvest of each of arXiv's sets is, and which can be relied on."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import F, Q

from kb.models import Harvest, Paper
from kb.models.papers import RefreshState
from kb.ops.acting import acting
from kb.ops.papers import schedule

LEASE = 2  # times as long as a request may last: a page is kept in that time too


def lease() -> timedelta:
    """Return how long a page is out before others may ask for it."""
    return timedelta(seconds=LEASE * settings.ARXIV_OAI_TIMEOUT_SECONDS)


def prepare(set_spec: str, *, now: datetime) -> Harvest:
    """Return the harvest of a set; a new one begins with the coming night's changes."""
    harvest, _new = Harvest.objects.get_or_create(
        set_spec=set_spec,
        defaults={
            "since": now.date() - schedule.OVERLAP,
            "due_at": schedule.next_harvest(now, seed=seed(set_spec)),
        },
    )
    return harvest


def ask(set_spec: str, *, now: datetime, since: date | None = None) -> Harvest:
    """Make a set's harvest due at once, with `since` begun anew from that day."""
    with acting(None, "ask for harvest"):
        key = prepare(set_spec, now=now).pk
        harvest = Harvest.objects.select_for_update().get(pk=key)
        harvest.due_at = now
        if since:
            harvest.since, harvest.token = since, ""
            harvest.reached_on = harvest.token_expires_at = None
        harvest.save()
    return harvest


def claim(*, now: datetime, only: Collection[str] | None = None) -> Harvest | None:
    """Take the longest due harvest for one page; None when none is.

    It stays due: whoever dies with it leaves it to others after the lease. `only` are
    the sets to choose among, those of the settings if None.
    """
    sets = settings.ARXIV_SETS if only is None else only
    for set_spec in sets:
        prepare(set_spec, now=now)
    with acting(None, "claim for harvest"):
        due = Harvest.objects.filter(due_at__lte=now, set_spec__in=sets)
        free = due.exclude(leased_until__gt=now).order_by("due_at")
        harvest = free.select_for_update(skip_locked=True).first()
        if harvest:
            harvest.leased_until = now + lease()
            harvest.save(update_fields=["leased_until"])
    return harvest


def give_back(harvest: Harvest) -> None:
    """Let others ask for the page at once."""
    Harvest.objects.filter(pk=harvest.pk).update(leased_until=None)


def origin(harvest: Harvest) -> date:
    """Return the day from which to ask where there is no token to go on with.

    A walk that lost its token goes on a day before the last one it saw: a record that
    has changed since is on a later day, and none is passed over.
    """
    if harvest.reached_on is None:
        return harvest.since
    return max(harvest.since, harvest.reached_on - schedule.OVERLAP)


def seed(set_spec: str) -> str:
    """Return what makes this site's harvest of a set begin at a minute of its own."""
    return f"{settings.SECRET_KEY}{set_spec}"


def relied_on(*, now: datetime) -> tuple[str, ...]:
    """Return the sets whose harvests are in order, so that nobody asks for papers."""
    if not settings.ARXIV_HARVEST:
        return ()
    finished = Harvest.objects.filter(set_spec__in=settings.ARXIV_SETS)
    return tuple(
        each.set_spec
        for each in finished
        if not schedule.stalled(each.finished_at, now=now)
    )


def take_over(*, now: datetime) -> int:
    """Make papers due by their age again where no harvest keeps them fresh any more.

    Return how many. One that would not be due so late by its age was left to a
    harvest.
    """
    relied = [each for spec in relied_on(now=now) for each in schedule.prefixes(spec)]
    if "" in relied:
        return 0
    left = Paper.objects.on_arxiv().filter(refresh_state=RefreshState.FETCHED)
    if relied:
        left = left.exclude(
            reduce(or_, (Q(primary_category__startswith=each) for each in relied))
        )
    return sum(
        left.filter(
            updated_at__gt=now - age,
            refresh_due_at__gt=F("refreshed_at") + pause * (1 + 2 * schedule.JITTER),
        ).update(refresh_due_at=F("refreshed_at") + pause)
        for age, pause in schedule.AGES
    )
