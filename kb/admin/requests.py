"""What asking arXiv came to in the last days, as a picture and in sums."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.utils import timezone
from django.utils.formats import date_format

from kb.models import ArxivRequest
from kb.web.charts import Chart, Column, stacked

DAYS = 14
Result = ArxivRequest.Result
Protocol = ArxivRequest.Protocol


@dataclass(frozen=True)
class Way:
    """One of arXiv's interfaces, and what asking it came to."""

    label: str
    number: int
    answered: int
    papers: int
    took: float  # seconds, all requests together

    @property
    def papers_each(self) -> float:
        """Return for how many papers one request was enough."""
        return self.papers / self.number

    @property
    def seconds_each(self) -> float:
        """Return how long arXiv took to answer."""
        return self.took / self.number


@dataclass(frozen=True)
class Requests:
    """The requests of DAYS days."""

    first: date
    last: date
    number: int
    chart: Chart
    ways: list[Way]
    series = [result.label for result in Result]

    @classmethod
    def until(cls, now: datetime) -> Self:
        """Return those of the days up to and with the one of `now`: one query."""
        last = timezone.localdate(now)
        days = [last - timedelta(days=back) for back in reversed(range(DAYS))]
        midnight = timezone.make_aware(datetime.combine(days[0], time()))
        rows = list(ArxivRequest.objects.since(midnight).by_day())
        number = sum(row["number"] for row in rows)
        return cls(days[0], last, number, chart(days, rows), ways(rows))


def chart(days: Sequence[date], rows: Sequence[Mapping[str, Any]]) -> Chart:
    """Return a bar for each day, its requests stacked by what came of them."""
    counted: Counter[tuple[date, str]] = Counter()
    for row in rows:
        counted[row["day"], row["outcome"]] += row["number"]
    return stacked(
        [
            Column(
                str(day.day),
                date_format(day, "MONTH_DAY_FORMAT"),
                [counted[day, result] for result in Result],
            )
            for day in days
        ]
    )


def ways(rows: Sequence[Mapping[str, Any]]) -> list[Way]:
    """Return the sums of each interface that was asked at all."""
    by_protocol = {
        protocol: [row for row in rows if row["protocol"] == protocol]
        for protocol in Protocol
    }
    return [
        Way(
            protocol.label,
            sum(row["number"] for row in asked),
            sum(row["number"] for row in asked if row["outcome"] == Result.ANSWERED),
            sum(row["their_papers"] for row in asked),
            sum(row["took"] for row in asked),
        )
        for protocol, asked in by_protocol.items()
        if asked
    ]
