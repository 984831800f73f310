"""A list with some of its entries changed, and every other line as it was.

Each change is made in the smallest way there is, then the whole is read once and
compared: only what does not say what it should is written in a coarser way, and what
even that does not say is left as it was and told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kb.readinglist import restyling
from kb.readinglist.document import Document, Entry, KindName
from kb.readinglist.outline import Written
from kb.readinglist.parser import parse
from kb.readinglist.restyling import Lines, Sheet
from kb.text import urls

Path = tuple[str, ...]
Says = tuple[KindName, Path, str, str, tuple[tuple[str, str], ...], tuple[str, ...]]


@dataclass(frozen=True)
class Change:
    """An entry of the list, and what it is to say instead; None takes it out."""

    was: Entry
    wanted: Written | None


@dataclass(frozen=True)
class Addition:
    """A new entry of a topic of the list."""

    kind: KindName
    path: Path
    wanted: Written


@dataclass(frozen=True)
class Rewritten:
    """The new text, and the titles of what could not be written into it."""

    text: str
    unsaid: list[str] = field(default_factory=list)


@dataclass
class _Edit:
    """One change on its way into the text; `way` is how coarse it is written."""

    change: Change | Addition
    says: Says | None
    way: int = 0


def rewrite(text: str, changes: Iterable[Change | Addition]) -> Rewritten:
    """Return the text with these changes; without any it is the same."""
    sheet, document = Sheet(text), parse(text)
    edits = [_Edit(one, _says(one)) for one in changes]
    for _ in range(restyling.WAYS):
        new = _composed(sheet, document, edits)
        there = Counter(map(said, parse(new).entries))
        wrong = [edit for edit in edits if edit.says and not there[edit.says]]
        if not wrong:
            break
        for edit in wrong:
            edit.way += 1
    kept = [edit for edit in edits if edit.way < restyling.WAYS]
    new = _composed(sheet, document, kept)
    unsaid = [_title(edit) for edit in edits if edit.way >= restyling.WAYS]
    if Counter(map(said, parse(new).entries)) != _expected(document, kept):
        return Rewritten(text, [_title(edit) for edit in edits])
    return Rewritten(new, unsaid)


def said(entry: Entry) -> Says:
    """Return what an entry says, and where, to compare it."""
    return (
        entry.kind,
        entry.topic_path,
        entry.title,
        entry.canonical_url or "",
        tuple(sorted(entry.summaries.items())),
        tuple(sorted(entry.tags)),
    )


def _says(change: Change | Addition) -> Says | None:
    wanted = change.wanted
    if wanted is None:
        return None
    at = change.was if isinstance(change, Change) else change
    path = at.topic_path if isinstance(at, Entry) else at.path
    address = urls.canonical(wanted.url) if wanted.url else ""
    summaries = tuple(sorted(wanted.summaries.items()))
    return at.kind, path, wanted.title, address, summaries, tuple(sorted(wanted.tags))


def _expected(document: Document, edits: Sequence[_Edit]) -> Counter[Says]:
    """Return what the whole list is to say after these changes."""
    expected = Counter(map(said, document.entries))
    for edit in edits:
        if isinstance(edit.change, Change):
            expected[said(edit.change.was)] -= 1
        if edit.says:
            expected[edit.says] += 1
    return +expected


def _title(edit: _Edit) -> str:
    wanted = edit.change.wanted
    if wanted:
        return wanted.title or wanted.url or ""
    return edit.change.was.title if isinstance(edit.change, Change) else ""


def _composed(sheet: Sheet, document: Document, edits: Sequence[_Edit]) -> str:
    """Return the text with all edits, each written in its way."""
    instead: dict[int, tuple[int, Lines]] = {}
    after: dict[int, Lines] = {}
    last: dict[tuple[KindName, Path], tuple[int, str]] = {}
    for edit in edits:
        change = edit.change
        if isinstance(change, Change):
            first, end = change.was.source_lines
            lines = restyling.changed(sheet, change.was, change.wanted, edit.way)
            instead[first - 1] = end, lines
            continue
        key = change.kind, change.path
        place = restyling.place(sheet, document, *key)
        if place:
            number, like = last.get(key, (place.after, place.like))
            lines = restyling.added(sheet, place, like, change.wanted, edit.way)
            after.setdefault(number, []).extend(lines)
            last[key] = number, lines[-1] if lines else like
    return sheet.composed(instead, after)
