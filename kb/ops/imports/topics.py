"""Bring a list's sections into the topic tree."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.models import ListItem, ReadingList, Topic
from kb.models.topics import NAME_LENGTH
from kb.ops import topics
from kb.ops.imports.report import Report
from kb.ops.imports.three_way import Verdict, judge, texts
from kb.readinglist.document import Topic as Section
from kb.text.markdown import TooLong

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Path = tuple[str, ...]


class TopicImport:
    """The topics of one list: found by where the list last put them, else by name.

    A topic renamed or moved here stays the topic the list means.
    """

    def __init__(
        self, reading_list: ReadingList, report: Report, *, by: "User | None"
    ) -> None:
        """Load the topics the list spoke of before, and all by their names."""
        self.reading_list, self.report, self.by = reading_list, report, by
        self.items: list[ListItem] = []
        self.at: dict[Path, Topic] = {}
        self.before: dict[Path, ListItem] = {}
        for item in reading_list.items.exclude(topic=None).select_related("topic"):
            self.before[tuple(item.said["path"])] = item
        self.here = paths_of(list(Topic.objects.all()))
        self.path_of = {topic.pk: path for path, topic in self.here.items()}

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

        Returns what to remember the list said.
        """
        item = self.before.get(section.path)
        told = item.said if item else {}
        ours = {"intro": topic.intro, "zh": topic.name_zh, "en": topic.name_en}
        theirs = {"intro": section.intro, **texts(section.names)}
        verdicts = {
            key: judge(told.get(key), ours[key], text) for key, text in theirs.items()
        }
        taken = {
            key: theirs[key]
            for key, verdict in verdicts.items()
            if verdict is Verdict.TAKE
        }
        if taken:
            intro = taken.pop("intro", topic.intro)
            self.write_description(topic, taken, intro, section.line)
        self.count(" / ".join(section.path), changed=Verdict.TAKE in verdicts.values())
        return {
            key: told.get(key, "") if verdicts[key] is Verdict.CLASH else text
            for key, text in theirs.items()
        }

    def write_description(
        self, topic: Topic, names: dict[str, str], intro: str, line: int
    ) -> None:
        """Keep the names and the introduction; one too long is reported, not cut."""
        try:
            topics.describe(topic, names=names, intro=intro, by=self.by)
        except TooLong as refusal:
            self.report.refuse(line, topic.name, str(refusal))
            topic.intro = ""
            topics.describe(topic, names=names, intro="", by=self.by)

    def count(self, path: str, *, changed: bool) -> None:
        """Count a topic as updated or unchanged, unless it is new."""
        if path in self.report.topics_created:
            return
        if changed:
            self.report.topics_updated.append(path)
        else:
            self.report.topics_unchanged += 1

    def keep(self, topic: Topic, section: Section, said: dict[str, str]) -> None:
        """Note what the list says of the topic, and where."""
        item = self.before.get(section.path) or ListItem(
            reading_list=self.reading_list, topic=topic
        )
        item.line = item.last_line = section.line
        item.said = {"path": list(section.path), **said}
        self.items.append(item)


def name_of(section: Section) -> str:
    """Return the section's name, cut where a whole paragraph was made a heading."""
    name = section.path[-1]
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
