"""Bring a list's sections into the topic tree."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.models import ListItem, ReadingList, Topic
from kb.models.topics import NAME_LENGTH
from kb.ops import topics
from kb.ops.imports.report import CONFLICT, Report, Row
from kb.ops.three_way import Verdict, judge, texts
from kb.readinglist.document import Topic as Section
from kb.text import markdown
from kb.text.sentences import Sentence

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Path = tuple[str, ...]
TAKE, CLASH = Verdict.TAKE, Verdict.CLASH


class TopicImport:
    """The topics of one list: found by where the list last put them, else by name.

    A topic renamed or moved here stays the topic the list means.
    """

    def __init__(
        self,
        reading_list: ReadingList,
        report: Report,
        *,
        owing: bool,
        by: "User | None",
    ) -> None:
        """Load the topics the list spoke of before, and all by their names."""
        self.reading_list, self.report, self.by = reading_list, report, by
        self.owing = owing
        self.items: dict[int, ListItem] = {}
        # What is in no section is filed under the topic the list goes under.
        above = reading_list.under
        self.at: dict[Path, Topic] = {(): above} if above else {}
        self.before: dict[Path, ListItem] = {}
        self.item_of: dict[int, ListItem] = {}
        for item in reading_list.items.exclude(topic=None).select_related("topic"):
            self.before[tuple(item.said["path"])] = item
            self.item_of[item.topic_id or 0] = item
        self.here = paths_of(list(Topic.objects.all()))
        self.path_of = {topic.pk: path for path, topic in self.here.items()}
        for path, topic in list(self.here.items()):
            for name in filter(None, (topic.name_zh, topic.name_en)):
                # Called so in the other language, it is the same topic.
                self.here.setdefault((*path[:-1], name), topic)

    def write(self, sections: Sequence[Section]) -> None:
        """Create what is missing, each behind the section it follows in the list."""
        previous: dict[Path, Topic] = {}
        for section in sections:
            if section.path in self.at:
                continue
            topic = self.find(section) or self.create(section, previous)
            self.at[section.path] = previous[section.path[:-1]] = topic
            said = self.describe(topic, section)
            self.keep(topic, section, said)

    def find(self, section: Section) -> Topic | None:
        """Return the topic the section is, or None."""
        if item := self.before.get(section.path):
            return item.topic
        return self.here.get(self.path_here(section))

    def path_here(self, section: Section) -> Path:
        """Return the names that lead to the section's topic in the library's tree."""
        parent = self.at.get(section.path[:-1])
        return (*(self.path_of[parent.pk] if parent else ()), name_of(section))

    def create(self, section: Section, previous: dict[Path, Topic]) -> Topic:
        """Add the section's topic, behind the one before it under its parent."""
        parent, path = self.at.get(section.path[:-1]), self.path_here(section)
        topic = topics.create(name_of(section), parent=parent, by=self.by)
        self.here[path], self.path_of[topic.pk] = topic, path
        neighbour = previous.get(section.path[:-1])
        if neighbour and not self.last(topic, neighbour):
            topics.move(topic, neighbour, "right", by=self.by)
            topic.refresh_from_db()
        self.report.topics_created.append(" / ".join(section.path))
        return topic

    def last(self, topic: Topic, neighbour: Topic) -> bool:
        """Say whether the new topic already stands right behind its neighbour."""
        neighbour.refresh_from_db()
        follower = Topic.objects.get_next_sibling(neighbour)
        return follower is None or follower.pk == topic.pk

    def describe(self, topic: Topic, section: Section) -> dict[str, str]:
        """Take over names and introduction where nobody here changed them.

        What both changed is reported. Returns what to remember the list said.
        """
        item = self.item_of.get(topic.pk)
        told = item.said if item else {}
        ours = {"intro": topic.intro, "zh": topic.name_zh, "en": topic.name_en}
        theirs = self.fitting(section)
        verdicts = {
            key: judge(told.get(key), ours[key], text) for key, text in theirs.items()
        }
        taken = {key: theirs[key] for key, said in verdicts.items() if said is TAKE}
        clashes = [key for key, said in verdicts.items() if said is CLASH]
        if taken:
            intro = taken.get("intro", topic.intro)
            topics.describe(topic, names=taken, intro=intro, by=self.by)
        self.count(section, taken, [(key, ours[key], theirs[key]) for key in clashes])
        kept = {key: told[key] for key in clashes if key in told}
        return {**{key: theirs[key] for key in theirs if key not in clashes}, **kept}

    def fitting(self, section: Section) -> dict[str, str]:
        """Return what the list says of a topic; report an introduction too long."""
        theirs = texts(section.names)
        if len(section.intro.encode()) > markdown.MAX_BYTES:
            most = markdown.MAX_BYTES // 1024
            reason = Sentence("an introduction may have %(most)d KB", most=most)
            self.report.refuse(section.line, section.path[-1], reason)
        else:
            theirs["intro"] = section.intro
        return theirs

    def count(
        self,
        section: Section,
        taken: dict[str, str],
        clashes: Sequence[tuple[str, str, str]],
    ) -> None:
        """Count a topic as updated or unchanged, unless it is new; report clashes."""
        path = " / ".join(section.path)
        for key, ours, theirs in clashes:
            row = Row(section.line, path, CONFLICT, (key,), ours, theirs)
            self.report.topic_conflicts.append(row)
        if path in self.report.topics_created:
            return
        if taken:
            self.report.topics_updated.append(path)
        else:
            self.report.topics_unchanged += 1

    def keep(self, topic: Topic, section: Section, said: dict[str, str]) -> None:
        """Note what the list says of the topic, and where."""
        item = self.item_of.get(topic.pk)
        if item is None:
            item = ListItem(reading_list=self.reading_list, topic=topic)
            self.item_of[topic.pk] = item
        # What it is called here: a later name is to be written into the list.
        called = item.said.get("called", topic.name) if self.owing else topic.name
        item.line = item.last_line = section.line
        item.said = {"path": list(section.path), "called": called, **said}
        self.items[topic.pk] = item


def name_of(section: Section) -> str:
    """Return the section's name, cut where a whole paragraph was made a heading."""
    name = " ".join(section.path[-1].split())
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def paths_of(tree: Sequence[Topic]) -> dict[Path, Topic]:
    """Return the topics by the names that lead to them; `tree` is ordered by path."""
    names: list[str] = []
    found: dict[Path, Topic] = {}
    for topic in tree:
        del names[topic.depth - 1 :]
        names.append(topic.name)
        found[tuple(names)] = topic
    return found
