"""The plain form of rendered text: what a quotation is taken from, and counted in.

The rule, which a browser follows over the same document, its text nodes in order:

1. Text counts by code points, as JavaScript's `for (const c of text)` yields them.
2. Spaces (space, tab, line feed, form feed, carriage return; no others) between two
   characters count as one space, however many they are and in whichever elements.
3. Where a block begins or ends between two characters, or a line is broken, that counts
   as one line feed instead, whatever spaces are there: see `BLOCKS`.
4. Before the first character and after the last nothing counts.
5. What the page made up counts nothing: elements with a class of `UNSEEN`, with the
   attribute `data-aside`, and the source of a formula (`annotation`).

A formula counts as the text of its elements, and is marked as a whole or not at all:
a selection that begins or ends within one is best widened to it. `<mark>` counts as
any other element in a line does.
"""

import re
from html import unescape
from typing import NamedTuple

BLOCKS = {
    "p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote",
    "ol", "ul", "li", "section", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
UNSEEN = {"footnote-ref", "footnote-backref"}

SPACES = " \t\n\f\r"
_SPACE = r" \t\n\f\r"
_PART = re.compile(
    rf"""
    < (?P<closes>/?) (?P<name>[a-z][a-z0-9-]*) \b
      (?P<attributes> [^<>"]* (?:"[^"]*"[^<>"]*)* ) >
    | (?P<space>[{_SPACE}]+)
    | (?P<entity>&\#?[0-9a-zA-Z]+;)
    | [^<&{_SPACE}]+ (?:[ ][^<&{_SPACE}]+)*
    | [<&]
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CLASS = re.compile(r'\bclass="([^"]*)"')
_SOURCES = {"annotation", "annotation-xml"}


class Part(NamedTuple):
    """A piece of the HTML, and what of it counts, from which place on.

    Parts with the same `whole`, when it is not 0, belong together.
    """

    html: str
    start: int
    said: str = ""
    whole: int = 0

    @property
    def end(self) -> int:
        """The place after it."""
        return self.start + len(self.said)


def plain(html: str) -> str:
    r"""Return the plain form of HTML that the renderer made.

    >>> plain("<p>大<em>模型</em>  &lt;\n1</p>\n<ul>\n<li>a</li>\n</ul>")
    '大模型 < 1\na'
    """
    said: list[str] = []
    length = 0
    for part in parts(html):
        if part.said:
            said += ["\n"] * (part.start - length) + [part.said]
            length = part.end
    return "".join(said)


def parts(html: str) -> list[Part]:
    """Return all of the HTML in pieces, each with its place in the plain form."""
    reader = _Reader()
    for match in _PART.finditer(html):
        reader.read(match)
    return reader.parts


class _Reader:
    """Reads one piece after the other."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._length = 0
        self._space: int | None = None  # which part is a space that may count
        self._line = False  # whether a line ends before what comes next
        self._formulas = 0  # begun so far
        self._math = 0  # elements inside each other
        self._unseen = ""  # the element that does not count
        self._depth = 0  # and how many of its name are inside each other

    def read(self, match: re.Match[str]) -> None:
        """Take the next piece."""
        html = match[0]
        said = unescape(html) if match["entity"] else html
        if match["name"]:
            self._tag(match)
        elif self._unseen:
            self._keep(html)
        elif match["space"] or said.strip(SPACES) == "":
            self._space = len(self.parts) if self._space is None else self._space
            self._keep(html)
        else:
            self._text(html, said)

    def _text(self, html: str, said: str) -> None:
        if self._length and self._line:
            self._length += 1
        elif self._length and self._space is not None:
            space = self.parts[self._space]
            counted = space._replace(start=self._length, said=" ")
            self.parts[self._space] = counted
            self._length += 1
        self._line, self._space = False, None
        self._keep(html, said)
        self._length += len(said)

    def _tag(self, match: re.Match[str]) -> None:
        name, closes = match["name"].lower(), bool(match["closes"])
        step = -1 if closes else 1
        if self._unseen:
            self._depth += step * (name == self._unseen)
            self._unseen = self._unseen if self._depth else ""
        elif not closes and _made_up(name, match["attributes"]):
            self._unseen, self._depth = name, 1
        elif name in BLOCKS:
            self._line, self._space = True, None
        elif name == "math" and not closes:
            self._formulas += not self._math
            self._math += 1
        self._keep(match[0])
        if name == "math" and closes and not self._unseen:
            self._math = max(0, self._math - 1)

    def _keep(self, html: str, said: str = "") -> None:
        formula = self._formulas if self._math else 0
        self.parts.append(Part(html, self._length, said, formula))


def _made_up(name: str, attributes: str) -> bool:
    """Whether the page put it there, and no writer."""
    if name in _SOURCES or "data-aside" in attributes:
        return True
    classes = _CLASS.search(attributes)
    return classes is not None and not UNSEEN.isdisjoint(classes[1].split())
