"""The texts of an entry with what is noted of them painted in, and its threads sorted.

Where a text was rendered anew since its notes were placed, they are found again for
the page; whoever writes a note on it next has that kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.models.annotations import Where
from kb.ops.annotations.texts import abstract_html, summary_html
from kb.text.anchors import Anchor, Edit, Span, painted, plain
from kb.web import margin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.contrib.auth.models import User

    from kb.models import Entry, Paper, Summary
    from kb.web.margin import Thread

PLAIN = "noted"  # the class of a mark that means nothing in particular

_TURN = re.compile(r'(<a\b)|(</a>)|<mark[^>]* id="quote-([0-9]+)">')


@dataclass(slots=True)
class Text:
    """One of an entry's texts, as it is shown."""

    where: str
    html: str

    @property
    def stamp(self) -> str:
        """What tells a page that it has another state of it."""
        return f"{crc32(self.html.encode()):x}"


@dataclass(slots=True)
class Sorted:
    """The texts of a page, and the threads by where they are shown there."""

    texts: dict[str, Text]
    beside: list[Thread] = field(default_factory=list)  # the texts, in their order
    orphaned: list[Thread] = field(default_factory=list)
    elsewhere: list[Thread] = field(default_factory=list)  # of a text not on the page
    whole: list[Thread] = field(default_factory=list)  # of the entry
    count: int = 0


def of_page(
    entry: Entry, summary: Summary | None, paper: Paper | None, user: User
) -> Sorted:
    """Return what a member sees of an entry's texts and notes on its page."""
    shown, kept = on_page(summary, paper)
    every = {row.language for row in entry.summaries.all()} | shown.keys()
    page = Sorted({where: Text(where, html) for where, html in shown.items()})
    for thread in margin.threads(entry, user):
        place(page, thread, every)
        page.count += sum(not note.row.deleted_at for note in thread.notes)
    page.beside.sort(key=lambda one: (list(shown).index(one.row.where), one.place))
    for where, text in page.texts.items():
        about = [thread for thread in page.beside if thread.row.where == where]
        text.html = with_marks(kept[where], text.html, about)
    return page


def on_page(
    summary: Summary | None, paper: Paper | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the HTML of the texts of a page by where they are, shown and as kept."""
    shown, kept = {}, {}
    if summary:
        shown[summary.language] = summary_html(summary)
        kept[summary.language] = summary.html
    if paper and paper.abstract:
        shown[Where.ABSTRACT.value] = abstract_html(paper.abstract)
    return shown, {**shown, **kept}


def place(page: Sorted, thread: Thread, every: Iterable[str]) -> None:
    """Put a thread where the page shows it."""
    row = thread.row
    if row.where == Where.ENTRY:
        page.whole.append(thread)
    elif row.orphaned_at or row.where not in every:
        page.orphaned.append(thread)
    elif row.where in page.texts:
        page.beside.append(thread)
    else:
        page.elsewhere.append(thread)


# --- Painting -----------------------------------------------------------------


def with_marks(kept: str, shown: str, threads: Sequence[Thread]) -> str:
    """Return a text with its threads marked, each mark with a way to its thread."""
    if not threads:
        return shown
    edit = Edit(plain(kept), plain(shown)) if kept != shown else None
    spans = [span for thread in threads for span in span_of(thread, edit)]
    return with_links(painted(shown, spans), threads)


def span_of(thread: Thread, edit: Edit | None) -> Iterator[Span]:
    """Yield what to mark for a thread, if it is there."""
    row = thread.row
    kind = f"{row.meaning or PLAIN}{' resolved' if row.resolved_at else ''}"
    start, end = row.start or 0, row.end or 0
    anchor = Anchor(row.exact, row.prefix, row.suffix, start, end)
    if place := edit.moved(anchor) if edit else anchor:
        yield Span(place.start, place.end, row.id, kind)


def with_links(html: str, threads: Sequence[Thread]) -> str:
    """Return a painted text with a link to its thread where each mark begins.

    A mark within a link gets its own after that link: one cannot be in another.
    """
    links = dict(links_to(threads))
    inside, waiting = 0, list[str]()

    def turn(found: re.Match[str]) -> str:
        nonlocal inside
        opens, closes, note = found.groups()
        inside += bool(opens) - bool(closes)
        if note and inside:
            waiting.append(links[note])
        elif note:
            return found[0] + links[note]
        elif closes:
            held = "".join(waiting)
            waiting.clear()
            return found[0] + held
        return found[0]

    return _TURN.sub(turn, html)


def links_to(threads: Iterable[Thread]) -> Iterator[tuple[str, str]]:
    """Yield a link to each thread, by its key; they count nothing in the text."""
    by, deleted, language = _("Note by %(who)s"), _("Deleted note"), get_language()
    for thread in threads:
        row = thread.row
        told = deleted if row.deleted_at else by % {"who": row.who}
        told = f"{told}: {thread.meaning}" if thread.meaning else told
        yield (
            str(row.id),
            format_html(
                '<a class="to-note" href="#note-{}" lang="{}" data-aside>{}</a>',
                *(row.id, language, told),
            ),
        )
