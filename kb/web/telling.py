"""Say what changed, field by field, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Field, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from taggit.models import Tag

from kb.models import Filing, Resource, TaggedEntry, Topic
from kb.models.acts import Change
from kb.models.history import events
from kb.models.summaries import Language
from kb.text.differences import Piece, differences
from kb.text.passages import passages

LONG = 240  # characters; more that came whole is folded away
WORDS = {
    *("title", "arxiv_title", "authors", "abstract", "comment", "journal_ref"),
    *("body", "name", "name_zh", "name_en", "intro"),
}
ITEMS = {"topic", "tag", "hidden", "language"}  # told of with other fields
SETS = {
    Filing: gettext_lazy("Topics"),
    TaggedEntry: gettext_lazy("Tags"),
    Resource: gettext_lazy("Links"),
}


class What(NamedTuple):
    """A field that changed: what it is called, and what it said and says."""

    label: str
    pieces: list[Piece]

    @property
    def text(self) -> str:
        """What it says now, else what it said."""
        now = "".join(piece.text for piece in self.pieces if piece.kind != "gone")
        return now or self.pieces[0].text

    @property
    def folded(self) -> bool:
        """Whether it is a long text that came or went as a whole."""
        return len(self.pieces) == 1 and len(self.text) > LONG

    @property
    def short(self) -> list[Piece]:
        """The passages that changed, with a little around them."""
        return passages(self.pieces)

    @property
    def old(self) -> list[Piece]:
        """What it said."""
        return [piece for piece in self.pieces if piece.kind != "new"]

    @property
    def new(self) -> list[Piece]:
        """What it says."""
        return [piece for piece in self.pieces if piece.kind != "gone"]


class Names(NamedTuple):
    """What topics and tags are called, by their keys."""

    topics: Mapping[int, str]
    tags: Mapping[int, str]


def names(some: Iterable[Change]) -> Names:
    """Return the names of the topics and tags in these changes: three queries."""
    rows = [row for change in some for row in change[1:] if row]
    topics = {row["topic"] for row in rows if "topic" in row}
    tags = {row["tag"] for row in rows if "tag" in row}
    known = {key: str(topic) for key, topic in Topic.objects.in_bulk(topics).items()}
    gone: QuerySet[Any] = QuerySet(events(Topic)).filter(
        pgh_obj__in=topics - known.keys()
    )
    remembered = gone.order_by("pgh_id").values_list("pgh_obj_id", "name")
    named = Tag.objects.filter(pk__in=tags).values_list("pk", "name")
    return Names({**dict(remembered), **known}, dict(named))


def told(
    some: Sequence[Change], named: Names, *, most: int | None = None
) -> list[What]:
    """Return what one act changed, field by field.

    Texts that have more than `most` characters, both together, are not compared.
    """
    said = [what for change in some for what in fields(change, most)]
    for model, label in SETS.items():
        of = [change for change in some if change.told.model is model]
        pairs = [[item(row, named) for row in change[1:]] for change in of]
        gone = [old for old, new in pairs if old and old != new]
        came = [new for old, new in pairs if new and old != new]
        if gone or came:
            said.append(What(str(label), listed(gone, came)))
    return said


def item(row: Mapping[str, Any] | None, named: Names) -> str:
    """Return what a row puts on the entry's list of topics, tags or links."""
    if row is None or row.get("hidden"):
        return ""
    if "topic" in row:
        return named.topics.get(row["topic"], _("a topic that is gone"))
    if "tag" in row:
        return named.tags.get(row["tag"], _("a tag that is gone"))
    return str(row["url"])


def listed(gone: Iterable[str], came: Iterable[str]) -> list[Piece]:
    """Return what went from a list and what came to it, as pieces of text."""
    every = [*(Piece("gone", text) for text in gone), *(Piece("new", t) for t in came)]
    between = Piece("same", pgettext("between names", ", "))
    return [piece for one in every for piece in (between, one)][1:]


def fields(change: Change, most: int | None) -> Iterator[What]:
    """Yield the fields that differ; of a new row, those that say anything."""
    model, before, after = change.told.model, change.before, change.after
    there = [row for row in (before, after) if row and not row.get("hidden")]
    if model in SETS and len(there) < len((before, after)):
        return  # what comes to a list or goes from it is told as its item
    for name in change.told.fields:
        if name in ITEMS or (before is None and after and not after[name]):
            continue
        field: Any = model._meta.get_field(name)  # noqa: SLF001 - public API
        old, new = (value(field, row[name]) if row else "" for row in (before, after))
        if old != new:
            label = named_field(str(field.verbose_name))
            label += in_language(there[0])
            if most is not None and min(len(old), len(new)) and len(old + new) > most:
                yield What(label, [Piece("same", _("Too long to be compared here."))])
            else:
                yield What(label, pieces(old, new, by_word=name in WORDS))


def in_language(row: Mapping[str, Any]) -> str:
    """Return the language of a summary's row, as it follows the name of its field."""
    if "language" not in row:
        return ""
    return pgettext("after a name", " (%s)") % Language(row["language"]).label


def named_field(name: str) -> str:
    """Return a field's name as it begins a line; arXiv's own name keeps its form."""
    return name if name.startswith("arXiv") else str(capfirst(name))


def value(field: Field[Any, Any], kept: Any) -> str:
    """Return what a row keeps in a field, as people read it."""
    if isinstance(kept, bool):
        return _("yes") if kept else _("no")
    if isinstance(kept, datetime):
        return date_format(timezone.localtime(kept), "DATE_FORMAT")
    if isinstance(kept, date):
        return date_format(kept, "DATE_FORMAT")
    if isinstance(kept, list):
        every = (one["name"] if isinstance(one, dict) else str(one) for one in kept)
        return pgettext("between names", ", ").join(every)
    if kept is None:
        return ""
    return str(dict(field.flatchoices).get(kept, kept))


def pieces(old: str, new: str, *, by_word: bool) -> list[Piece]:
    """Return what a field said and says: a text word by word, other values whole."""
    if not (old and new):
        return [Piece("gone", old) if old else Piece("same", new)]
    if by_word:
        return differences(old, new)
    return [Piece("gone", old), Piece("same", " → "), Piece("new", new)]
