"""From the text of a reading list to a Document.

The rules, with examples, are in docs/format.md.
"""

import re
from collections import deque
from dataclasses import replace

from kb.readinglist import (
    blocks,
    conservation,
    directives,
    document,
    entries,
    inline,
    several,
    tables,
    units,
)
from kb.readinglist.blocks import Block
from kb.readinglist.document import (
    Document,
    Entry,
    Kind,
    KindName,
    NotAList,
    Topic,
)
from kb.readinglist.markup import Markup, Piece
from kb.readinglist.source import normal
from kb.readinglist.units import Unit
from kb.text import arxiv_ids, titles
from kb.text.language import Language
from kb.text.sentences import Sentence

MAX_DEPTH = 32

_KINDS: dict[str, KindName] = {
    "paper": "paper",
    "papers": "paper",
    "论文": "paper",
    "blog": "blog",
    "blogs": "blog",
    "博客": "blog",
}
_INTRO_BLOCKS = {"paragraph", "heading", "blockquote", "fence", "code_block", "table"}

# What the parser remarks on.
_EMPTY_HEADING = Sentence("a heading without words names no topic")
_UNKNOWN_KIND = Sentence(
    '"%(name)s" is neither "paper" nor "blog": read as a topic of papers'
)
_REPEATED_TOPIC = Sentence('"%(name)s" stands here again: read as one topic')
_OUTSIDE_TOPIC = Sentence("text that belongs to no topic")
_CONTENTS = Sentence("a table of contents is not kept")
_NO_WORDS = Sentence("an item that begins with no words")
_TOO_DEEP = Sentence(
    "Line %(line)d: topics are nested more than %(most)d deep. "
    "Move some of them up and try again."
)

# Pictures, arrows and signs of a link at either end.
_SIGN = (
    "[\u00b6\u200d\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]"
)
_DECORATION = re.compile(rf"\A(?:{_SIGN}|(?<={_SIGN})\s)+|(?:\s*{_SIGN})+\Z")

Path = tuple[str, ...]


def parse(text: str) -> Document:
    """Read a list; whatever is odd in it becomes a warning, never an error.

    Raises NotAList only when topics are nested more than `MAX_DEPTH` deep.
    """
    return _Reading(normal(text)).result()


def outline_name(text: str) -> str:
    """Return a heading's words without what decorates them.

    >>> outline_name("🔥 Training 🔗")
    'Training'
    """
    return _DECORATION.sub("", text) or text


class _Reading:
    """One pass over the blocks, with what has been read so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.regions = directives.cut_regions(self.lines)
        self.blocks, self.references = blocks.read("\n".join(self.lines))
        self.kind: KindName = "paper"
        self.open: list[tuple[int, str, Path]] = []  # headings: level, name, topics
        self.headings = 0
        self.kinds: list[Kind] = []
        self.topics: dict[tuple[KindName, Path], Topic] = {}
        self.entries: list[Entry] = []
        self.warnings: list[document.Warning] = []
        self.kept_lines: set[int] = set()
        self.units: dict[int, Unit] = {}
        self.markup = Markup()
        self.columns: dict[str, int] = {}  # of the HTML table that is open

    def result(self) -> Document:
        self.read_blocks(self.blocks)
        self.keep_regions()
        return Document(
            headings=self.headings,
            kinds=tuple(self.kinds),
            topics=tuple(self.topics.values()),
            entries=tuple(self.entries),
            warnings=tuple(sorted(self.warnings, key=lambda one: one.line)),
            unparsed=tuple(
                conservation.unparsed(
                    self.text, self.blocks, self.entries, self.kept_lines
                )
            ),
        )

    @property
    def path(self) -> Path:
        return self.open[-1][2] if self.open else ()

    def warn(self, block: Block, code: str, message: Sentence) -> None:
        self.warnings.append(document.Warning(block.first + 1, code, message))

    def read_blocks(self, given: list[Block]) -> None:
        """Read what stands side by side."""
        waiting = deque(given)
        while waiting:
            block = waiting.popleft()
            below = waiting[0] if waiting else None
            if below and (unit := self.titled_list(block, below)):
                waiting.popleft()
                self.entry(unit, self.path)
            elif block.kind == "heading" and self.is_paper(block):
                self.paper_heading(block, waiting)
            else:
                self.read_block(block)

    def read_block(self, block: Block) -> None:
        if block.is_list:
            self.read_list(block, self.path, len(self.path))
        elif block.kind == "heading" and not self.is_entry_over_rule(block):
            self.heading(block)
        elif block.kind == "html_block":
            self.html(block)
        elif block.kind == "table":
            self.table(block)
        elif block.kind in {"heading", "paragraph"}:
            self.paragraph(block)
        elif block.kind == "blockquote" and self.holds_papers(block):
            self.read_blocks(block.children)
        elif block.kind in _INTRO_BLOCKS:
            self.intro(block, self.path, 0)

    # --- Paragraphs, tables, HTML -------------------------------------------

    def paragraph(self, block: Block) -> None:
        """Read an entry, or what a topic says of itself; it may be both."""
        unit = units.from_paragraph(block, self.references)
        if entries.is_named(unit) or entries.is_paper(unit):
            prose = entries.is_prose(unit)
            self.entry(replace(unit, note="") if prose else unit, self.path)
            if not prose:
                return
        self.intro(block, self.path, 0)

    def holds_papers(self, block: Block) -> bool:
        lines = self.lines[block.first : block.end]
        return next(arxiv_ids.mentions("\n".join(lines)), None) is not None

    def titled_list(self, above: Block, below: Block) -> Unit | None:
        if above.kind != "paragraph" or not below.is_list:
            return None
        items = [self.unit(item) for item in below.children]
        return several.titled_list(above, below, items)

    def table(self, block: Block) -> None:
        """Read the rows with links; a table without any is a text."""
        found = list(tables.units(block, self.references))
        for unit in found:
            self.entry(unit, self.path)
        if not found:
            self.intro(block, self.path, 0)

    def html(self, block: Block) -> None:
        source = "\n".join(self.lines[block.first : block.end]) + "\n"
        for piece in self.markup.pieces(source, block.first + 1):
            part = Block(
                "heading" if piece.level else "paragraph",
                piece.line - 1,
                piece.last_line,
                level=piece.level,
                content=piece.content,
            )
            if piece.cells is not None:
                self.html_row(piece, part)
            elif piece.level:
                self.read_blocks([part])
            else:
                self.html_text(part)

    def html_row(self, piece: Piece, block: Block) -> None:
        cells = piece.cells or []
        if piece.is_head:
            self.columns = tables.roles(cells)
        elif unit := tables.from_cells(cells, self.columns, block, self.references):
            self.entry(unit, self.path)

    def html_text(self, block: Block) -> None:
        unit = units.from_paragraph(block, self.references)
        unit.last_line = max(block.end, unit.line)
        if entries.is_named(unit) or entries.is_paper(unit):
            self.entry(
                replace(unit, note="") if entries.is_prose(unit) else unit, self.path
            )

    # --- Headings -----------------------------------------------------------

    def is_entry_over_rule(self, block: Block) -> bool:
        """Tell a link with a rule below it from an underlined heading."""
        return block.setext and bool(
            units.from_paragraph(block, self.references).inline.links
        )

    def is_paper(self, block: Block) -> bool:
        return entries.is_paper(units.from_paragraph(block, self.references))

    def paper_heading(self, block: Block, waiting: deque[Block]) -> None:
        """Read a heading that is an entry, with the text below it as its note."""
        while self.open and self.open[-1][0] >= block.level:
            self.open.pop()
        unit = units.from_paragraph(block, self.references)
        below: list[Block] = []
        while waiting and waiting[0].kind in _INTRO_BLOCKS - {"heading"}:
            below.append(waiting.popleft())
        if below:
            lines = self.lines[below[0].first : below[-1].end]
            unit.rest = "\n\n" + "\n".join(lines).strip("\n")
            whole = Block("paragraph", block.first, below[-1].end)
            whole.children = [block, *below]
            unit = replace(unit, block=whole, last_line=below[-1].end)
        self.entry(unit, self.path)

    def heading(self, block: Block) -> None:
        taken = directives.take(block.content)
        name = inline.plain(taken.text, self.references)
        if "topic" not in taken.marks:
            name = outline_name(name)
        self.headings += 1
        while self.open and self.open[-1][0] >= block.level:
            self.open.pop()
        if block.level == 1:
            self.open.clear()
            self.kind = _KINDS.get(titles.fold(name), "paper")
        if not name:
            self.warn(block, "empty-heading", _EMPTY_HEADING)
        elif block.level == 1 and titles.fold(name) in _KINDS:
            self.open.append((1, name, ()))
            self.kinds.append(Kind(name, block.first + 1))
        else:
            self.topic_heading(block, name, taken.names)

    def topic_heading(
        self, block: Block, name: str, names: dict[Language, str]
    ) -> None:
        if block.level == 1:
            self.warn(block, "unknown-kind", Sentence(_UNKNOWN_KIND, name=name))
        path = (*self.path, name)
        self.open.append((block.level, name, path))
        line, level = block.first + 1, block.level
        self.topic(Topic(path, self.kind, "heading", line, level, names=names))

    def topic(self, topic: Topic) -> None:
        key = topic.kind, topic.path
        if known := self.topics.get(key):
            again = Sentence(_REPEATED_TOPIC, name=topic.path[-1])
            self.warnings.append(document.Warning(topic.line, "repeated-topic", again))
            topic = replace(known, names={**known.names, **topic.names})
        self.topics[key] = topic

    # --- Introductions ------------------------------------------------------

    def intro(self, block: Block, path: Path, columns: int) -> None:
        """Add a block to what a topic says of itself."""
        if not path:
            self.warn(block, "outside-topic", _OUTSIDE_TOPIC)
            return
        text = blocks.dedented(self.lines, block, columns).strip("\n")
        self.add_intro((self.kind, path), directives.unquoted(text))
        self.kept_lines.update(range(block.first, block.end))

    def add_intro(self, key: tuple[KindName, Path], text: str) -> None:
        topic = self.topics[key]
        intro = f"{topic.intro}\n\n{text}" if topic.intro else text
        self.topics[key] = replace(topic, intro=intro)

    def keep_regions(self) -> None:
        """Give each introduction that is set apart to the topic just above it."""
        above = list(self.topics.items())
        for region in reversed(self.regions):
            while above and above[-1][1].line > region.first:
                above.pop()
            if above:
                self.add_intro(above[-1][0], region.text)
                self.kept_lines.update(range(region.first, region.end))

    # --- Lists --------------------------------------------------------------

    def unit(self, item: Block) -> Unit:
        """Take an item apart, once."""
        if id(item) not in self.units:
            unit = units.from_item(item, self.lines, self.references)
            self.units[id(item)] = unit.widened() if self.is_spread(unit) else unit
        return self.units[id(item)]

    def is_spread(self, unit: Unit) -> bool:
        """Tell an entry whose links stand below its title from a topic."""
        if unit.is_linked or unit.marks or not unit.head:
            return False
        inner = [self.unit(item) for item in unit.inner_items]
        linked = [one for one in inner if one.is_linked]
        if linked:
            return not any(entries.has_title(one) for one in linked)
        return unit.has_linked_text and not any(map(self.holds_entries, inner))

    def read_list(self, block: Block, path: Path, depth: int) -> None:
        if depth >= MAX_DEPTH:
            line = block.first + 1
            raise NotAList(Sentence(_TOO_DEEP, line=line, most=MAX_DEPTH))
        found = [self.unit(item) for item in block.children]
        if all(unit.inline.anchors and not unit.is_linked for unit in found):
            self.warn(block, "contents", _CONTENTS)
            return
        mixed = any(unit.is_linked for unit in found)
        for unit in found:
            if self.is_topic(unit, mixed=mixed):
                self.bullet_topic(unit, path, depth)
            elif unit.head:
                self.entry(unit, path)
            else:
                self.headless(unit, path, depth)

    def is_topic(self, unit: Unit, *, mixed: bool) -> bool:
        if not unit.head or unit.is_linked:
            return False
        return "topic" in unit.marks or not mixed or self.holds_entries(unit)

    def holds_entries(self, unit: Unit) -> bool:
        inner = map(self.unit, unit.inner_items)
        return any(one.is_linked or self.holds_entries(one) for one in inner)

    def bullet_topic(self, unit: Unit, path: Path, depth: int) -> None:
        below = (*path, unit.name)
        names = unit.taken.names
        self.topic(Topic(below, self.kind, "bullet", unit.line, None, names=names))
        for child in unit.block.children[1:]:
            if child.is_list:
                self.read_list(child, below, depth + 1)
            elif child.kind in _INTRO_BLOCKS:
                self.intro(child, below, unit.block.offset)

    def headless(self, unit: Unit, path: Path, depth: int) -> None:
        """Read an item that begins with a list or with code; it may be empty."""
        for child in unit.block.children:
            if child.is_list:
                self.read_list(child, path, depth + 1)
            else:
                self.warn(child, "not-read", _NO_WORDS)

    def entry(self, unit: Unit, path: Path) -> None:
        """Keep an entry, and those that its item also is."""
        own = several.children(unit, [self.unit(item) for item in unit.inner_items])
        for one in several.split(self.without(unit, own)):
            self.keep(one, path)
        for child in own:
            self.entry(child, path)

    def without(self, unit: Unit, own: list[Unit]) -> Unit:
        """Return an item without nested items that are entries of their own."""
        if not own:
            return unit
        span = slice(unit.block.first, unit.block.end)
        written = self.lines[span]
        for child in own:
            inside = range(child.block.first, child.block.end)
            self.lines[inside.start : inside.stop] = [""] * len(inside)
        gone = {id(child.block) for child in own}
        left = units.from_item(unit.block, self.lines, self.references)
        self.lines[span] = written
        left.block = replace(
            unit.block,
            children=[
                replace(
                    block,
                    children=[one for one in block.children if id(one) not in gone],
                )
                if block.is_list
                else block
                for block in unit.block.children
            ],
        )
        left.last_line = min(child.block.first for child in own)
        return left

    def keep(self, unit: Unit, path: Path) -> None:
        headings = tuple(name for _, name, _ in self.open)
        place = entries.Place(self.kind, headings, path, len(self.entries) + 1)
        entry, remarks = entries.read(unit, place)
        self.entries.append(entry)
        self.warnings += remarks
