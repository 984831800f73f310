"""What an entry is to the index: the one place that says so.

Read in batches with a constant number of queries, as plain rows: a rebuild passes the
whole library through here.
"""

from __future__ import annotations

import hashlib
import marshal
import re
from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from kb.models import (
    Annotation,
    Entry,
    Filing,
    Reading,
    Resource,
    Summary,
    TagAlias,
    TaggedEntry,
    Topic,
)
from kb.models.annotations import Visibility
from kb.models.entries import Status
from kb.models.reading import State
from kb.models.topics import STEP
from kb.search import schema
from kb.text import analyser, forges
from kb.text.language import language
from kb.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

Fields: TypeAlias = dict[str, Any]

YEARLY = 1.02  # the recency boost: one year younger weighs two per cent more
EPOCH = date(2000, 1, 1)
DAYS_IN_A_YEAR = 365.25
UNIX = date(1970, 1, 1)
ARXIV_BEGAN = 91  # ids of later years begin with less
SORTED_BY = 40  # characters of a title that decide its place
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")  # which no query can hold


class Row(NamedTuple):
    """An entry with what it is as a paper or a post; None for what it is not."""

    id: int
    kind: str
    status: str
    title: str
    url: str | None
    added_by: int | None
    added_at: datetime
    arxiv_id: str | None
    arxiv_title: str | None
    doi: str | None
    authors: list[dict[str, Any]] | None
    abstract: str | None
    categories: list[str] | None
    published_at: datetime | None
    withdrawn: bool | None
    comment: str | None
    journal_ref: str | None
    site: str | None
    author: str | None
    published_on: date | None


COLUMNS = (
    *("id", "kind", "status", "title", "url", "added_by", "added_at"),
    *("paper__arxiv_id", "paper__arxiv_title", "paper__doi", "paper__authors"),
    *("paper__abstract", "paper__categories", "paper__published_at"),
    *("paper__withdrawn", "paper__comment", "paper__journal_ref"),
    *("blog__site", "blog__author", "blog__published_on"),
)


class Named(NamedTuple):
    """A topic or tag: its key, and every name it has."""

    id: int
    names: list[str]


class Written(NamedTuple):
    """A summary: its language, its text, its HTML and who wrote it last."""

    language: str
    text: str
    html: str
    by: int | None


class Note(NamedTuple):
    """An annotation."""

    author: int
    text: str
    private: bool


class Mark(NamedTuple):
    """A member's mark on an entry."""

    member: int
    starred: bool
    read: bool


class Linked(NamedTuple):
    """A resource, shown or taken off."""

    url: str
    kind: str
    hidden: bool


class Whole(NamedTuple):
    """An entry with all that hangs on it; its topics include those above them."""

    row: Row
    topics: list[Named]
    tags: list[Named]
    summaries: list[Written]
    notes: list[Note]
    marks: list[Mark]
    resources: list[Linked]

    @property
    def authors(self) -> list[str]:
        """The names of who wrote it, in order."""
        named = [author["name"] for author in self.row.authors or ()]
        every = [*named, *filter(None, [self.row.author])]
        return [CONTROLS.sub(" ", name).strip() for name in every]

    @property
    def titles(self) -> list[str]:
        """Its title, and arXiv's where that is another."""
        return _once([self.row.title, self.row.arxiv_title])

    @property
    def published(self) -> date | None:
        """When it appeared, as far as is known; an arXiv id tells the month."""
        row = self.row
        if row.published_at:
            return row.published_at.date()
        return row.published_on or (month(row.arxiv_id) if row.arxiv_id else None)


def indexed() -> list[int]:
    """Return the keys of all entries that have a document, in order."""
    found = Entry.objects.in_use().order_by("pk")
    return list(found.values_list("pk", flat=True))


def project(ids: Collection[int]) -> dict[int, Fields]:
    """Return the document of each of these entries that search may see, by its key.

    What is missing was deleted or archived. Eight queries, however many entries.
    """
    return {whole.row.id: _document(whole) for whole in _wholes(ids)}


def words(ids: Collection[int]) -> dict[int, Fields]:
    """Return what everyone may find these entries by: five queries.

    Notes and marks, of which there may be hundreds, are not read.
    """
    return {whole.row.id: _words(whole) for whole in _wholes(ids, personal=False)}


# --- Reading ------------------------------------------------------------------


def _wholes(ids: Collection[int], *, personal: bool = True) -> Iterator[Whole]:
    """Read entries with all that hangs on them, or without notes and marks."""
    shown = Entry.objects.filter(pk__in=ids).in_use()
    rows = [Row._make(row) for row in shown.values_list(*COLUMNS)]
    topics, tags, summaries = _topics(ids), _tags(ids), _summaries(ids)
    notes, marks = (_notes(ids), _marks(ids)) if personal else ({}, {})
    resources = _resources(ids)
    for row in rows:
        yield Whole(
            row,
            topics.get(row.id, []),
            tags.get(row.id, []),
            summaries.get(row.id, []),
            notes.get(row.id, []),
            marks.get(row.id, []),
            resources.get(row.id, []),
        )


def _topics(ids: Collection[int]) -> dict[int, list[Named]]:
    """Return the topics entries are under, from the root."""
    rows = Topic.objects.values_list("path", "pk", "name", "name_zh", "name_en")
    tree = {path: Named(key, _once(names)) for path, key, *names in rows}
    filed = Filing.objects.filter(entry__in=ids).values_list("entry_id", "topic__path")
    paths: dict[int, set[str]] = defaultdict(set)
    for entry, path in filed.order_by():
        paths[entry].update(path[:end] for end in range(STEP, len(path) + 1, STEP))
    # A topic may have come between the two queries: its change is still to be read.
    return {
        entry: [tree[path] for path in sorted(of) if path in tree]
        for entry, of in paths.items()
    }


def _tags(ids: Collection[int]) -> dict[int, list[Named]]:
    tagged = TaggedEntry.objects.filter(content_object__in=ids).order_by("tag")
    rows = list(tagged.values_list("content_object", "tag", "tag__name"))
    also: dict[int, list[str]] = defaultdict(list)
    aliases = TagAlias.objects.filter(tag__in={tag for _, tag, _ in rows})
    for tag, name in aliases.values_list("tag", "name"):
        also[tag].append(name)
    return _by_entry(
        (entry, Named(tag, [name, *also[tag]])) for entry, tag, name in rows
    )


def _summaries(ids: Collection[int]) -> dict[int, list[Written]]:
    written = Summary.objects.filter(entry__in=ids).order_by("pk")
    rows = written.values_list("entry_id", "language", "html", "edited_by")
    return _by_entry(
        (entry, Written(code, visible(html), html, by))
        for entry, code, html, by in rows
    )


def _notes(ids: Collection[int]) -> dict[int, list[Note]]:
    noted = Annotation.objects.filter(entry__in=ids).exclude(html="").order_by("pk")
    rows = noted.values_list("entry_id", "author", "html", "visibility")
    return _by_entry(
        (entry, Note(author, visible(html), seen_by == Visibility.PRIVATE))
        for entry, author, html, seen_by in rows
    )


def _marks(ids: Collection[int]) -> dict[int, list[Mark]]:
    marked = Reading.objects.filter(entry__in=ids).order_by("member")
    rows = marked.values_list("entry_id", "member", "starred", "state")
    return _by_entry(
        (entry, Mark(member, starred, state == State.READ))
        for entry, member, starred, state in rows
    )


def _resources(ids: Collection[int]) -> dict[int, list[Linked]]:
    linked = Resource.objects.filter(entry__in=ids).order_by("pk")
    rows = linked.values_list("entry_id", "url", "kind", "hidden")
    return _by_entry(
        (entry, Linked(url, kind, hidden)) for entry, url, kind, hidden in rows
    )


def _by_entry(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for entry, value in rows:
        found[entry].append(value)
    return found


# --- Writing ------------------------------------------------------------------


def _document(whole: Whole) -> Fields:
    """Return the fields of one entry, with their digest."""
    fields = {
        "kind_of_document": schema.ENTRY,
        "id": whole.row.id,
        **_words(whole),
        **_noted(whole),
        **_values(whole),
        **_people(whole),
        **_times(whole),
    }
    if whole.row.status == Status.LISTED:
        fields |= _hints(whole)
    return {**fields, "digest": digest(fields)}


def digest(fields: Fields) -> int:
    """Return a number that tells one document from any other of the same entry."""
    # The last format without references, which are a matter of chance.
    kept = hashlib.blake2b(marshal.dumps(fields, 2), digest_size=8)
    return int.from_bytes(kept.digest())


def _words(whole: Whole) -> Fields:
    """Return what everyone may find it by; one value for each text, as phrases end."""
    row = whole.row
    title = [_terms(text) for text in whole.titles]
    authors = [_short(name) for name in whole.authors]
    names = [_short(name) for of in (*whole.topics, *whole.tags) for name in of.names]
    summary = [_terms(written.text) for written in whole.summaries]
    about = filter(None, (row.site, row.comment, row.journal_ref, row.abstract))
    return {
        "title": title,
        "authors": authors,
        "names": _once(names),
        "summary": summary,
        "text": [*title, *authors, *_once(names), *map(_terms, about), *summary],
    }


def _noted(whole: Whole) -> Fields:
    """Return what members found worth noting, each private word marked as whose."""
    team = [note for note in whole.notes if not note.private]
    own = [note for note in whole.notes if note.private]
    return {
        "note": [_terms(note.text) for note in team],
        "by_note": _keys(note.author for note in team),
        "private": [owned(note.text, note.author) for note in own],
        "noted_by": _keys(note.author for note in own),
    }


def owned(text: str, owner: int) -> str:
    """Return the terms of a private text, as none but its owner's questions have."""
    return " ".join(f"{owner}:{term}" for term in analyser.terms(text))


def _values(whole: Whole) -> Fields:
    """Return what is filtered and counted by."""
    row = whole.row
    languages = [written.language for written in whole.summaries]
    categories = [category.casefold() for category in row.categories or ()]
    archives = [category.split(".")[0] for category in categories]
    return {
        "arxiv_id": _once([row.arxiv_id]),
        "doi": _once([(row.doi or "").casefold()]),
        "url": _once([row.url]),
        "status": row.status,
        "kind": row.kind,
        "lang": _once(languages) or [language(row.title)],
        "cat": _once(categories + archives),
        "author": _keys(map(schema.author_key, whole.authors)),
        "author_name": _once(map(schema.author_name, whole.authors)),
        "topic": [topic.id for topic in whole.topics],
        "tag": [tag.id for tag in whole.tags],
        "flag": [flag for flag, holds in _flags(whole) if holds],
        "sort_title": f"{row.title.casefold()[:SORTED_BY]}\t{row.id:012}",
    }


def _flags(whole: Whole) -> Iterator[tuple[str, bool]]:
    yield "summary", bool(whole.summaries)
    yield "code", _has_code(whole)
    yield "withdrawn", bool(whole.row.withdrawn)
    yield "note", any(not note.private for note in whole.notes)


def _has_code(whole: Whole) -> bool:
    """Whether something links to code, or a model, that nobody took off."""
    row, listed = whole.row, whole.resources
    if any(one.kind in forges.RUNS and not one.hidden for one in listed):
        return True
    off = {one.url.casefold() for one in listed if one.hidden}
    told = (row.comment, row.abstract, *(written.html for written in whole.summaries))
    said = (link for text in told if text for link in forges.links(text))
    return any(
        one.kind in forges.RUNS and one.url.casefold() not in off for one in said
    )


def _people(whole: Whole) -> Fields:
    """Return who had a hand in it, who starred and who has read it."""
    by = [whole.row.added_by, *(written.by for written in whole.summaries)]
    return {
        "by": _keys(key for key in by if key),
        "starred": [mark.member for mark in whole.marks if mark.starred],
        "read": [mark.member for mark in whole.marks if mark.read],
    }


def _times(whole: Whole) -> Fields:
    """Return when it came to the library and to the world; `year` where known."""
    added, published = whole.row.added_at, whole.published
    day = (published - UNIX).days if published else schema.NO_DAY
    years = ((published or added.date()) - EPOCH).days / DAYS_IN_A_YEAR
    return {
        "added": schema.placed(int(added.timestamp()), whole.row.id),
        "published": schema.placed(day, whole.row.id),
        "year": [published.year] if published else [],
        "recency": YEARLY**years,
    }


def _hints(whole: Whole) -> Fields:
    """Return what spelling and completion offer: public words of what is listed."""
    tags = (name for tag in whole.tags for name in tag.names)
    summaries = (written.text for written in whole.summaries)
    texts = (*whole.titles, *whole.authors, *tags, *summaries, whole.row.abstract or "")
    names = ((part, name) for name in whole.authors for part in folded(name).split())
    return {
        "word": " ".join(analyser.words(*texts)),
        "author_hint": _once(f"{part}\t{name}" for part, name in names),
    }


def folded(text: str) -> str:
    """Return a text as completion compares it."""
    return text.translate(analyser.FOLD)


def month(arxiv_id: str) -> date:
    """Return the first day of the month in which an arXiv id was given.

    >>> month("2307.02486"), month("hep-th/9901001")
    (datetime.date(2023, 7, 1), datetime.date(1999, 1, 1))
    """
    digits = arxiv_id.rpartition("/")[2]
    year, number = int(digits[:2]), int(digits[2:4])
    return date(year + (1900 if year >= ARXIV_BEGAN else 2000), number, 1)


_terms = analyser.joined
_short = lru_cache(100_000)(analyser.joined)  # names recur on many entries


def _once(values: Iterable[str | None]) -> list[str]:
    """Return what is there, each once, in order."""
    return list(dict.fromkeys(filter(None, values)))


def _keys(values: Iterable[int]) -> list[int]:
    return sorted(set(values))
