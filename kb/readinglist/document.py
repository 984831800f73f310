"""What a reading list says, in the order in which it says it."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kb.text.language import Language

KindName: TypeAlias = Literal["paper", "blog"]


class NotAList(ValueError):
    """The file cannot be read as a reading list; the message says why and where."""


@dataclass(frozen=True)
class Kind:
    """A top heading that says what is listed below it, as it was written."""

    name: str
    line: int


@dataclass(frozen=True)
class Topic:
    """A section of the list: a heading, or a bullet that only names a subject."""

    path: tuple[str, ...]
    kind: KindName
    source: Literal["heading", "bullet"]
    line: int
    heading_level: int | None
    intro: str = ""
    names: dict[Language, str] = field(default_factory=dict)  # in other languages


@dataclass(frozen=True)
class Link:
    """An address beside an entry's own one; `label` may be empty."""

    url: str
    label: str
    kind: str


@dataclass(frozen=True)
class Entry:
    """One thing to read, as one place of the list has it.

    `title` is "" when the list does not say it; `title_source` tells how it
    was found. `summaries` keeps the order of the file.
    """

    position: int
    kind: KindName
    section_path: tuple[str, ...]  # the headings above, as they were written
    topic_path: tuple[str, ...]
    title: str
    title_language: Language
    title_source: str | None
    url: str | None
    canonical_url: str | None
    arxiv_id: str | None
    arxiv_version: int | None
    summaries: dict[Language, str]
    extra_links: tuple[Link, ...]
    tags: tuple[str, ...]
    syntax: Literal["plain", "link", "title", "row"]
    source_lines: tuple[int, int]
    resources: tuple[Link, ...] = ()  # of the links, what belongs to it: code, a page
    authors: tuple[str, ...] = ()
    venue: str = ""  # where it appeared, as it is written
    year: int | None = None
    abstract: str = ""  # of a file of citations; a list has none

    @property
    def summary(self) -> str:
        """The first summary, "" when there is none."""
        return next(iter(self.summaries.values()), "")

    @property
    def summary_language(self) -> Language | None:
        """The language of the first summary."""
        return next(iter(self.summaries), None)

    @property
    def language(self) -> Language:
        """The language of the first summary, else of the title."""
        return self.summary_language or self.title_language


@dataclass(frozen=True)
class Warning:  # noqa: A001 (read as document.Warning)
    """Something read in a way that a person may want to look at."""

    line: int
    code: str
    message: str


@dataclass(frozen=True)
class Unparsed:
    """A line with addresses or arXiv identifiers that belong to no entry."""

    line: int
    text: str  # what stands on the line
    reason: str
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole reading list."""

    headings: int
    kinds: tuple[Kind, ...]
    topics: tuple[Topic, ...]
    entries: tuple[Entry, ...]
    warnings: tuple[Warning, ...]
    unparsed: tuple[Unparsed, ...]

    def counts(self) -> dict[str, int]:
        """Return the figures a person checks first."""
        filled = {
            (entry.kind, entry.topic_path[:depth])
            for entry in self.entries
            for depth in range(1, len(entry.topic_path) + 1)
        }
        papers = [entry for entry in self.entries if entry.kind == "paper"]
        headed = sum(topic.source == "heading" for topic in self.topics)
        return {
            "headings": self.headings,
            "kinds": len(self.kinds),
            "topics": len(self.topics),
            "topics_from_headings": headed,
            "topics_from_bullets": len(self.topics) - headed,
            "empty_topics": sum(
                (topic.kind, topic.path) not in filled for topic in self.topics
            ),
            "entries": len(self.entries),
            "papers": len(papers),
            "blogs": len(self.entries) - len(papers),
            "arxiv_ids": len({e.arxiv_id for e in self.entries if e.arxiv_id}),
            "without_summary": sum(not entry.summaries for entry in self.entries),
            "extra_links": sum(len(entry.extra_links) for entry in self.entries),
            "uncategorised_papers": sum(not paper.topic_path for paper in papers),
        }
