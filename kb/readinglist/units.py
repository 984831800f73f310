"""One list item or paragraph, taken apart: the step between blocks and entries."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kb.readinglist import directives, inline
from kb.readinglist.blocks import Block, item_text
from kb.readinglist.inline import Inline, Span
from kb.readinglist.venues import Facts
from kb.text.language import Language


@dataclass
class Unit:
    """A piece of the list that may be an entry or name a topic.

    `head` is its first paragraph and `rest` what follows, both as written;
    `sections` are the summaries that name their language.
    """

    block: Block
    head: str
    rest: str
    line: int  # of the head, from 1
    last_line: int
    taken: directives.Taken
    sections: list[tuple[Language, str]]
    references: dict[str, Any]
    given_title: str = ""  # when the link does not stand at the title
    title_source: str = "parent"  # of the given title
    note: str | None = None  # when it does not follow the link
    facts: Facts | None = None  # when columns tell them

    @cached_property
    def inline(self) -> Inline:
        """The links of the head."""
        return inline.read(self.head, self.references)

    @property
    def marks(self) -> set[str]:
        """Whether the item says itself that it is an entry or a topic."""
        return self.taken.marks

    @property
    def is_linked(self) -> bool:
        """Whether the item is an entry wherever it stands."""
        return bool(self.inline.links) or "entry" in self.marks

    @property
    def name(self) -> str:
        """The head as plain text."""
        return inline.plain(self.head, self.references)

    @property
    def inner_items(self) -> list[Block]:
        """The items of the lists nested in the item."""
        lists = (block for block in self.block.children if block.is_list)
        return [item for block in lists for item in block.children]

    @property
    def has_linked_text(self) -> bool:
        """Whether a paragraph below the head has a link."""
        below = (child.content for child in self.block.children[1:])
        return any(inline.read(text, self.references).links for text in below if text)

    def line_at(self, offset: int) -> int:
        """Return the line of an offset in the head."""
        return self.line + self.head.count("\n", 0, offset)

    def widened(self) -> "Unit":
        """Return the unit with all that follows taken into its head."""
        whole = f"{self.head}{self.rest}"
        return replace(self, head=whole, rest="", given_title=self.name)

    def inner_links(self) -> list[Span]:
        """Return the links below the head, in order."""
        links: list[Span] = []
        for child in [] if self.given_title else self.block.children[1:]:
            for content in child.contents():
                links += inline.read(content, self.references).links
        return links


def from_item(block: Block, lines: list[str], references: dict[str, Any]) -> Unit:
    """Take a list item apart."""
    text = item_text(lines, block)
    before, sections = directives.by_language(text)
    content = block.children[0].content if block.children else ""
    at = before.find(content)
    lead, rest = before[: max(at, 0)], before[at + len(content) :] if at >= 0 else ""
    unit = _unit(block, content, rest, references)
    unit.line = block.first + lead.count("\n") + 1
    unit.last_line = block.first + text.count("\n") + 1
    for language, section in sections:
        taken = directives.take(section)
        unit.taken.tags += taken.tags
        unit.sections.append((language, taken.text))
    return unit


def from_paragraph(block: Block, references: dict[str, Any]) -> Unit:
    """Take a paragraph or a heading apart."""
    return _unit(block, block.content, "", references)


def _unit(block: Block, content: str, rest: str, references: dict[str, Any]) -> Unit:
    taken = directives.take(content)
    below = directives.take(rest)
    taken.tags += below.tags
    lines = content.count("\n")
    return Unit(
        block=block,
        head=taken.text.strip(),
        rest=below.text,
        line=block.first + 1,
        last_line=block.first + lines + 1,
        taken=taken,
        sections=[],
        references=references,
    )
