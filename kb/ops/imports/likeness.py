"""What a list adds that the library may have already, under nearly the same title."""

from collections.abc import Iterable

from kb.ops import duplicates
from kb.ops.imports.identity import title_of
from kb.ops.imports.report import Likeness, Report
from kb.ops.imports.said import Said


def tell(added: Iterable[Said], report: Report) -> None:
    """Report what is like an entry of those to be `added`, before they are entries."""
    items = [(words.item.source_lines[0], title_of(words.item)) for words in added]
    entries = duplicates.likely(title for _, title in items)
    report.duplicates += [
        Likeness(line, title, entry.pk, entry.title)
        for line, title in items
        for entry in entries.get(title, ())
    ]
