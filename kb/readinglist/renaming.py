"""A list with some of its sections called otherwise, and every other line as it was."""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.readinglist.document import Document, KindName, Topic
from kb.readinglist.parser import parse
from kb.readinglist.restyling import Sheet
from kb.readinglist.rewriting import Rewritten

Path = tuple[str, ...]


@dataclass(frozen=True)
class Renaming:
    """A section of the list, and what it is to be called."""

    was: Topic
    name: str


def renamed(text: str, renamings: Iterable[Renaming]) -> Rewritten:
    """Return the text with these sections renamed, each in the line that names it.

    One whose line has the name not exactly once, or would be read as anything else
    under the new one, stays and is told.
    """
    unsaid, document = [], parse(text)
    # From below: what a section is called above it is the same until its own turn.
    for one in sorted(renamings, key=lambda one: len(one.was.path), reverse=True):
        new = with_line(text, one)
        read = parse(new) if new else None
        if new and read and said(read) == said(document, one):
            text, document = new, read
        else:
            unsaid.append(one.was.path[-1])
    return Rewritten(text, unsaid)


def with_line(text: str, one: Renaming) -> str | None:
    """Return the text with one line changed, None where it tells not what to change."""
    sheet, number, old = Sheet(text), one.was.line, one.was.path[-1]
    line = sheet.line(number)
    if line.count(old) != 1:
        return None
    return sheet.composed({number - 1: (number, [line.replace(old, one.name)])}, {})


def said(document: Document, one: Renaming | None = None) -> list[tuple[object, ...]]:
    """Return all a list says; with a renaming, as it would say it after that."""

    def there(kind: KindName, path: Path) -> Path:
        if one is None or kind != one.was.kind:
            return path
        last = len(one.was.path) - 1
        if path[: last + 1] != one.was.path:
            return path
        return (*path[:last], one.name, *path[last + 1 :])

    topics: list[tuple[object, ...]] = [
        (at.kind, there(at.kind, at.path), at.line, at.intro, at.names)
        for at in document.topics
    ]
    return topics + [
        (
            *(at.kind, there(at.kind, at.topic_path), at.title, at.url),
            *(at.summaries, at.tags),
        )
        for at in document.entries
    ]
