"""From an Outline to the standard form, which reads back to the same state.

Every piece is written in the plainest form that the parser itself reads
back unchanged; only what needs it is escaped or marked. docs/format.md
describes the form.
"""

from collections.abc import Iterable, Iterator

from kb.readinglist import directives, forms
from kb.readinglist.outline import Branch, Outline, Section, Written

__all__ = ["Branch", "Outline", "Section", "Written", "write"]

_DEEPEST_HEADING = 6


def write(outline: Outline) -> str:
    """Return the list as Markdown.

    An entry that stands in several topics keeps its summaries and tags at the
    first only.
    """
    return "\n\n".join(_Writing().blocks(outline)) + "\n"


class _Writing:
    """One pass over an outline; it remembers which entries are written."""

    def __init__(self) -> None:
        self.seen: set[tuple[str | None, str]] = set()

    def blocks(self, outline: Outline) -> Iterator[str]:
        for section in outline.sections:
            yield from self.section(section)

    def section(self, section: Section) -> Iterator[str]:
        yield f"# {section.kind}"
        yield from _block(self.entries(section.entries))
        for branch in section.topics:
            yield from self.heading(branch, 2)

    def heading(self, branch: Branch, level: int) -> Iterator[str]:
        yield f"{'#' * level} {forms.name(branch)}"
        if branch.intro:
            yield from _block(forms.intro(branch.intro))
        items = self.entries(branch.entries)
        if level == _DEEPEST_HEADING:
            yield from _block([*items, *self.bullets(branch.topics)])
        else:
            yield from _block(items)
            for below in branch.topics:
                yield from self.heading(below, level + 1)

    def bullets(self, branches: list[Branch]) -> Iterator[str]:
        for branch in branches:
            yield f"- {forms.name(branch)} {directives.mark('topic')}"
            if branch.intro:
                yield from forms.indented(forms.set_apart(branch.intro))
            yield from forms.indented(self.entries(branch.entries))
            yield from forms.indented(self.bullets(branch.topics))

    def entries(self, entries: Iterable[Written]) -> Iterator[str]:
        for entry in entries:
            yield from forms.entry(self.once(entry))

    def once(self, entry: Written) -> Written:
        """Return the entry, bare when it is written already."""
        key = entry.url, "" if entry.url else entry.title
        if key in self.seen:
            return Written(entry.title, entry.url)
        self.seen.add(key)
        return entry


def _block(lines: Iterable[str]) -> Iterator[str]:
    if text := "\n".join(lines):
        yield text
