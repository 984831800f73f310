"""Tables: which column holds what, and each row as a unit."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kb.readinglist import directives, inline, labels, venues
from kb.readinglist.blocks import Block
from kb.readinglist.units import Unit
from kb.readinglist.venues import Facts

# The column of each role is the first whose head has one of its words; so is the best
# word of a role the first.
_ROLES = {
    "title": "title|标题|题目|论文名|paper name|papers?|论文|article|publication",
    "name": "names?|名称|名字|models?|模型|methods?|方法|works?|benchmark|dataset",
    "authors": "authors?|作者",
    "venue": "venue|conference|journal|published|publication|会议|期刊|发表",
    "year": "year|date|time|released?|年份|日期|时间",
    "note": "summary|notes?|tl;?dr|abstract|description|comments?|简介|摘要|备注|笔记",
}
_WORDS = {
    role: [
        re.compile(rf"(?<![a-z]){word}(?![a-z])", re.IGNORECASE)
        for word in words.split("|")
    ]
    for role, words in _ROLES.items()
}
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SHARE = 0.5  # of a cell's words, for its link or bold words to be all of the title

Cells = Sequence[str]


def rows(table: Block) -> tuple[Cells, list[Block]]:
    """Return the cells of the head, and the rows below it."""
    head: Cells = ()
    body: list[Block] = []
    for part in table.children:
        for row in part.children:
            if part.kind == "thead":
                head = cells(row)
            else:
                body.append(row)
    return head, body


def cells(row: Block) -> Cells:
    """Return the Markdown of each cell."""
    return [cell.content for cell in row.children]


def roles(head: Cells) -> dict[str, int]:
    """Return the column of each role that the head names."""
    found: dict[str, int] = {}
    names = [inline.plain(cell) for cell in head]
    for role, words in _WORDS.items():
        columns = (
            column
            for word in words
            for column, name in enumerate(names)
            if column not in found.values() and word.search(name)
        )
        if (column := next(columns, None)) is not None:
            found[role] = column
    return found


def units(table: Block, references: dict[str, Any]) -> Iterator[Unit]:
    """Yield each row that has a link, as a unit."""
    head, body = rows(table)
    known = roles(head)
    for row in body:
        if unit := from_cells(cells(row), known, row, references):
            yield unit


def from_cells(
    written: Cells, known: dict[str, int], block: Block, references: dict[str, Any]
) -> Unit | None:
    """Return a row as a unit, its title first; None for one without any link."""
    said = {role: written[at] for role, at in known.items() if at < len(written)}
    first = [known[role] for role in ("title", "name") if role in said]
    order = [*first, *(at for at in range(len(written)) if at not in first)]
    unit = Unit(
        block=block,
        head=" \n".join(written[at] for at in order),
        rest="",
        line=block.first + 1,
        last_line=max(block.end, block.first + 1),
        taken=directives.Taken(""),
        sections=[],
        references=references,
    )
    if not unit.inline.links:
        return None
    unit.given_title, unit.title_source = _titled(said, references)
    unit.note = _BREAK.sub("\n", said.get("note", "")).strip()
    if "title" not in said and "name" not in said:
        unit.note = None
    unit.facts = _facts(said)
    return unit


def _titled(said: dict[str, str], references: dict[str, Any]) -> tuple[str, str]:
    """Return the title that the columns give; a name stands in for a title."""
    found = [
        (_in_cell(said[role], references), role)
        for role in ("title", "name")
        if said.get(role)
    ]
    for text, _ in found:
        if labels.is_full_title(text):
            return text, "row"
    for text, _ in found:
        if labels.is_title(text):
            return text, "row-name"
    return "", "row"


def _in_cell(cell: str, references: dict[str, Any]) -> str:
    """Return the title of a cell: its link or bold words, where they are most of it."""
    whole = inline.plain(cell, references)
    named = [link.label for link in inline.read(cell, references).links]
    for part in [*named, *inline.bold(cell)]:
        if labels.is_full_title(part) and len(part) >= len(whole) * _SHARE:
            return part
    first = _BREAK.split(cell, maxsplit=1)[0]
    generic = next(
        (
            link.start
            for link in inline.read(first, references).links
            if link.bare or not labels.is_title(link.label)
        ),
        len(first),
    )
    return inline.plain(first[:generic].rstrip(" [(,:|-"), references)


def _facts(said: dict[str, str]) -> Facts:
    """Return what columns say of where, when and by whom."""
    venue = inline.plain(said.get("venue", ""))
    when = venues.year(inline.plain(said.get("year", ""))) or venues.year(venue)
    dated = said.get("year", "")[:4]
    if when is None and dated.isdigit():
        when = int(dated)
    listed = venues.authors(inline.plain(said.get("authors", "")))
    return Facts(venue if len(venue) <= 100 else "", when, listed)  # noqa: PLR2004
