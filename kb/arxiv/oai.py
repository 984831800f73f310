"""Reading a reply of arXiv's OAI-PMH interface, in arXiv's own format `arXivRaw`.

Formats: https://info.arxiv.org/help/oa/index.html and
https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import TypeVar
from xml.etree.ElementTree import Element

from kb.arxiv import markup
from kb.arxiv.errors import MalformedFeed, NoSuchPaper, TokenExpired
from kb.arxiv.records import RawRecord, Version
from kb.arxiv.wording import line, mail_moment, moment, paragraphs
from kb.text import arxiv_ids

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"
_RECORD = _OAI + "record"
_DECLINED = {"badResumptionToken": TokenExpired, "idDoesNotExist": NoSuchPaper}
_REQUIRED = {"authors", "categories", "abstract"}
_number = attrgetter("number")
# arXiv's <acm-class> prints the MSC class, so it is not read.

Read = TypeVar("Read")


@dataclass(frozen=True)
class Page:
    """One page of records in arXiv's order, and the token that asks for the next.

    The last page has no token. `deleted` are identifiers arXiv no longer has.
    """

    responded_at: datetime
    records: tuple[RawRecord, ...] = ()
    deleted: tuple[str, ...] = ()
    token: str = ""
    token_expires_at: datetime | None = None


def parse(body: bytes) -> Page:
    """Return the page that `body` is; no matching record is a page without any.

    Only one record's tree is in memory at a time. Raises TokenExpired, NoSuchPaper,
    and MalformedFeed unless every record is whole: half a reply is no reply.
    """
    records: list[RawRecord] = []
    deleted: list[str] = []
    root = markup.read(body, _RECORD, lambda node: _sort(node, records, deleted))
    return _page(root, tuple(records), tuple(deleted))


def _sort(node: Element, records: list[RawRecord], deleted: list[str]) -> None:
    header = node.find(_OAI + "header")
    if header is None:
        raise MalformedFeed("arXiv's reply has a record without its header")
    identifier = _identifier(header)
    if header.get("status") == "deleted":
        deleted.append(identifier)
    else:
        records.append(_record(identifier, header, node))


def _identifier(header: Element) -> str:
    written = header.findtext(_OAI + "identifier") or ""
    reference = arxiv_ids.parse(written.rpartition(":")[2])
    if reference is None or reference.version is not None:
        raise MalformedFeed(f"arXiv's reply has a record about {written!r}")
    return reference.id


def _record(identifier: str, header: Element, node: Element) -> RawRecord:
    raw = node.find(f"{_OAI}metadata/{_RAW}arXivRaw")
    if raw is None:
        raise MalformedFeed(f"arXiv's reply has nothing to say about {identifier}")
    said = _said(raw)
    versions = sorted(map(_version, raw.iter(_RAW + "version")), key=_number)
    title = line(said.get("title"))
    if not (title and versions and said.keys() >= _REQUIRED):
        raise MalformedFeed(f"arXiv's reply has no more than a part of {identifier}")
    return RawRecord(
        id=identifier,
        title=title,
        abstract=paragraphs(said["abstract"]),
        authors=line(said["authors"]),
        categories=tuple(dict.fromkeys(line(said["categories"]).split())),
        versions=tuple(versions),
        comment=line(said.get("comments")),
        journal_ref=line(said.get("journal-ref")),
        doi=line(said.get("doi")),
        licence=line(said.get("license")),
        withdrawn="I" in versions[-1].source_type,
        changed_on=_read(date.fromisoformat, header.findtext(_OAI + "datestamp")),
    )


def _said(node: Element) -> dict[str, str | None]:
    return {each.tag.removeprefix(_RAW): each.text for each in node}


def _version(node: Element) -> Version:
    said = _said(node)
    number, size = node.get("version", ""), said.get("size") or ""
    return Version(
        number=_read(int, number.removeprefix("v")),
        submitted_at=_read(mail_moment, said.get("date")),
        size_bytes=_read(int, size.removesuffix("kb")) * 1024 if size else None,
        source_type=said.get("source_type") or "",
    )


def _page(
    root: Element, records: tuple[RawRecord, ...], deleted: tuple[str, ...]
) -> Page:
    if root.tag != _OAI + "OAI-PMH":
        raise MalformedFeed("arXiv's reply is XML but not of OAI-PMH")
    responded_at = _read(moment, root.findtext(_OAI + "responseDate"))
    empty = any(map(_is_empty, root.findall(_OAI + "error")))
    if not (records or deleted or empty):
        raise MalformedFeed("arXiv's reply holds neither records nor an error")
    token = root.find(f"*/{_OAI}resumptionToken")
    if token is None or not line(token.text):
        return Page(responded_at, records, deleted)
    expires_at = _expiry(token, responded_at)
    return Page(responded_at, records, deleted, line(token.text), expires_at)


def _is_empty(error: Element) -> bool:
    code, words = error.get("code", ""), line(error.text)
    if code in _DECLINED:
        raise _DECLINED[code](words)
    if code != "noRecordsMatch":
        raise MalformedFeed(f"arXiv refused the request ({code}): {words}")
    return True


def _expiry(token: Element, responded_at: datetime) -> datetime:
    """Return what arXiv says in its own attribute or the standard's, else its habit."""
    written = token.get("expires") or token.get("expirationDate")
    if written:
        return _read(moment, written)
    tomorrow = responded_at.date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


def _read(form: Callable[[str], Read], written: str | None) -> Read:
    try:
        return form(line(written))
    except ValueError as error:
        raise MalformedFeed(
            f"arXiv's reply has {written!r} for a time or a number"
        ) from error
