"""What a web page says of itself: its title, who wrote it, when, and where."""

from datetime import date
from typing import NamedTuple


class Page(NamedTuple):
    """What a page says; "" and None where it does not."""

    title: str = ""
    author: str = ""
    site: str = ""
    published_on: date | None = None


def read(html: str, url: str) -> Page:
    """Return what a page says of itself; nothing is fetched for it.

    >>> read("<title>On Notes</title><meta name=author content='Ann Li'>", "").author
    'Ann Li'
    """
    # Half a second of parsers, which only the job that reads pages needs.
    from trafilatura import extract_metadata  # noqa: PLC0415

    found = extract_metadata(html, default_url=url or None, extensive=False)
    return Page(
        " ".join((found.title or "").split()),
        " ".join((found.author or "").split()),
        " ".join((found.sitename or "").split()),
        _date(found.date),
    )


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
