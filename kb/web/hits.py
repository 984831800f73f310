"""Found entries, read for their rows, with the words that were asked for marked.

Read as plain values, not as models: these make half the time of the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _

from kb.models import Annotation, Entry, Filing, Summary, TaggedEntry, Topic
from kb.models.entries import EntryQuerySet
from kb.search import marks
from kb.search.documents import COLUMNS, Row
from kb.search.find import Found, words_in
from kb.search.marks import Fragment
from kb.search.query import Asked
from kb.text.language import language
from kb.text.visible import visible
from kb.web.facets import steps
from kb.web.news import News, news

BETWEEN = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "  # names of topics


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at results, for what, and in which language they read.

    With `typing` the last word may be the beginning of one. What is news is so `now`.
    """

    user: User | AnonymousUser
    asked: Asked
    language: str
    now: datetime
    typing: bool = False


class Named(NamedTuple):
    """A topic, with the names of those above it, or a tag; "" for no page of it."""

    name: str
    href: str


class Text(NamedTuple):
    """Something that an entry says, and what that is called."""

    where: str
    language: str
    text: str


class Around(NamedTuple):
    """What hangs on the entries of a page, by their keys."""

    topics: dict[int, list[Named]]
    tags: dict[int, list[Named]]
    summaries: dict[int, list[Text]]
    notes: dict[int, list[Text]]
    news: dict[int, list[News]]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a text that answers, and which text it is, "" for the beginning."""

    where: str
    language: str
    part: marks.Excerpt


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of the results."""

    entry: Row
    title: list[Fragment]
    excerpt: Excerpt | None
    topics: list[Named]
    tags: list[Named]
    news: list[News]

    @property
    def href(self) -> str:
        """Where its page is."""
        return at("entry", self.entry.id)

    @property
    def authors(self) -> list[str]:
        """The names of who wrote it."""
        if self.entry.authors is not None:
            return [author["name"] for author in self.entry.authors]
        return [self.entry.author] if self.entry.author else []

    @property
    def year(self) -> int | None:
        """The year it appeared."""
        appeared = self.entry.published_at or self.entry.published_on
        return appeared.year if appeared else None


def hits(found: Found, looking: Looking, topics: Mapping[str, Topic]) -> list[Hit]:
    """Return the rows of what was found, in that order: six queries.

    The index may be a second behind: what may not be seen any more is left out.
    """
    looking = replace(looking, typing=found.typing)
    kept = shown(looking.user).filter(pk__in=found.ids).order_by()
    rows = {row[0]: Row._make(row) for row in kept.values_list(*COLUMNS)}
    around = read(list(rows), looking, topics)
    return [hit(rows[pk], around, looking) for pk in found.ids if pk in rows]


def shown(user: User | AnonymousUser) -> EntryQuerySet[Entry]:
    """Return what somebody may be shown: the inbox is the team's own."""
    if user.is_authenticated:
        return Entry.objects.in_use()
    return Entry.objects.listed()


# --- Reading ------------------------------------------------------------------------


def read(ids: Sequence[int], looking: Looking, topics: Mapping[str, Topic]) -> Around:
    """Return what hangs on entries; of notes, what the reader may see."""
    filed = Filing.objects.filter(entry__in=ids).values_list("entry", "topic__path")
    tagged = TaggedEntry.objects.filter(content_object__in=ids).order_by("pk")
    tags = tagged.values_list("content_object", "tag__name", "tag__slug")
    written = Summary.objects.filter(entry__in=ids).order_by("-language")
    summaries = written.values_list("entry", "language", "html")
    noted = Annotation.objects.visible_to(looking.user).filter(entry__in=ids)
    notes = noted.exclude(html="").values_list("entry", "html")
    summary, note = _("Summary"), _("Note")
    return Around(
        by_entry((pk, trail(topics, path)) for pk, path in filed),
        by_entry((pk, Named(name, at("tag", slug))) for pk, name, slug in tags),
        by_entry(
            (pk, Text(summary, code, visible(html))) for pk, code, html in summaries
        ),
        by_entry((pk, Text(note, "", visible(html))) for pk, html in notes),
        news(ids, looking.now),
    )


def by_entry(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    """Return what belongs to each entry, in the order given."""
    found: dict[int, list[Any]] = defaultdict(list)
    for pk, value in rows:
        found[pk].append(value)
    return found


def trail(topics: Mapping[str, Topic], path: str) -> Named:
    """Return a topic, named with those above it."""
    line = map(topics.get, steps(path))
    names = BETWEEN.join(str(topic) for topic in line if topic)
    return Named(names, at("topic", topics[path].address) if path in topics else "")


@lru_cache(maxsize=10_000)  # which costs more than all else in a row
def at(name: str, part: str | int) -> str:
    """Return the address of a topic's, a tag's or an entry's page, "" for no part."""
    return reverse(f"kb:{name}", args=[part]) if part else ""


# --- Where the words are ------------------------------------------------------------


def hit(row: Row, around: Around, looking: Looking) -> Hit:
    """Return the row of one entry."""
    return Hit(
        row,
        marks.marked(row.title, looking.asked, typing=looking.typing),
        excerpt(row, around, looking),
        around.topics.get(row.id, []),
        around.tags.get(row.id, []),
        around.news.get(row.id, []),
    )


def excerpt(row: Row, around: Around, looking: Looking) -> Excerpt | None:
    """Return a part of the first text that holds most of what was asked for.

    Where only the title does, the beginning of what the entry says first.
    """
    wanted = sum(1 for part in looking.asked.parts for _word in words_in(part.node))
    best, most = None, 0
    for said in texts(row, around, looking.language):
        part = marks.excerpt(said.text, looking.asked, typing=looking.typing)
        different = different_marks(part)
        if part and different > most:
            code = said.language or language(said.text)
            best, most = Excerpt(said.where, code, part), different
        if most >= max(wanted, 1):
            break
    return best or beginning(row, around, looking)


def different_marks(part: marks.Excerpt | None) -> int:
    """Return how many different words are marked."""
    fragments = part.fragments if part else ()
    return len({piece.text.casefold() for piece in fragments if piece.marked})


def texts(row: Row, around: Around, reading_language: str) -> Iterator[Text]:
    """Yield what an entry says besides its title, that is not empty.

    The summary in the reader's language comes first.
    """
    summaries = around.summaries.get(row.id, [])
    yield from sorted(summaries, key=lambda one: one.language != reading_language)
    if row.abstract:
        yield Text(_("Abstract"), "", row.abstract)
    yield from around.notes.get(row.id, [])
    others = {
        _("Authors"): ", ".join(author["name"] for author in row.authors or ()),
        _("Author"): row.author,
        _("Site"): row.site,
        _("Authors\N{RIGHT SINGLE QUOTATION MARK} comment"): row.comment,
        _("Published in"): row.journal_ref,
        _("Title at arXiv"): row.arxiv_title,
    }
    for where, text in others.items():
        if text:
            yield Text(where, "", text)


def beginning(row: Row, around: Around, looking: Looking) -> Excerpt | None:
    """Return how the first text of an entry begins, without marks."""
    said = next(texts(row, around, looking.language), None)
    if not said:
        return None
    start = said.text[: marks.WIDTH]
    part = marks.Excerpt(
        [Fragment(start, marked=False)], before=False, after=start != said.text
    )
    return Excerpt("", said.language or language(start), part)
