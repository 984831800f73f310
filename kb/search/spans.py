"""Ranges of time as people write them: 2023, 2023..2024, >=2023-05, 7d, 2023年5月."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TypeAlias
from unicodedata import normalize

Days: TypeAlias = tuple[date | None, date | None]

_BETWEEN = re.compile(r"\.{2,3}|[~至到]|(?<=[0-9]{4})[-–—](?=[0-9]{4}$)")  # noqa: RUF001 (dashes people type)
_COMPARED = re.compile(r"([<>]=?)(.+)")
_YEAR = re.compile(r"([0-9]{4})年?")
_DAY = re.compile(
    r"([0-9]{4})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2}))?)?[年月日]?"
)
_AGO = re.compile(
    r"""([0-9]{1,3})
    (?: (?P<day>d|天|日) | (?P<week>w|周|星期)
      | (?P<month>m|个?月) | (?P<year>y|年) )""",
    re.VERBOSE,
)
_DAYS_IN = {"day": 1, "week": 7}


def years(text: str) -> tuple[int | None, int | None] | None:
    """Return the years of a text, both ends included; None when it names none.

    >>> years("2023..2024"), years("<2020"), years("20x3")
    ((2023, 2024), (None, 2019), None)
    """
    found = _read(_plain(text), _YEAR)
    if found is None:
        return None
    low, high = found
    return low.year if low else None, high.year if high else None


def days(text: str, today: date) -> Days | None:
    """Return the days of a text, both ends included; None when it names none.

    >>> days("2024-02", date(2026, 1, 1))
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> days("3个月", date(2026, 5, 31))
    (datetime.date(2026, 2, 28), None)
    """
    plain = _plain(text)
    if ago := _AGO.fullmatch(plain):
        return _since(ago, today)
    return _read(plain, _DAY)


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).lower().split())


def _since(ago: re.Match[str], today: date) -> Days | None:
    number, unit = int(ago[1]), ago.lastgroup
    try:
        if unit in _DAYS_IN:
            return today - timedelta(days=number * _DAYS_IN[unit]), None
        return _months_before(today, number * (12 if unit == "year" else 1)), None
    except (ValueError, OverflowError):  # before there were years
        return None


def _months_before(today: date, number: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 - number, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _read(text: str, form: re.Pattern[str]) -> Days | None:
    try:
        if compared := _COMPARED.fullmatch(text):
            return _beyond(compared[1], *_period(compared[2], form))
        low, *rest = _BETWEEN.split(text, maxsplit=1)
        return _between(low, rest[0] if rest else low, form)
    except (ValueError, OverflowError):
        return None


def _beyond(sign: str, first: date, last: date) -> Days:
    match sign:
        case ">=":
            return first, None
        case "<=":
            return None, last
        case ">":
            return last + timedelta(days=1), None
        case _:
            return None, first - timedelta(days=1)


def _between(low: str, high: str, form: re.Pattern[str]) -> Days:
    """Return the days from one period to another, whichever is named first."""
    if not low and not high:
        raise ValueError(low)
    if not low or not high:
        return (
            _period(low, form)[0] if low else None,
            _period(high, form)[1] if high else None,
        )
    ends = sorted([_period(low, form), _period(high, form)])
    return ends[0][0], ends[1][1]


def _period(text: str, form: re.Pattern[str]) -> tuple[date, date]:
    """Return the first and last day of a year, a month or a day; or ValueError."""
    named = form.fullmatch(text)
    if not named:
        raise ValueError(text)
    year, month, day = (int(part or 0) for part in (*named.groups(), "", "")[:3])
    first = date(year, month or 1, day or 1)
    if day:
        return first, first
    last = month or 12
    return first, date(year, last, monthrange(year, last)[1])
