"""Read what Hypothesis exports: its own JSON, that of its files and of its search.

Its positions count UTF-16 units of a whole web page, and its ranges are paths in that
page: only the quotations mean something elsewhere. What moderators have hidden, and
what is shared with no group, is private.
https://h.readthedocs.io/en/latest/api-reference/
"""

from datetime import datetime
from itertools import chain

from kb.webannotations.annotations import Annotation, Collection, Person, Quote, Target
from kb.webannotations.cursor import Cursor
from kb.webannotations.targets import QUOTE, quote

LISTS = ("annotations", "rows", "replies")
SITE = "https://hypothes.is"

_GROUP = "group:"


def collection(root: Cursor) -> Collection:
    """Return what is in the file; what is wrong is with its problems."""
    lists = filter(None, map(root.at, LISTS))
    rows = chain.from_iterable(one.listed() for one in lists)
    return Collection(SITE, tuple(map(_annotation, rows)))


def _annotation(row: Cursor) -> Annotation:
    row.is_object()
    name, uri, text = row.needed("id"), row.needed("uri"), row.at("text")
    answered = [one.text() for one in row.each("references")]
    hidden = row.at("hidden")
    target = Target(uri.iri() if uri else "", _quote(row))
    return Annotation(
        id=_address(name.text()) if name else "",
        target=None if answered else target,
        reply_to=_address(answered[-1]) if answered else "",
        text=text.text() if text else "",
        tags=tuple(one.text() for one in row.each("tags")),
        creator=_creator(row),
        created=_moment(row, "created"),
        modified=_moment(row, "updated"),
        private=_is_private(row) or bool(hidden and hidden.flag()),
    )


def _address(name: str) -> str:
    return f"{SITE}/a/{name}"


def _quote(row: Cursor) -> Quote | None:
    """Return what was quoted; a note on a page quotes nothing."""
    selectors = (one for part in row.each("target") for one in part.each("selector"))
    quotes = (quote(one) for one in selectors if one.is_a(QUOTE))
    return next(quotes, None)


def _creator(row: Cursor) -> Person | None:
    """Return the writer of `acct:name@site`, under the name that is shown."""
    user, told = row.at("user"), row.at("user_info")
    if not user:
        return None
    address = user.iri()
    shown = told.at("display_name") if told else None
    name = address.removeprefix("acct:").partition("@")[0]
    return Person(shown.text() if shown else name, address)


def _moment(row: Cursor, name: str) -> datetime | None:
    found = row.at(name)
    return found.moment() if found else None


def _is_private(row: Cursor) -> bool:
    allowed = row.at("permissions")
    readers = [one.text() for one in allowed.each("read")] if allowed else []
    return bool(readers) and not any(one.startswith(_GROUP) for one in readers)
