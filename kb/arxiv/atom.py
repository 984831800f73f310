"""Reading a reply of arXiv's Atom API.

Format: https://info.arxiv.org/help/api/user-manual.html#_details_of_atom_results_returned
"""

import re
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from kb.arxiv import markup
from kb.arxiv.errors import MalformedFeed
from kb.arxiv.records import Author, Record
from kb.arxiv.wording import line, moment, paragraphs
from kb.text import arxiv_ids

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"

_BAD_ID = re.compile(r"incorrect id format(?: for (?P<id>\S+))?", re.IGNORECASE)
_WITHDRAWN = re.compile(r"(?:^|\b(?:is|was|been)(?: \w+)?\s)withdrawn\b", re.IGNORECASE)


@dataclass(frozen=True)
class RejectedId:
    """arXiv refused the whole request for this identifier; "" if it did not say."""

    id: str
    reason: str


@dataclass(frozen=True)
class Feed:
    """One reply: either `records`, in arXiv's order, or an `error`.

    `total` is the number of matches arXiv claims, which may exceed what it sent.
    """

    total: int
    records: tuple[Record, ...] = ()
    error: RejectedId | None = None


def parse(body: bytes) -> Feed:
    """Return what `body` says, whatever HTTP status it came with.

    Raises MalformedFeed unless every entry is whole: half a reply is no reply.
    """
    records: list[Record] = []
    refusals: list[RejectedId] = []

    def take(entry: Element) -> None:
        if "api/errors" in _text(entry, _ATOM + "id"):
            refusals.append(_rejection(entry))
        else:
            records.append(_record(entry))

    root = markup.read(body, _ATOM + "entry", take)
    if root.tag != _ATOM + "feed":
        raise MalformedFeed(f"arXiv's reply is not an Atom feed but <{root.tag}>")
    total = _total(root)
    if refusals:
        return Feed(total, error=refusals[0])
    return Feed(total, tuple(records))


def says_withdrawn(comment: str) -> bool:
    """Say whether an author's comment tells that the paper is withdrawn.

    >>> says_withdrawn("This paper has been withdrawn by the author.")
    True
    """
    return _WITHDRAWN.search(comment) is not None


def _total(root: Element) -> int:
    total = _text(root, _TOTAL)
    if not re.fullmatch("[0-9]{1,9}", total):
        raise MalformedFeed(f"arXiv's reply says {total!r} where it should count")
    return int(total)


def _rejection(entry: Element) -> RejectedId:
    reason = _text(entry, _ATOM + "summary")
    match = _BAD_ID.search(reason)
    if match is None:
        raise MalformedFeed(f"arXiv refused the request: {reason}")
    return RejectedId(match["id"] or "", reason)


def _record(entry: Element) -> Record:
    address = _required(entry, _ATOM + "id")
    reference = arxiv_ids.parse(address)
    if reference is None or reference.version is None:
        raise MalformedFeed(f"arXiv's reply has an entry about {address!r}")
    categories = [node.get("term", "") for node in entry.findall(_ATOM + "category")]
    primary = entry.find(_ARXIV + "primary_category")
    comment = _text(entry, _ARXIV + "comment")
    return Record(
        id=reference.id,
        version=reference.version,
        title=_required(entry, _ATOM + "title"),
        abstract=_abstract(entry),
        authors=tuple(_author(node) for node in entry.findall(_ATOM + "author")),
        categories=tuple(dict.fromkeys(filter(None, categories))),
        primary_category="" if primary is None else primary.get("term", ""),
        published=_time(entry, _ATOM + "published"),
        updated=_time(entry, _ATOM + "updated"),
        comment=comment,
        journal_ref=_text(entry, _ARXIV + "journal_ref"),
        doi=_text(entry, _ARXIV + "doi"),
        withdrawn=says_withdrawn(comment) or None,
    )


def _author(node: Element) -> Author:
    affiliations = (line(each.text) for each in node.findall(_ARXIV + "affiliation"))
    return Author(_text(node, _ATOM + "name"), tuple(filter(None, affiliations)))


def _abstract(entry: Element) -> str:
    if entry.find(_ATOM + "summary") is None:
        raise MalformedFeed("arXiv's reply has an entry without an abstract")
    return paragraphs(entry.findtext(_ATOM + "summary"))


def _time(entry: Element, tag: str) -> datetime:
    written = _required(entry, tag)
    try:
        return moment(written)
    except ValueError as error:
        raise MalformedFeed(f"arXiv's reply has {written!r} for a time") from error


def _required(entry: Element, tag: str) -> str:
    text = _text(entry, tag)
    if not text:
        name = tag.rpartition("}")[2]
        raise MalformedFeed(f"arXiv's reply has an entry without its {name}")
    return text


def _text(node: Element, tag: str) -> str:
    return line(node.findtext(tag))
