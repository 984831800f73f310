"""When papers and harvests are due next. Nothing here knows the database or the clock.

arXiv changes once a day at most, and asks not to be asked the same more often:
https://info.arxiv.org/help/api/user-manual.html
"""

from datetime import UTC, datetime, time, timedelta
from zlib import crc32

DAY = timedelta(days=1)
LEAST = timedelta(hours=20)  # between two fetches of a paper that nobody asks for
YOUNG, GROWN = timedelta(days=30), timedelta(days=365)  # ages of the latest version
WEEKLY, MONTHLY = timedelta(days=7), timedelta(days=30)
AGES = ((YOUNG, DAY), (GROWN, WEEKLY))  # up to which age to fetch how often
JITTER = 0.1  # of a pause, to either side: what came at once need not stay together

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = DAY

# arXiv publishes at about 22:30 in New York, Sunday to Thursday. Saturday's harvest
# brings what was corrected since.
HARVEST_AT = time(5, 30, tzinfo=UTC)
HARVEST_SPREAD = timedelta(minutes=30)  # not everybody's at the same minute
SUNDAY = 6
# A record that changes during a walk may push another off its page. A night's walk is
# two days long, so that the next one brings it; after a longer one the monthly fetch.
OVERLAP = DAY
STALLED = timedelta(days=3)  # longer than from Saturday to Monday


def next_due(
    now: datetime, *, seed: str, latest: datetime | None, harvested: bool = False
) -> datetime:
    """Return when to fetch a paper again that was fetched at `now`.

    `latest` is the date of its latest version, `seed` its id; the same paper is always
    early or late by the same part. Of one that is `harvested` a check now and then
    suffices. Never sooner than after 20 hours.
    """
    pause = pause_for(latest, now=now, harvested=harvested)
    return now + max(pause * (1 + JITTER * (2 * part(seed) - 1)), LEAST)


def pause_for(
    latest: datetime | None, *, now: datetime, harvested: bool = False
) -> timedelta:
    """Return the time between two fetches of a paper, by the age of what it is now."""
    age = now - latest if latest else timedelta(0)
    pauses = [] if harvested else [pause for limit, pause in AGES if age < limit]
    return min(pauses, default=MONTHLY)


def first_due(now: datetime, *, seed: str, latest: datetime | None) -> datetime:
    """Return when to fetch a paper that came with many others: they spread evenly."""
    return now + pause_for(latest, now=now) * part(seed)


def next_try(now: datetime, *, failures: int) -> datetime:
    """Return when to try again after so many failures in a row: twice as late each."""
    return now + min(FIRST_RETRY * (1 << min(failures, 11)), LONGEST_RETRY)


def next_harvest(now: datetime, *, seed: str) -> datetime:
    """Return when the night's changes at arXiv can be harvested next, after `now`."""
    day = now.astimezone(UTC).date()
    while True:
        begins = datetime.combine(day, HARVEST_AT) + HARVEST_SPREAD * part(seed)
        if begins > now and day.weekday() != SUNDAY:
            return begins
        day += DAY


def stalled(finished_at: datetime | None, *, now: datetime) -> bool:
    """Say whether a harvest is too long over to rely on the next."""
    return finished_at is None or now - finished_at > STALLED


def prefixes(set_spec: str) -> tuple[str, ...]:
    """Return how the primary categories in one of arXiv's sets begin.

    >>> prefixes("cs"), prefixes("cs:cs:CL"), prefixes("physics:hep-th")
    (('cs.',), ('cs.CL',), ('hep-th',))
    """
    group, *narrower = set_spec.split(":")
    if narrower:
        return (".".join(narrower),)
    if group == "physics":
        return PHYSICS
    return (f"{group}.",) if group else ("",)


# The archives that arXiv puts together in one set.
PHYSICS = (
    *("astro-ph", "cond-mat", "gr-qc", "hep-", "math-ph", "nlin.", "nucl-"),
    *("physics.", "quant-ph"),
)


def part(seed: str) -> float:
    """Return a number from 0 to 1 that looks random and is always the same."""
    return crc32(seed.encode()) / 0xFFFFFFFF
