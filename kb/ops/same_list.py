"""Hand an imported list back as it came, with what changed here changed in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kb.models import Entry, Filing, ReadingList, Topic
from kb.models.entries import URL_LENGTH, Status
from kb.ops import exports
from kb.ops.agreeing import state
from kb.ops.errors import NotKept
from kb.ops.imports.identity import Known, key_of
from kb.readinglist.document import Entry as Item
from kb.readinglist.document import KindName
from kb.readinglist.outline import Written
from kb.readinglist.parser import parse
from kb.readinglist.renaming import Renaming, renamed
from kb.readinglist.rewriting import Addition, Change, Rewritten, rewrite

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Handed:
    """The file, and the titles of what could not be written in the list's own way.

    `changed` are the entries whose lines differ from what came, by their keys, with
    their titles; 0 for one that is gone. `renamed` are topics, in the same way.
    """

    data: bytes
    unsaid: list[str]
    changed: list[tuple[int, str]] = field(default_factory=list)
    renamed: list[tuple[int, str]] = field(default_factory=list)


def same_list(reading_list: ReadingList) -> Handed:
    """Return the list as it was imported, with the library's changes in their lines.

    Nothing changed here: the very bytes that came in. Raises NotKept for a list that
    was imported before lists were kept, or is a file of citations.
    """
    data = bytes(reading_list.source)
    if not data:
        raise NotKept(
            _("“%(name)s” is not kept as it came. Import it once more, as Markdown.")
            % {"name": reading_list}
        )
    text = data.removeprefix(_MARK).decode()
    compared = _Compared(reading_list, text)
    changes, renamings = list(compared.changes()), list(compared.renamings())
    if not changes and not renamings:
        return Handed(data, [])
    done = rewrite(text, changes) if changes else Rewritten(text)
    # Lines have moved by now, so sections are looked up in what was written.
    sections = {(one.kind, one.path): one for one in parse(done.text).topics}
    headed = renamed(
        done.text,
        [
            Renaming(sections[one.was.kind, one.was.path], one.name)
            for one in renamings
            if (one.was.kind, one.was.path) in sections
        ],
    )
    mark = _MARK if data.startswith(_MARK) else b""
    unsaid = done.unsaid + headed.unsaid
    data = mark + headed.text.encode()
    return Handed(data, unsaid, compared.told, compared.renamed)


class _Compared:
    """A list beside the library: six queries, however long it is."""

    def __init__(self, reading_list: ReadingList, text: str) -> None:
        document = parse(text)
        self.items, self.topics = document.entries, document.topics
        known = Known(reading_list, self.items)
        self.keys = [known.find(item) for item in self.items]
        rows = Entry.objects.for_list().prefetch_related("resources")
        self.entries = rows.in_bulk([key for key in self.keys if key])
        self.imported_at = reading_list.imported_at
        self.told: list[tuple[int, str]] = []  # of what changed
        self.renamed: list[tuple[int, str]] = []  # topics
        self.left_out = set(reading_list.left_out)
        items = reading_list.items.exclude(entry=None)
        self.listed = {item.entry_id: item for item in items}
        spoken = reading_list.items.exclude(topic=None).select_related("topic")
        self.called: dict[int, str] = {
            item.topic_id or 0: item.said.get("called", "") for item in spoken
        }
        self.topic_at: dict[tuple[str, ...], Topic] = {
            tuple(item.said["path"]): item.topic for item in spoken if item.topic
        }

    def changes(self) -> Iterator[Change | Addition]:
        """Yield what the list does not say as the library does."""
        seen: set[int] = set()
        for item, key in zip(self.items, self.keys, strict=True):
            entry = self.entries.get(key or 0)
            if entry is None and self.is_its_own(item):
                continue
            if entry is None or not self.stands(entry, item):
                self.tell(key, entry.title if entry else item.title or "")
                yield Change(item, None)
            elif entry.pk not in seen:
                seen.add(entry.pk)
                wanted = self.wanted(entry, item)
                if wanted != as_written(item):
                    self.tell(entry.pk, entry.title)
                    yield Change(item, wanted)
        yield from self.additions()

    def renamings(self) -> Iterator[Renaming]:
        """Yield the sections whose topic got another name since the import."""
        for section in self.topics:
            known = self.topic_at.get(section.path)
            before = self.called.get(known.pk) if known else None
            if known and before and known.name != before:
                self.renamed.append((known.pk, known.name))
                yield Renaming(section, known.name)

    def tell(self, key: int | None, title: str) -> None:
        """Note once what changed."""
        if (key or 0, title) not in self.told:
            self.told.append((key or 0, title))

    def is_its_own(self, item: Item) -> bool:
        """Whether the library chose not to have an item, or never could."""
        if key_of(item) in self.left_out:
            return True
        return len(item.canonical_url or "") > URL_LENGTH

    def stands(self, entry: Entry, item: Item) -> bool:
        """Whether an entry is still where the list has it."""
        filed = {filing.topic_id for filing in entry.filings.all()}
        topic = self.topic_at.get(item.topic_path)
        there = (
            not topic
            or topic.pk in filed
            or topic.pk not in self.agreed(entry)["topics"]
        )
        moved = not item.topic_path and filed and not self.agreed(entry)["topics"]
        waits = entry.status == Status.INBOX  # the list has it, whatever is decided
        return (waits or entry.status == Status.LISTED) and there and not moved

    def agreed(self, entry: Entry) -> dict[str, Any]:
        """Return what the library said of an entry when the list was imported."""
        told = self.listed[entry.pk].said if entry.pk in self.listed else {}
        return told.get("ours") or state(entry)

    def wanted(self, entry: Entry, item: Item) -> Written:
        """Return what an entry is to say; what did not change stays as written."""
        before, now = self.agreed(entry), state(entry)
        texts = {str(language): body for language, body in item.summaries.items()}
        for language in ("zh", "en"):
            if now[language] != before[language]:
                texts[language] = now[language]
        title, tags, url = item.title, item.tags, item.url
        if now["title"] != before["title"]:
            title = now["title"]
        if now["tags"] != before["tags"]:
            tags = tuple(now["tags"])
        if now["url"] != before["url"]:
            url = exports.address(entry)
        kept = {language: body for language, body in texts.items() if body}
        return Written(title, url, kept, tags)

    def additions(self) -> Iterator[Addition]:
        """Yield what was filed here under topics of the list."""
        kinds: dict[int, tuple[KindName, tuple[str, ...]]] = {}
        for section in self.topics:
            if known := self.topic_at.get(section.path):
                kinds.setdefault(known.pk, (section.kind, section.path))
        there = {
            (known.pk, key)
            for item, key in zip(self.items, self.keys, strict=True)
            if (known := self.topic_at.get(item.topic_path))
        }
        filed = Filing.objects.filter(topic__in=kinds, entry__status=Status.LISTED)
        new = Q(entry__added_at__gt=self.imported_at, entry__list_items=None)
        rows = filed.filter(new | Q(entry__in=self.listed)).distinct()
        rows = rows.order_by("topic", "position", "pk")
        pairs = [
            (topic, entry)
            for topic, entry in rows.values_list("topic", "entry")
            if (topic, entry) not in there and not self.was_there(entry, topic)
        ]
        entries = Entry.objects.for_list().prefetch_related("resources")
        loaded = entries.in_bulk({entry for _, entry in pairs})
        for topic, key in pairs:
            kind, path = kinds[topic]
            if loaded[key].kind == kind:
                self.tell(key, loaded[key].title)
                yield Addition(kind, path, exports.written(loaded[key]))

    def was_there(self, key: int, topic: int) -> bool:
        """Whether an entry was filed there already when the list was imported."""
        item = self.listed.get(key)
        ours = item.said.get("ours") if item else None
        return bool(ours and topic in ours["topics"])


def as_written(item: Item) -> Written:
    """Return what an item of a list says, as it says it."""
    summaries = {str(language): body for language, body in item.summaries.items()}
    return Written(item.title, item.url, summaries, item.tags)
