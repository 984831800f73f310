"""What a list says of one entry, wherever it says it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kb.models import Topic
from kb.models.entries import URL_LENGTH
from kb.ops import summaries
from kb.ops.entries import Named, Stated
from kb.ops.imports.identity import title_of
from kb.ops.imports.order import UNFILED
from kb.ops.imports.report import Report
from kb.readinglist.document import Entry as Item
from kb.readinglist.document import Link
from kb.text import arxiv_ids, markdown, tags, urls
from kb.text.arxiv_ids import ArxivRef
from kb.text.sentences import Sentence


@dataclass
class Said:
    """One entry of the list; `spots` tells the order in each topic it stands under."""

    item: Item
    topics: list[Topic] = field(default_factory=list)
    spots: dict[int, int] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    links: dict[str, Link] = field(default_factory=dict)

    def add(self, item: Item, topic: Topic | None, report: Report) -> None:
        """Join what one more place of the list says; the first summary stands."""
        if not self.item.canonical_url:
            self.item = item
        if topic and topic.pk not in self.spots:
            self.topics.append(topic)
        self.spots.setdefault(topic.pk if topic else UNFILED, item.position)
        self.summaries = {**fitting(item, report), **self.summaries}
        self.tags |= usable(item, report)
        self.links |= {link.url: link for link in item.resources if own(link, item)}

    @property
    def named(self) -> Named | None:
        """The page it names, None for a title without address."""
        url, arxiv_id = self.item.canonical_url, self.item.arxiv_id
        if not url:
            return None
        ref = ArxivRef(arxiv_id, self.item.arxiv_version) if arxiv_id else None
        written = self.item.url or ""
        doi = urls.doi(url) or ""
        return Named(url, written, self.item.kind, arxiv=ref, doi=doi)

    @property
    def stated(self) -> Stated:
        """What it says that arXiv would say of its own papers."""
        journal, year = self.item.venue, self.item.year
        if year and str(year) not in journal:
            journal = f"{journal} ({year})" if journal else ""
        return Stated(self.item.authors, journal, self.item.abstract)

    @property
    def texts(self) -> dict[str, str]:
        """What can be compared with the library's, field by field."""
        return {
            "title": title_of(self.item),
            "url": self.item.canonical_url or "",
            "kind": self.item.kind,
            **self.summaries,
        }

    @property
    def places(self) -> dict[int, int]:
        """The order in each topic; outside of all only for what is filed nowhere."""
        filed = {place: spot for place, spot in self.spots.items() if place != UNFILED}
        return filed or self.spots

    def memory(self) -> dict[str, Any]:
        """Return what to remember, for the next import to compare with."""
        return {
            **self.texts,
            "topics": [topic.pk for topic in self.topics],
            "tags": sorted(self.tags),
            "spots": {str(place): spot for place, spot in self.places.items()},
        }


def own(link: Link, item: Item) -> bool:
    """Whether a link leads to something else than the paper itself."""
    ref = arxiv_ids.parse(link.url)
    return not (ref and ref.id == item.arxiv_id)


def keepable(items: Iterable[Item], report: Report) -> list[Item]:
    """Return the items that can be kept; report those whose address is too long."""
    kept = []
    for item in items:
        if len(item.canonical_url or "") <= URL_LENGTH:
            kept.append(item)
            continue
        reason = Sentence(
            "the address is longer than %(most)d characters", most=URL_LENGTH
        )
        report.refuse(item.source_lines[0], item.canonical_url, reason)
    return kept


def fitting(item: Item, report: Report) -> dict[str, str]:
    """Return the summaries that can be kept; report those that are too long."""
    kept = {}
    for language, body in item.summaries.items():
        if len(body.encode()) > markdown.MAX_BYTES:
            most = markdown.MAX_BYTES // 1024
            reason = Sentence("a summary may have %(most)d KB", most=most)
            report.refuse(item.source_lines[0], item.title, reason)
        else:
            kept[str(language)] = summaries.clean(body)
    return kept


def usable(item: Item, report: Report) -> set[str]:
    """Return the tags that can be kept; report the others."""
    kept = {tag for tag in item.tags if tags.usable(tag)}
    for tag in sorted(set(item.tags) - kept):
        reason = Sentence("a tag needs a letter or digit and at most 100 characters")
        report.refuse(item.source_lines[0], tag, reason)
    return kept
