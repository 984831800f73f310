"""What somebody chose of a list: the topic it goes under, and what is left out.

A list remembers it: its next import leaves the same out, and it is handed back with
the lines of what was left out as they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.models import ReadingList, Topic
from kb.ops.imports.identity import key_of
from kb.ops.imports.report import LEFT_OUT, Report, Row
from kb.readinglist.document import Entry as Item


@dataclass(frozen=True)
class Choice:
    """A topic, None for the top of the tree, and the keys of items (`key_of`)."""

    under: Topic | None = None
    left_out: frozenset[str] = frozenset()


def choose(reading_list: ReadingList, choice: Choice | None) -> bool:
    """Note a choice on its list, and say whether it is another one than before."""
    if choice is None or choice == made(reading_list):
        return False
    reading_list.under = choice.under
    reading_list.left_out = sorted(choice.left_out)
    return True


def made(reading_list: ReadingList) -> Choice:
    """Return what was chosen of a list when it last was imported."""
    return Choice(reading_list.under, frozenset(reading_list.left_out))


def chosen(
    items: Iterable[Item], reading_list: ReadingList, report: Report
) -> list[Item]:
    """Return the items that are wanted; report the others as left out."""
    left_out, wanted = set(reading_list.left_out), []
    for item in items:
        key = key_of(item)
        if key in left_out:
            line = item.source_lines[0]
            report.rows.append(Row(line, item.title or key, LEFT_OUT, key=key))
        else:
            wanted.append(item)
    return wanted
