"""What arXiv says of papers, as values."""

from dataclasses import dataclass, field
from datetime import date, datetime

from kb.arxiv import byline


@dataclass(frozen=True)
class Author:
    """One author, as printed; most papers give no affiliations."""

    name: str
    affiliations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """What arXiv says of one version of a paper.

    Both times are UTC: `published` is that of version 1, `updated` that of `version`.
    The abstract's paragraphs are apart by a blank line, its hard wraps are gone.
    `withdrawn` is True or None, never False: Atom has no such flag and only an author's
    comment may tell, so a withdrawal without a comment goes unseen.
    """

    id: str  # without the version
    version: int
    title: str
    abstract: str
    authors: tuple[Author, ...]
    categories: tuple[str, ...]
    primary_category: str
    published: datetime
    updated: datetime
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""  # the publisher's, not arXiv's own
    withdrawn: bool | None = None


@dataclass(frozen=True)
class Reply:
    """What became of each identifier that was asked for, keyed as the caller wrote it.

    `absent`: arXiv answered properly and does not have the paper. `rejected`: not an
    identifier, with the reason. In the reply an error carries, an identifier that is
    in none of the three has not been answered.
    """

    found: dict[str, Record] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    rejected: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """One version of a paper; what is not said is None or ""."""

    number: int
    submitted_at: datetime
    size_bytes: int | None = None
    source_type: str = ""


@dataclass(frozen=True)
class RawRecord:
    """What arXiv's own format (`arXivRaw`), or its bulk snapshot, says of a paper.

    `versions` are all there are, the first first. `authors` is the one string arXiv
    has. The abstract's paragraphs are apart by a blank line. `withdrawn` is None where
    the format does not tell, as in snapshots.
    """

    id: str  # without a version
    title: str
    abstract: str
    authors: str
    categories: tuple[str, ...]  # the first is the primary one
    versions: tuple[Version, ...]
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    licence: str = ""
    withdrawn: bool | None = None
    changed_on: date | None = None  # the datestamp: when the record changed last

    @property
    def latest(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    @property
    def published(self) -> datetime:
        """When version 1 was submitted."""
        return self.versions[0].submitted_at

    @property
    def updated(self) -> datetime:
        """When the newest version was submitted."""
        return self.latest.submitted_at

    @property
    def primary_category(self) -> str:
        """The first of the categories."""
        return self.categories[0] if self.categories else ""

    @property
    def author_list(self) -> tuple[Author, ...]:
        """The authors one by one, as Atom has them; read anew each time."""
        return tuple(Author(*each) for each in byline.read(self.authors))


@dataclass(frozen=True)
class Asked:
    """One request: to which interface, how long it took, what came of it.

    One that could not even be sent counts as well, since it took its turn.
    """

    protocol: str  # "atom" or "oai"
    outcome: str  # "answered", "denied", "malformed" or "unavailable"
    seconds: float
    papers: int = 0  # records in the answer
    cause: str = ""
