"""Entries in the style of the list they stand in: its bullets, separators, columns."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from kb.readinglist import forms, tables
from kb.readinglist.document import Document, Entry, KindName, Topic
from kb.readinglist.outline import Written

WAYS = 2  # the smallest change, and the item anew

Lines = list[str]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_END = re.compile(r"[\r\n]*\Z")
_MARKER = re.compile(
    r"(?P<indent>[ \t]*)(?P<mark>[-*+]|(?P<number>\d+)[.)])(?P<gap>[ \t]+)"
)
_CLOSING = re.compile(r"[)\]>*_`]*")
_WORDS = re.compile(r"[^\W_]|\n")
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")


class Place(NamedTuple):
    """Where a new entry goes: behind a line (counted from 1), as the one there is."""

    after: int
    like: str
    sibling: Entry | None = None
    style: Entry | None = None  # the nearest that has all that a new one may have


class Sheet:
    """A text as its lines, each with the end that it has."""

    def __init__(self, text: str) -> None:
        """Find out which line end is the usual one."""
        self.lines: Lines = _LINE.findall(text)
        ends = Counter(_END.findall(line)[0] for line in self.lines)
        ends.pop("", None)
        self.end = ends.most_common(1)[0][0] if ends else "\n"

    def line(self, number: int) -> str:
        """Return a line, counted from 1, without its end."""
        return self.lines[number - 1].rstrip("\r\n")

    def block(self, first: int, last: int) -> str:
        """Return lines as one text with Unix ends."""
        return "\n".join(map(self.line, range(first, last + 1)))

    def composed(
        self, instead: Mapping[int, tuple[int, Lines]], after: Mapping[int, Lines]
    ) -> str:
        """Return the text with some lines replaced, and some behind others."""
        pieces: Lines = []
        number = 0
        while number < len(self.lines):
            if number in instead:
                end, lines = instead[number]
                pieces += self.ended(lines, last=self.lines[end - 1])
                number = end
            else:
                pieces.append(self.lines[number])
                number += 1
            if number in after:
                if pieces and not _END.findall(pieces[-1])[0]:
                    pieces[-1] += self.end
                pieces += [f"{line}{self.end}" for line in after[number]]
        return "".join(pieces)

    def ended(self, lines: Lines, last: str) -> Lines:
        """Return lines with ends; the last has that of the line it stands for."""
        ends = [*[self.end] * (len(lines) - 1), _END.findall(last)[0]]
        return [f"{line}{end}" for line, end in zip(lines, ends, strict=False)]


# --- What changes ---------------------------------------------------------------


def changed(sheet: Sheet, was: Entry, wanted: Written | None, way: int) -> Lines:
    """Return the lines of an entry that says something else now, or nothing."""
    if wanted is None:
        return []
    block = sheet.block(*was.source_lines)
    if way == 0 and (new := _mended(block, was, wanted)) is not None:
        return new.split("\n")
    if was.syntax == "row":
        return _row(sheet, was.source_lines[0], wanted, keep=True)
    return _item(sheet.line(was.source_lines[0]), wanted)


def _mended(block: str, was: Entry, wanted: Written) -> str | None:
    """Return the text with the words that changed exchanged, None if it lacks them.

    A text that stands there twice tells not which of the two it is.
    """
    if set(was.tags) != set(wanted.tags):
        return None
    pairs = [(was.title, wanted.title)]
    if was.url and wanted.url:
        pairs.append((was.url, wanted.url))
    before: dict[str, str] = {str(key): body for key, body in was.summaries.items()}
    pairs += [
        (before.get(key, ""), wanted.summaries.get(key, ""))
        for key in {**before, **wanted.summaries}
    ]
    for old, new in pairs:
        if old == new:
            continue
        if not old and new and "\n" not in block + new and was.syntax != "row":
            block = f"{block.rstrip()}, {new}"
        elif old and block.count(old) == 1 and "\n" not in old + new:
            block = block.replace(old, new)
        else:
            return None
    return block


def _item(first: str, wanted: Written) -> Lines:
    """Return a list item anew, behind the marker that it has."""
    marker = _MARKER.match(first)
    lines = forms.entry(wanted)
    if not marker:
        return [lines[0].removeprefix("- "), *lines[1:]]
    head = marker[0]
    width = " " * len(head)
    inner = (f"{width}{line[2:]}" if line.strip() else "" for line in lines[1:])
    return [head + lines[0].removeprefix("- "), *inner]


# --- What is added --------------------------------------------------------------


def place(
    sheet: Sheet, document: Document, kind: KindName, path: tuple[str, ...]
) -> Place | None:
    """Return where the next entry of a topic goes, None for a topic not there."""
    here = [e for e in document.entries if (e.kind, e.topic_path) == (kind, path)]
    if here:
        sibling = max(here, key=lambda entry: entry.source_lines[1])
        first, last = sibling.source_lines
        whole = [one for one in here if one.url and one.summary and one.title]
        style = max(whole, key=lambda entry: entry.source_lines, default=sibling)
        return Place(last, sheet.line(first), sibling, style)
    topic = next((t for t in document.topics if (t.kind, t.path) == (kind, path)), None)
    return _empty(sheet, document, topic) if topic else None


def _empty(sheet: Sheet, document: Document, topic: Topic) -> Place:
    """Return the place of a topic's first entry: behind what is said of it."""
    if topic.source == "bullet":
        marker = _MARKER.match(sheet.line(topic.line))
        indent = " " * len(marker[0]) if marker else "  "
        return Place(topic.line, f"{indent}- ")
    starts = [one.line for one in document.topics]
    starts += [one.line for one in document.kinds]
    end = min(
        (line for line in starts if line > topic.line), default=len(sheet.lines) + 1
    )
    last = end - 1
    while last > topic.line and not sheet.line(last).strip():
        last -= 1
    return Place(last, "")


def added(sheet: Sheet, place: Place, like: str, wanted: Written, way: int) -> Lines:
    """Return the lines of a new entry, in the style of the one before it."""
    sibling = place.sibling
    if sibling and sibling.syntax == "row":
        return _row(sheet, sibling.source_lines[0], wanted, keep=False)
    first = _next(like) if like else "- "
    style = place.style
    if (
        way == 0
        and style
        and (line := _alike(sheet.block(*style.source_lines), style, first, wanted))
    ):
        return [line]
    return ([] if like else [""]) + _item(first, wanted)


def _next(like: str) -> str:
    """Return the marker of the item behind this one, with the next number."""
    marker = _MARKER.match(like)
    if not marker:
        return "- "
    if marker["number"]:
        number = int(marker["number"])
        return marker[0].replace(str(number), str(number + 1), 1)
    return marker[0]


def _alike(block: str, sibling: Entry, first: str, wanted: Written) -> str | None:
    """Return a new item with the marks around title, address and summary of another.

    None where it has words between them, or not all of them.
    """
    marker = _MARKER.match(block)
    rest = block[marker.end() :] if marker else block
    before, _, rest = rest.partition(sibling.title or "\n")
    between, _, rest = rest.partition(sibling.url or "\n")
    behind = rest.partition(sibling.summary)[0] if sibling.summary else rest
    closing = _CLOSING.match(behind)
    closed = closing[0] if closing else ""
    if _WORDS.search(before + between + (behind if sibling.summary else "")):
        return None
    item = f"{first}{before}{wanted.title}{between}{wanted.url}"
    summary = " ".join(wanted.summaries.values())
    if not summary:
        return item + closed
    apart = behind.removeprefix(closed) if sibling.summary else ""
    return f"{item}{closed}{apart or ', '}{summary}"


def _row(sheet: Sheet, number: int, wanted: Written, *, keep: bool) -> Lines:
    """Return a row of the table that a row stands in; with `keep`, the same one."""
    top = number
    while top > 1 and not _RULE.fullmatch(sheet.line(top)):
        top -= 1
    head = _cells(sheet.line(top - 1)) if top > 1 else []
    known = tables.roles(head)
    line = sheet.line(number)
    cells = _cells(line) if keep else [""] * len(_cells(line))
    at = known.get("title", known.get("name"))
    if at is None or at >= len(cells):
        return [line] if keep else []
    cells[at] = f"[{_safe(wanted.title)}]({wanted.url})"
    note = known.get("note")
    if note is not None and note < len(cells):
        said = "\n\n".join(wanted.summaries.values())
        cells[note] = _safe(said).replace("\n", "<br>")
    row = " | ".join(cells)
    opens, closes = line.lstrip().startswith("|"), line.rstrip().endswith("|")
    return [f"{'| ' * opens}{row}{' |' * closes}"]


def _cells(line: str) -> Lines:
    inner = line.strip()
    inner = inner.removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip() for cell in _CELL.split(inner)]


def _safe(text: str) -> str:
    return text.replace("|", "\\|")
