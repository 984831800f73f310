"""Bring a list's entries into the library."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from kb.models import Entry, Filing, ListItem, ReadingList, Summary, Topic
from kb.models.entries import Status
from kb.ops import entries, resources, summaries, tags
from kb.ops.entries import ALL, Wanted
from kb.ops.imports import likeness
from kb.ops.imports.choices import chosen
from kb.ops.imports.identity import Known, key_of, title_of
from kb.ops.imports.order import Places, order_before, put_in_order
from kb.ops.imports.report import CONFLICT, CREATED, UNCHANGED, UPDATED, Report, Row
from kb.ops.imports.said import Said, keepable
from kb.ops.imports.topics import TopicImport
from kb.ops.three_way import Verdict, judge, merged_set
from kb.readinglist.document import Entry as Item
from kb.readinglist.document import Link

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class EntryImport:
    """The entries of one list."""

    def __init__(
        self,
        reading_list: ReadingList,
        report: Report,
        topics: TopicImport,
        *,
        owing: bool,
        by: "User | None",
        now: datetime,
    ) -> None:
        """Nothing is read before `write`."""
        self.owing = owing
        self.reading_list, self.report, self.topics = reading_list, report, topics
        self.by, self.now = by, now
        self.items: list[ListItem] = []
        self.new_filings: list[Filing] = []
        self.new_summaries: list[Summary] = []

    def write(self, items: Sequence[Item]) -> None:
        """Create and update entries, put them in order, and report each."""
        items = keepable(chosen(items, self.reading_list, self.report), self.report)
        self.known = Known(self.reading_list, items)
        before = order_before(self.known)
        self.last = max(
            entries.next_position(Entry.objects.all()),
            entries.next_position(Filing.objects.all()),
        )
        said = self.gather(items)
        likeness.tell((words for key, words in said.items() if key < 0), self.report)
        loaded = self.known.load(key for key in said if key > 0)
        places: Places = {}
        links: dict[int, list[Link]] = {}
        for done, (key, words) in enumerate(said.items()):
            self.report.watch.tell(done, len(said))
            entry = loaded.get(key)
            if entry:
                self.update(entry, words)
            else:
                entry = self.create(words)
            if words.links:
                links[entry.pk] = list(words.links.values())
            for place in words.places:
                places.setdefault((place, entry.kind), []).append(entry.pk)
        Filing.objects.bulk_create(self.new_filings, batch_size=1000)
        Summary.objects.bulk_create(self.new_summaries, batch_size=500)
        self.report.links = resources.listed(links, by=self.by, now=self.now)
        self.report.left = len(self.known.listed.keys() - said.keys())
        self.report.reordered = put_in_order(self.sorted(places), before)

    def gather(self, items: Sequence[Item]) -> dict[int, Said]:
        """Join the places in which the list speaks of one entry.

        Keys are those of entries, or negative numbers for the new ones.
        """
        said: dict[int, Said] = {}
        for item in items:
            key = self.known.find(item)
            if key is None:
                key = -len(said) - 1
                self.known.add_new(key, item)
            topic = self.topics.at.get(tuple(item.topic_path))
            words = said.setdefault(key, Said(item))
            words.add(item, topic, self.report)
        return said

    def create(self, words: Said) -> Entry:
        """Add the entry as the list has it."""
        item = words.item
        status = Status.INBOX if settings.REVIEW == ALL else Status.LISTED
        wanted = Wanted(title_of(item), item.kind, status=status)
        self.last += 1  # behind all others, until put in order
        entry = entries.create(
            words.named,
            wanted,
            position=self.last,
            by=self.by,
            now=self.now,
            stated=words.stated,
        )
        self.new_filings += [
            Filing(topic=topic, entry=entry, position=self.last)
            for topic in words.topics
        ]
        if words.tags:
            entry.tags.set(tags.proper(words.tags))
        for language, body in words.summaries.items():
            summary = Summary(entry=entry, language=language, version=0)
            summaries.fill(summary, body, by=self.by, now=self.now)
            self.new_summaries.append(summary)
        self.tell(words, CREATED, ())
        self.keep(entry, words, words.memory())
        return entry

    def update(self, entry: Entry, words: Said) -> None:
        """Take over what the list changed and nobody here did; report the rest."""
        before = self.known.before(entry.pk)
        told = before.said if before else {}
        ours, theirs = texts_of(entry, words), words.texts
        verdicts = judge_all(told, ours, theirs)
        changed = [key for key, verdict in verdicts.items() if verdict is Verdict.TAKE]
        clashes = [key for key, verdict in verdicts.items() if verdict is Verdict.CLASH]
        for key in changed:
            self.take(entry, key, words)
        changed += self.refile(entry, told, words)
        changed += self.retag(entry, told, words)
        both = [(key, ours.get(key, ""), theirs[key]) for key in clashes]
        self.tell(words, outcome(changed, clashes), changed, both)
        memory = unsettled(words.memory(), told, clashes)
        if self.owing:
            memory["ours"] = owed(told, clashes)
        self.keep(entry, words, memory)

    def take(self, entry: Entry, key: str, words: Said) -> None:
        """Take the list's title, address, or summary in the language `key`."""
        if key == "title":
            entries.retitle(entry, words.texts["title"])
        elif key == "url" and words.named:
            entries.relink(entry, words.named, now=self.now)
        else:
            bases = {row.language: row.version for row in entry.summaries.all()}
            base, body = bases.get(key, 0), words.summaries[key]
            summaries.save(entry, key, body, base=base, by=self.by, now=self.now)

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
        """Add and remove the tags the list added and removed, whatever their case."""
        ours = {tag.name.casefold(): tag.name for tag in entry.tags.all()}
        theirs = {tag.casefold(): tag for tag in words.tags}
        before = {tag.casefold() for tag in told.get("tags", [])}
        wanted = merged_set(before, ours, theirs)
        names = {**theirs, **ours}
        changed = entries.tag(entry, {names[tag] for tag in wanted})
        return ["tags"] if changed else []

    def sorted(self, places: Places) -> Places:
        """Return the entries of each place in the list's order."""
        spots = {item.entry_id: item.said["spots"] for item in self.items}
        return {
            place: sorted(keys, key=lambda key: spots[key][str(place[0])])
            for place, keys in places.items()
        }

    def tell(
        self,
        words: Said,
        outcome: str,
        changed: Sequence[str],
        clashes: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        """Report what became of an entry; `clashes` are fields with both texts."""
        fields = (*changed, *(key for key, _, _ in clashes))
        ours = "\n\n".join(text for _, text, _ in clashes)
        theirs = "\n\n".join(text for _, _, text in clashes)
        line, title = words.item.source_lines[0], words.item.title or words.texts["url"]
        key = key_of(words.item)
        self.report.rows.append(Row(line, title, outcome, fields, ours, theirs, key))

    def keep(self, entry: Entry, words: Said, memory: dict[str, Any]) -> None:
        """Note what the list says, with its lines."""
        item = self.known.before(entry.pk) or ListItem(
            reading_list=self.reading_list, entry=entry
        )
        item.line, item.last_line = words.item.source_lines
        item.said = memory
        self.items.append(item)


def texts_of(entry: Entry, words: Said) -> dict[str, str]:
    """Return the library's texts; a title nobody gave is none, unless it agrees."""
    paper = getattr(entry, "paper", None)
    given = (
        not (paper and paper.title_from_arxiv) or entry.title == words.texts["title"]
    )
    return {
        "title": entry.title if given else "",
        "url": entry.url or "",
        "kind": entry.kind,
        **{summary.language: summary.body for summary in entry.summaries.all()},
    }


def judge_all(
    told: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]
) -> dict[str, Verdict]:
    """Say whose text stands, field by field.

    A list that is new to an entry may call it otherwise, or know another address.
    What an entry is stays what it is: a list can only disagree.
    """
    verdicts = {
        key: judge(told.get(key), ours.get(key, ""), text)
        for key, text in theirs.items()
    }
    for key in ("title", "url"):
        if verdicts[key] is Verdict.CLASH and key not in told:
            verdicts[key] = Verdict.KEEP
    if verdicts["kind"] is Verdict.TAKE:
        verdicts["kind"] = Verdict.CLASH
    return verdicts


def unsettled(
    memory: dict[str, Any], told: Mapping[str, Any], clashes: Sequence[str]
) -> dict[str, Any]:
    """Return the memory as it was for what clashes, to report until people agree."""
    for key in clashes:
        memory.pop(key)
        if key in told:
            memory[key] = told[key]
    return memory


def owed(told: Mapping[str, Any], clashes: Sequence[str]) -> dict[str, Any]:
    """Return what the list still takes the library to say, but for what clashes."""
    ours: Mapping[str, Any] = told.get("ours", {})
    return {key: value for key, value in ours.items() if key not in clashes}


def outcome(changed: Sequence[str], clashes: Sequence[str]) -> str:
    """Return the word for what became of an entry that was there."""
    if clashes:
        return CONFLICT
    return UPDATED if changed else UNCHANGED
