"""Text and times as arXiv writes them, whatever the format."""

import re
from datetime import UTC, datetime

_PARAGRAPH = re.compile(r"\n(?:[ \t]*\n|[ \t]+)")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_MONTH = {name: f"{number:02}" for number, name in enumerate(_MONTHS, start=1)}


def line(text: str | None) -> str:
    r"""Return `text` without its hard wraps; None is "".

    >>> line("  On the\n  structure ")
    'On the structure'
    """
    return " ".join((text or "").split())


def paragraphs(text: str | None) -> str:
    r"""Return an abstract without hard wraps, its paragraphs apart by a blank line.

    A paragraph begins after a blank line or with an indented one.

    >>> paragraphs("  We ask\nwhy.\n  Then how.\n")
    'We ask why.\n\nThen how.'
    """
    written = (text or "").strip()
    if "\n" not in written:
        return line(written)
    return "\n\n".join(filter(None, map(line, _PARAGRAPH.split(written))))


def moment(written: str) -> datetime:
    """Return the time that ISO 8601 text names, in UTC; raise ValueError if none.

    >>> moment("2004-10-02T10:00:00-04:00").isoformat()
    '2004-10-02T14:00:00+00:00'
    """
    read = datetime.fromisoformat(written)
    if read.tzinfo is None:
        raise ValueError(f"{written!r} names no time zone")
    try:
        return read.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{written!r} is outside of all time") from error


def mail_moment(written: str) -> datetime:
    """Return the time that is written as in a mail, in UTC; raise ValueError if none.

    arXiv always gives GMT. The standard library's parsers take several times as long.

    >>> mail_moment("Tue, 4 Jul 2023 18:00:00 GMT").isoformat()
    '2023-07-04T18:00:00+00:00'
    """
    try:
        _, day, month, year, clock, zone = written.split()
        number = _MONTH[month]
    except (ValueError, KeyError):
        raise ValueError(f"{written!r} is no time") from None
    if zone != "GMT":
        raise ValueError(f"{written!r} is not in GMT")
    return datetime.fromisoformat(f"{year}-{number}-{day:0>2}T{clock}+00:00")
