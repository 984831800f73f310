"""HTML in a list, as the same pieces that Markdown is read in.

Links, bold and italics become Markdown again, so that a row or paragraph of HTML is
read by the rules of any other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = {
    *("p", "div", "li", "ul", "ol", "table", "thead", "tbody", "dl", "dt", "dd"),
    *("details", "summary", "blockquote", "section", "center", "hr", "pre"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_MOST = 100_000  # characters of a block; what is longer is no list
_UNREAD = {"script", "style", "svg"}


@dataclass
class Piece:
    """A heading (with a `level`), a row (with `cells`) or a paragraph of HTML.

    `line` and `last_line` count from 1; a row of `th` alone `is_head` of its table.
    """

    line: int
    last_line: int = 0
    level: int = 0
    content: str = ""
    cells: list[str] | None = None
    is_head: bool = False


@dataclass
class _Link:
    href: str
    begins: int


@dataclass
class _State:
    text: list[str] = field(default_factory=list)
    link: _Link | None = None
    row: Piece | None = None
    level: int = 0
    line: int = 1
    unread: int = 0


class Markup(HTMLParser):
    """All the HTML of a list, which blank lines cut into several blocks."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        super().__init__(convert_charrefs=True)
        self.state, self.found = _State(), list[Piece]()

    def pieces(self, html: str, first: int) -> Iterator[Piece]:
        """Yield the pieces of a block that begins on line `first` (from 1)."""
        self.lineno, self.offset = first, 0
        self.state.line = first
        if len(html) <= _MOST:
            self.feed(html)
        self.rawdata = ""  # a tag that was cut off
        if not self.state.row:
            self.flush()
        found, self.found = self.found, []
        yield from found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, a cell, a link or emphasis."""
        state = self.state
        if tag in _UNREAD:
            state.unread += 1
        elif tag == "tr":
            self.end_row()
            self.flush()
            state.row = Piece(self.lineno, cells=[], is_head=True)
        elif tag in {"td", "th"} and state.row:
            self.end_cell()
            state.text, state.row.is_head = [""], state.row.is_head and tag == "th"
        elif tag == "a":
            self.end_link()
            state.link = _Link(dict(attrs).get("href") or "", len(state.text))
        elif tag == "br":
            state.text.append("\n")
        elif tag in _MARKS:
            state.text.append(_MARKS[tag])
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.between()
            state.level = _HEADINGS.get(tag, 0)

    def handle_endtag(self, tag: str) -> None:
        """Close it again; what was never opened is no harm."""
        state = self.state
        if tag in _UNREAD:
            state.unread = max(0, state.unread - 1)
        elif tag in {"td", "th"}:
            self.end_cell()
        elif tag in {"tr", "table"}:
            self.end_row()
        elif tag == "a":
            self.end_link()
        elif tag in _MARKS:
            state.text.append(_MARKS[tag])
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.between()
            state.level = 0

    def handle_data(self, data: str) -> None:
        """Take text as it is."""
        if not self.state.unread:
            self.state.text.append(data)

    def end_link(self) -> None:
        """Write a link as Markdown does."""
        link, self.state.link = self.state.link, None
        if link and link.href:
            text = self.state.text
            label = " ".join("".join(text[link.begins :]).split())
            href = "".join(link.href.split()).replace("<", "%3C").replace(">", "%3E")
            text[link.begins :] = [f"[{label}](<{href}>)"]

    def between(self) -> None:
        """Part what stands before a block from what stands in it."""
        if self.state.row:
            self.state.text.append(" ")
        else:
            self.flush()

    def flush(self) -> None:
        """End a paragraph or heading."""
        self.end_link()
        state = self.state
        content = "".join(state.text).strip()
        state.text = []
        if content:
            piece = Piece(state.line, self.lineno, state.level, content)
            self.found.append(piece)
        state.line = self.lineno

    def end_cell(self) -> None:
        """End a cell, if one is open."""
        self.end_link()
        row = self.state.row
        if row and row.cells is not None and self.state.text:
            row.cells.append("".join(self.state.text).strip())
            self.state.text = []

    def end_row(self) -> None:
        """End a row, if one is open."""
        self.end_cell()
        row, self.state.row = self.state.row, None
        if row and row.cells:
            row.last_line = self.lineno
            self.found.append(row)
        self.state.line = self.lineno
