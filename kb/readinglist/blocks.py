"""The block structure of a list, from markdown-it's raw tokens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from kb.readinglist.commonmark import MARKDOWN

_TAB = 4
Offsets = dict[tuple[int, int], int]


@dataclass(slots=True)
class Block:
    """A block and the lines it stands on: from `first` to before `end`, from 0.

    `offset` is the column at which the content of a list item begins.
    """

    kind: str
    first: int
    end: int
    level: int = 0
    setext: bool = False
    offset: int = 0
    content: str = ""
    children: list["Block"] = field(default_factory=list)

    @property
    def is_list(self) -> bool:
        """Whether the children are list items."""
        return self.kind in {"bullet_list", "ordered_list"}

    def contents(self) -> Iterator[str]:
        """Yield the Markdown of every heading and paragraph inside, in order."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            if block.content:
                yield block.content
            waiting.extend(reversed(block.children))


def read(text: str) -> tuple[list[Block], dict[str, Any]]:
    """Return the top blocks of `text`, and its link reference definitions."""
    environment: dict[str, Any] = {"offsets": {}}
    tokens: list[Token] = []
    MARKDOWN.block.parse(text, MARKDOWN, environment, tokens)
    root = Block("root", 0, 0)
    _build(root, tokens, environment["offsets"])
    return root.children, environment.get("references", {})


def dedented(lines: list[str], block: Block, columns: int) -> str:
    """Return the source of a block that stands `columns` to the right."""
    cut = [
        _cut(line, columns, len(line) - len(line.lstrip(" \t")))
        for line in lines[block.first : block.end]
    ]
    return "\n".join(cut).rstrip()


def item_text(lines: list[str], item: Block) -> str:
    """Return the source of a list item without its marker, at the margin."""
    first = lines[item.first]
    rest = Block("rest", item.first + 1, item.end)
    after_marker = _cut(first, item.offset, len(first))
    return f"{after_marker}\n{dedented(lines, rest, item.offset)}".rstrip()


def _cut(line: str, columns: int, stop: int) -> str:
    """Remove `columns` from the left, but nothing from `stop` on."""
    if not line.strip(" \t"):
        return ""
    column = 0
    for position in range(stop):
        if column >= columns:
            return " " * (column - columns) + line[position:]
        column += _TAB - column % _TAB if line[position] == "\t" else 1
    return " " * (column - columns) + line[stop:]


def _build(root: Block, tokens: list[Token], offsets: Offsets) -> None:
    open_blocks = [root]
    for token in tokens:
        if token.nesting < 0:
            open_blocks.pop()
        elif token.type == "inline":
            open_blocks[-1].content = token.content
        else:
            block = _block(token, offsets)
            open_blocks[-1].children.append(block)
            if token.nesting > 0:
                open_blocks.append(block)


def _block(token: Token, offsets: Offsets) -> Block:
    first, end = token.map or (0, 0)
    block = Block(token.type.removesuffix("_open"), first, end)
    if block.kind == "heading":
        block.level = int(token.tag[1:])
        block.setext = token.markup in {"=", "-"}
    elif block.kind == "list_item":
        inside = token.level + 1
        below = offsets.get((first + 1, inside), 0)  # `-` alone on its line
        block.offset = offsets.get((first, inside), below)
    return block
