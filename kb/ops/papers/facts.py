"""What arXiv said of a paper, in one form, whichever way it said so."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from kb.arxiv.atom import says_withdrawn
from kb.arxiv.records import Author, RawRecord, Record, Version
from kb.models.entries import TITLE_LENGTH
from kb.models.papers import CATEGORY_LENGTH, DOI_LENGTH
from kb.text import accents

OWN_DOI = "10.48550/"  # arXiv gives one to every paper: it says nothing of publication
LICENCE_LENGTH = 200
SOURCE_TYPE_LENGTH = 8


@dataclass(frozen=True)
class Facts:
    """One version of a paper and what is known of the others; "" for what is not said.

    `withdrawn` is None where the format cannot tell. `detailed` ones hold all versions
    and the licence, but the authors in one string that had to be taken apart. `as_of`
    is None for an answer that arXiv gave just now, else the day of which an older one
    tells.
    """

    id: str
    version: int
    title: str
    abstract: str
    authors: list[dict[str, Any]]
    categories: list[str]
    primary_category: str
    published_at: datetime
    updated_at: datetime
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    licence: str = ""
    withdrawn: bool | None = None
    detailed: bool = False
    changed_on: date | None = None
    as_of: date | None = None
    versions: tuple[Version, ...] = field(default=())

    @property
    def abstract_sha256(self) -> str:
        """What tells this version's abstract from another's."""
        return sha256(self.abstract.encode(errors="replace")).hexdigest()


def from_atom(record: Record) -> Facts:
    """Return what the Atom API said just now, which is of the latest version only."""
    return Facts(
        id=record.id,
        version=record.version,
        title=written(record.title)[:TITLE_LENGTH],
        abstract=written(record.abstract),
        authors=listed(record.authors),
        categories=list(record.categories),
        primary_category=record.primary_category[:CATEGORY_LENGTH],
        published_at=record.published,
        updated_at=record.updated,
        comment=written(record.comment),
        journal_ref=written(record.journal_ref),
        doi=publishers(record.doi),
        withdrawn=record.withdrawn,
        versions=known_to_atom(record),
    )


def from_raw(record: RawRecord, *, live: bool) -> Facts:
    """Return what a harvested record says, or one of a snapshot if not `live`."""
    return Facts(
        id=record.id,
        version=record.latest.number,
        title=written(record.title)[:TITLE_LENGTH],
        abstract=written(record.abstract),
        authors=listed(record.author_list),
        categories=list(record.categories),
        primary_category=record.primary_category[:CATEGORY_LENGTH],
        published_at=record.published,
        updated_at=record.updated,
        comment=written(record.comment),
        journal_ref=written(record.journal_ref),
        doi=publishers(record.doi),
        licence=record.licence[:LICENCE_LENGTH],
        # Atom has nothing but the comment: whoever asks must hear the same.
        withdrawn=says_withdrawn(record.comment) or record.withdrawn,
        detailed=True,
        changed_on=record.changed_on,
        as_of=None if live else record.changed_on or record.updated.date(),
        versions=record.versions,
    )


def written(text: str) -> str:
    """Return a text with LaTeX's accents as letters, but for what is in formulas.

    arXiv's ways of saying the same differ in this.
    """
    parts = text.split("$")
    parts[::2] = map(accents.decode, parts[::2])
    return "$".join(parts)


def listed(authors: Iterable[Author]) -> list[dict[str, Any]]:
    """Return authors as they are stored."""
    return [
        {"name": author.name, "affiliations": list(author.affiliations)}
        for author in authors
    ]


def publishers(doi: str) -> str:
    """Return a publisher's DOI, "" for arXiv's own."""
    return "" if doi.startswith(OWN_DOI) else doi[:DOI_LENGTH]


def known_to_atom(record: Record) -> tuple[Version, ...]:
    """Return the first and the latest version, all that the Atom API tells."""
    first = Version(1, record.published)
    if record.version == 1:
        return (first,)
    return (first, Version(record.version, record.updated))
