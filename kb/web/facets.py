"""What narrows a search down, at its side: counts, as links that add a filter to it."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TypeAlias
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from kb.models import Topic
from kb.models.summaries import Language
from kb.models.topics import STEP, grown
from kb.search import query
from kb.search.find import Count
from kb.search.names import folded
from kb.search.query import Asked, Filter, Span

FIELDS = {
    "topic": _("Topics"),
    "kind": _("Kinds"),
    "year": _("Years"),
    "tag": _("Tags"),
    "author": _("Authors"),
    "lang": _("Languages"),
}
SHORT = 8  # lines in sight; the rest is behind "more"
SMALL_TREE = 40  # topics

Counts: TypeAlias = Sequence[Count]
Drawer: TypeAlias = Callable[["Narrowing", Counts], "list[Line]"]


@dataclass(frozen=True, slots=True)
class Line:
    """One value: its count, and the search that has it, or has it no more."""

    label: str
    count: int
    href: str
    chosen: bool = False
    below: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Facet:
    """One heading at the side, with its lines."""

    field: str
    label: str
    lines: list[Line]

    @property
    def first(self) -> list[Line]:
        """The lines in sight; the tree of topics folds by itself."""
        return self.lines if self.field == "topic" else self.lines[:SHORT]

    @property
    def more(self) -> list[Line]:
        """The others."""
        return [] if self.field == "topic" else self.lines[SHORT:]


class Narrowing:
    """The links of one facet for what was asked.

    A facet's own filters do not take part in its counts, so a line sets its value in
    their place: what one then sees is as many as the line said.
    """

    def __init__(self, asked: Asked, name: str) -> None:
        """Take the facet's own filters out of what was asked."""
        own = [part for part in asked.parts if of(part.node) == name]
        self.name = name
        self.typed = {value.lower() for part in own for value in said(part.node)}
        self.rest = leaving(asked, own)
        self.settle(())

    def settle(self, values: Iterable[str]) -> None:
        """Take what is one of these values letter by letter for no other."""
        self.whole = self.typed & {value.lower() for value in values}
        self.loose = {folded(value) for value in self.typed - self.whole}

    def has(self, value: str, names: Iterable[str] = ()) -> bool:
        """Whether a value is asked for, by itself or by another of its names."""
        if value.lower() in self.whole:
            return True
        every = chain((value,), names) if self.loose else ()
        return any(folded(name) in self.loose for name in every)

    def line(
        self, label: object, count: int, value: str, names: Iterable[str] = ()
    ) -> Line:
        """Return a line for the filter `value`, which is also known by `names`."""
        if self.has(value, names):
            return Line(str(label), count, link(query.text_of(self.rest)), chosen=True)
        text = query.with_part(self.rest, query.filter_source(self.name, value))
        return Line(str(label), count, link(text))


def facets(
    asked: Asked, counts: dict[str, list[Count]], topics: Collection[Topic]
) -> list[Facet]:
    """Return what is at the side, without empty headings: one query, for tags.

    `topics` are all there are, in the order of the tree.
    """
    draw: dict[str, Drawer] = {**DRAWERS, "topic": partial(tree, topics)}
    drawn = (
        Facet(name, str(label), draw[name](Narrowing(asked, name), found))
        for name, label in FIELDS.items()
        if (found := counts.get(name))
    )
    return [facet for facet in drawn if facet.lines]


# --- The lines of each ---------------------------------------------------------


def tree(topics: Collection[Topic], narrowing: Narrowing, counts: Counts) -> list[Line]:
    """Return the tree of the topics that have entries.

    Of a large one the top, and what is below the chosen topics and beside them: each
    line costs as much as one of the results.
    """
    narrowing.settle(topic.address for topic in topics)
    by_key = {count.value: count.count for count in counts}
    found = [topic for topic in topics if topic.pk in by_key]
    top = grown(found, {topic.path: by_key[topic.pk] for topic in found})
    if len(found) <= SMALL_TREE:
        return _branches(narrowing, top, {topic.path for topic in found})
    chosen = [t.path for t in found if narrowing.has(t.address, called(t))]
    return _branches(narrowing, top, {step for path in chosen for step in steps(path)})


def _branches(
    narrowing: Narrowing, topics: Iterable[Topic], unfolded: set[str]
) -> list[Line]:
    return [
        replace(
            narrowing.line(topic, topic.count, topic.address, called(topic)),
            below=_branches(narrowing, topic.subtopics, unfolded)
            if topic.path in unfolded
            else [],
        )
        for topic in topics
    ]


def steps(path: str) -> list[str]:
    """Return the paths from the top of the tree down to this one."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def called(topic: Topic) -> Iterator[str]:
    """Yield what a query may call a topic besides its address: its end, its names."""
    slugs = topic.address.split("/")
    yield from ("/".join(slugs[start:]) for start in range(1, len(slugs)))
    yield from filter(None, (topic.name, topic.name_zh, topic.name_en))


def kinds(narrowing: Narrowing, counts: Counts) -> list[Line]:
    """Return papers and posts."""
    labels = {"paper": gettext("Papers"), "blog": gettext("Blog posts")}
    return _choices(narrowing, counts, labels)


def languages(narrowing: Narrowing, counts: Counts) -> list[Line]:
    """Return the languages of summaries."""
    return _choices(narrowing, counts, dict(Language.choices))


def _choices(
    narrowing: Narrowing, counts: Counts, labels: Mapping[str, str]
) -> list[Line]:
    return [
        narrowing.line(labels[str(count.value)], count.count, str(count.value))
        for count in counts
        if count.value in labels
    ]


def years(narrowing: Narrowing, counts: Counts) -> list[Line]:
    """Return the years, the newest first."""
    ordered = sorted(counts, key=lambda count: int(count.value), reverse=True)
    return [narrowing.line(c.value, c.count, str(c.value)) for c in ordered]


def tags(narrowing: Narrowing, counts: Counts) -> list[Line]:
    """Return the tags, the most used first."""
    names = Tag.objects.in_bulk([count.value for count in counts])
    narrowing.settle(tag.name for tag in names.values())
    return [
        narrowing.line(tag.name, count.count, tag.name, (tag.slug,))
        for count in counts
        if (tag := names.get(count.value))
    ]


def authors(narrowing: Narrowing, counts: Counts) -> list[Line]:
    """Return the authors, those of most entries first."""
    narrowing.settle(str(count.value) for count in counts)
    return [narrowing.line(c.value, c.count, str(c.value)) for c in counts]


DRAWERS: dict[str, Drawer] = {
    "kind": kinds,
    "year": years,
    "tag": tags,
    "author": authors,
    "lang": languages,
}


# --- What was asked --------------------------------------------------------------


def of(node: query.Node) -> str:
    """Return the facet a condition belongs to, "" for none."""
    return node.field if isinstance(node, Filter | Span) else ""


def said(node: query.Node) -> list[str]:
    """Return the value a facet's condition names; a range of years names none."""
    if isinstance(node, Filter):
        return [node.value]
    if isinstance(node, Span) and node.low == node.high:
        return [str(node.low)]
    return []


def leaving(asked: Asked, parts: Sequence[query.Part]) -> Asked:
    """Return what is asked without some of its parts."""
    kept = tuple(part for part in asked.parts if part not in parts)
    return replace(asked, parts=kept)


def link(text: str) -> str:
    """Return where a query is answered, seen from the page of answers."""
    return "?" + urlencode({"q": text})
