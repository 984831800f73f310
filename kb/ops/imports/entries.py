"""Bring a list's entries into the library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kb.models import Entry, Filing, ListItem, ReadingList, Summary, Topic
from kb.models.entries import URL_LENGTH
from kb.ops import entries, summaries
from kb.ops.entries import Named, Wanted
from kb.ops.imports.identity import Known
from kb.ops.imports.order import Places, put_in_order
from kb.ops.imports.report import CONFLICT, CREATED, UNCHANGED, UPDATED, Report, Row
from kb.ops.imports.three_way import (
    Verdict,
    judge,
    merged_set,
    texts,
)
from kb.ops.imports.topics import TopicImport
from kb.readinglist.document import Entry as Item
from kb.text.arxiv_ids import ArxivRef
from kb.text.markdown import TooLong

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass
class Said:
    """What the list says of one entry, wherever it says it."""

    item: Item
    topics: list[Topic] = field(default_factory=list)
    summaries: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)

    def add(self, item: Item, topic: Topic | None) -> None:
        """Join what one more place of the list says; the first summary stands."""
        if topic and topic not in self.topics:
            self.topics.append(topic)
        self.summaries = {**texts(item.summaries), **self.summaries}
        self.tags |= set(item.tags)


class EntryImport:
    """The entries of one list."""

    def __init__(
        self,
        reading_list: ReadingList,
        report: Report,
        topics: TopicImport,
        *,
        by: "User | None",
        now: datetime,
    ) -> None:
        """Nothing is read before `write`."""
        self.reading_list, self.report, self.topics = reading_list, report, topics
        self.by, self.now = by, now
        self.items: list[ListItem] = []
        self.new_filings: list[Filing] = []
        self.new_summaries: list[Summary] = []

    def write(self, items: Sequence[Item]) -> None:
        """Create and update entries, put them in order, and report each."""
        self.known = Known(self.reading_list, items)
        self.last = entries.next_position(Entry.objects.all())
        self.last += entries.next_position(Filing.objects.all())
        said = self.gather(items)
        self.loaded = self.known.load(key for key in said if key > 0)
        placed: list[tuple[Said, Entry]] = []
        for key, words in said.items():
            entry = self.loaded.get(key)
            if entry:
                self.update(entry, words)
            else:
                entry = self.create(words)
            placed.append((words, entry))
        Filing.objects.bulk_create(self.new_filings, batch_size=1000)
        Summary.objects.bulk_create(self.new_summaries, batch_size=500)
        self.report.left = len(self.known.listed.keys() - said.keys())
        self.report.reordered = put_in_order(self.places(placed), self.known)

    def gather(self, items: Sequence[Item]) -> dict[int, Said]:
        """Join the places in which the list speaks of one entry.

        Keys are those of entries, or negative numbers for the new ones.
        """
        said: dict[int, Said] = {}
        for item in items:
            if len(item.canonical_url or "") > URL_LENGTH:
                reason = f"the address is longer than {URL_LENGTH} characters"
                self.report.refuse(item.source_lines[0], item.canonical_url, reason)
            key = self.known.find(item)
            if key is None:
                key = -len(said) - 1
                self.known.add(
                    key, item.kind, item.title, item.canonical_url, item.arxiv_id
                )
            topic = self.topics.at.get(tuple(item.topic_path))
            said.setdefault(key, Said(item)).add(item, topic)
        return said

    def create(self, words: Said) -> Entry:
        """Add the entry as the list has it."""
        item = words.item
        wanted = Wanted(item.title, item.kind)
        last = self.last + len(self.items)  # `order` then gives each its place
        entry = entries.create(
            named(item), wanted, position=last, by=self.by, now=self.now
        )
        self.new_filings += [
            Filing(topic=topic, entry=entry, position=last) for topic in words.topics
        ]
        if words.tags:
            entry.tags.set(sorted(words.tags))
        for language in words.summaries:
            self.compose(entry, language, words)
        self.tell(words, CREATED)
        self.keep(entry, words, self.says(words))
        return entry

    def update(self, entry: Entry, words: Said) -> None:
        """Take over what the list changed and nobody here did; report the rest."""
        before = self.known.before(entry.pk)
        told = before.said if before else {}
        says = self.says(words)
        texts = self.judge_texts(entry, told, words)
        changed = [key for key, verdict in texts.items() if verdict is Verdict.TAKE]
        clashes = [key for key, verdict in texts.items() if verdict is Verdict.CLASH]
        for key in changed:
            self.take(entry, key, words)
        changed += self.refile(entry, told, words)
        changed += self.retag(entry, told, words)
        changed += self.relink(entry, words)
        self.tell(words, outcome(changed, clashes), entry, changed + clashes)
        for key in clashes:  # it stays a conflict until people agree
            says[key] = told.get(key, "")
        self.keep(entry, words, says)

    def judge_texts(
        self, entry: Entry, told: Mapping[str, str], words: Said
    ) -> dict[str, Verdict]:
        """Say, for the title and each summary, whose text stands."""
        ours = {summary.language: summary.body for summary in entry.summaries.all()}
        verdicts = {
            language: judge(told.get(language), ours.get(language, ""), body)
            for language, body in words.summaries.items()
        }
        machine = getattr(entry, "paper", None) and entry.paper.title_from_arxiv
        title = "" if machine else entry.title
        verdicts["title"] = judge(told.get("title"), title, words.item.title)
        if title and verdicts["title"] is Verdict.CLASH and "title" not in told:
            verdicts["title"] = Verdict.KEEP  # another list may call it otherwise
        return verdicts

    def take(self, entry: Entry, key: str, words: Said) -> None:
        """Take the list's title, or its summary in the language `key`."""
        if key == "title":
            entries.retitle(entry, words.item.title)
            return
        ours = {summary.language: summary.version for summary in entry.summaries.all()}
        self.save_summary(entry, key, words, base=ours.get(key, 0))

    def refile(
        self, entry: Entry, told: Mapping[str, list[int]], words: Said
    ) -> list[str]:
        """Follow the list where it moved the entry, and members where they did."""
        ours = {filing.topic_id for filing in entry.filings.all()}
        theirs = {topic.pk for topic in words.topics}
        wanted = merged_set(told.get("topics", []), ours, theirs)
        if wanted == ours:
            return []
        entries.file(entry, Topic.objects.filter(pk__in=wanted), only=True)
        return ["topics"]

    def retag(
        self, entry: Entry, told: Mapping[str, list[str]], words: Said
    ) -> list[str]:
        """Add and remove the tags the list added and removed."""
        ours = {tag.name for tag in entry.tags.all()}
        wanted = merged_set(told.get("tags", []), ours, words.tags)
        return ["tags"] if entries.tag(entry, wanted) else []

    def relink(self, entry: Entry, words: Said) -> list[str]:
        """Give the entry the address the list now has for it, if it had none."""
        name = named(words.item)
        if name is None or entry.url == name.url or self.is_paper_of(entry, name):
            return []
        entries.relink(entry, name, now=self.now)
        return ["url"]

    def is_paper_of(self, entry: Entry, name: Named) -> bool:
        """Say whether the entry already is that arXiv paper, whatever its address."""
        paper = getattr(entry, "paper", None)
        return bool(paper and name.arxiv and paper.arxiv_id == name.arxiv.id)

    def save_summary(
        self, entry: Entry, language: str, words: Said, *, base: int
    ) -> None:
        """Save a summary over the library's; one that is too long is reported."""
        body = words.summaries[language]
        try:
            summaries.save(entry, language, body, base=base, by=self.by, now=self.now)
        except TooLong as refusal:
            self.refuse(words, refusal)

    def compose(self, entry: Entry, language: str, words: Said) -> None:
        """Prepare the summary of a new entry; one that is too long is reported."""
        summary = Summary(entry=entry, language=language, version=0)
        body = summaries.clean(words.summaries[language])
        try:
            summaries.fill(summary, body, by=self.by, now=self.now)
        except TooLong as refusal:
            self.refuse(words, refusal)
        else:
            self.new_summaries.append(summary)

    def refuse(self, words: Said, refusal: TooLong) -> None:
        """Report a summary that cannot be kept."""
        item = words.item
        self.report.refuse(item.source_lines[0], item.title, str(refusal))

    def places(self, placed: Sequence[tuple[Said, Entry]]) -> Places:
        """Return the keys of entries in the list's order, by where they stand."""
        places: Places = {}
        for words, entry in placed:
            for topic in words.topics:
                places.setdefault(topic.pk, []).append(entry.pk)
            if not words.topics:
                places.setdefault(entry.kind, []).append(entry.pk)
        return places

    # --- Report ---------------------------------------------------------------

    def tell(
        self,
        words: Said,
        outcome: str,
        entry: Entry | None = None,
        fields: Sequence[str] = (),
    ) -> None:
        """Report what became of an entry; both texts where they clash."""
        ours, theirs = "", ""
        if entry and outcome == CONFLICT:
            ours, theirs = both(entry, words, fields)
        self.report.rows.append(
            Row(
                words.item.source_lines[0],
                words.item.title,
                outcome,
                tuple(fields),
                ours,
                theirs,
            )
        )

    def says(self, words: Said) -> dict[str, object]:
        """Return what to remember the list said."""
        return {
            "kind": words.item.kind,
            "title": words.item.title,
            "topics": [topic.pk for topic in words.topics],
            "tags": sorted(words.tags),
            **words.summaries,
        }

    def keep(self, entry: Entry, words: Said, says: dict[str, object]) -> None:
        """Note it with its lines."""
        item = self.known.before(entry.pk) or ListItem(
            reading_list=self.reading_list, entry=entry
        )
        item.line, item.last_line = words.item.source_lines
        item.said = says
        self.items.append(item)


def named(item: Item) -> Named | None:
    """Return the page an item names, or None for a title without address."""
    if not item.canonical_url or len(item.canonical_url) > URL_LENGTH:
        return None
    ref = ArxivRef(item.arxiv_id, item.arxiv_version) if item.arxiv_id else None
    return Named(item.canonical_url, item.url or "", item.kind, arxiv=ref)


def outcome(changed: Sequence[str], clashes: Sequence[str]) -> str:
    """Return the word for what became of an entry that was there."""
    if clashes:
        return CONFLICT
    return UPDATED if changed else UNCHANGED


def both(entry: Entry, words: Said, fields: Sequence[str]) -> tuple[str, str]:
    """Return our text and the list's for the last field, the one that clashes."""
    key = fields[-1]
    if key == "title":
        return entry.title, words.item.title
    ours = {summary.language: summary.body for summary in entry.summaries.all()}
    return ours.get(key, ""), words.summaries[key]
