"""What a word that is being typed may become: a topic, a tag or an author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from taggit.models import Tag
from tantivy import Occur

from kb.models import Topic
from kb.search import index, keywords, schema
from kb.search.damage import survived
from kb.search.find import count
from kb.search.names import folded
from kb.search.query import LENGTH, filter_source
from kb.search.ranking import boolean, term
from kb.text.cjk import is_wide

if TYPE_CHECKING:
    from tantivy import Searcher

SIZE = 8
EACH = 4  # of one kind at most, when all kinds have some
LEAST = 2  # letters; of Chinese, one
LONGEST = 120  # letters of it
CONSIDERED = 40  # names of a kind that are looked at, for how many entries have them

_QUOTE = re.compile(r'["“”]')
_BEFORE = r"(?P<not>-?) (?: (?P<field>[^\s:：\"“”-]+) [:：] )?"
_WORD = re.compile(rf'{_BEFORE} (?P<typed>[^\s"“”]*) \Z', re.VERBOSE)
_QUOTED = re.compile(rf'{_BEFORE} ["“] (?P<typed>[^"“”]*) \Z', re.VERBOSE)


class Suggestion(NamedTuple):
    """What to offer: a topic, tag or author, and the whole query text with it."""

    kind: str
    label: str
    query: str


class _Typed(NamedTuple):
    """The word being typed: what stands before it, its filter if any, its letters."""

    before: str
    field: str
    letters: str


class _Named(NamedTuple):
    """Something that the word may become, and how it is written in a query."""

    kind: str
    label: str
    value: str
    entries: int


@survived
def complete(text: str, size: int = SIZE) -> list[Suggestion]:
    """Return what the last word of a query may become, at most `size`.

    Only what some listed entry has, whoever asks. Raises `index.NotBuilt`.
    """
    typed = _typed(text)
    if typed is None:
        return []
    searcher = index.reader()
    found: list[_Named] = []
    for kind, finder in _FINDERS.items():
        if typed.field in {"", kind}:
            near = sorted(finder(searcher, typed.letters), key=lambda one: -one.entries)
            found += near[: size if typed.field else EACH]
    return [
        Suggestion(one.kind, one.label, f"{typed.before}{source} ")
        for one in found[:size]
        for source in [filter_source(one.kind, one.value)]
    ]


def _typed(text: str) -> _Typed | None:
    """Return the word at the end of a text, None where it is too short to complete."""
    text = text[:LENGTH].replace("\0", "")  # which no name in a database has
    quoted = len(_QUOTE.findall(text)) % 2
    last = _QUOTED if quoted else _WORD
    match = last.search(text, max(0, len(text) - LONGEST))
    if not match:
        return None
    field = keywords.field(match["field"]) if match["field"] else ""
    letters = folded(match["typed"])
    enough = len(letters) >= LEAST or (letters and is_wide(letters))
    if not enough or field not in {"", *_FINDERS}:
        return None
    before = match.string[: match.start()] + match["not"]
    return _Typed(before, field, letters)


def _topics(searcher: Searcher, letters: str) -> Iterator[_Named]:
    """Yield the topics with a name that has a word beginning so, or their address."""
    for topic in Topic.objects.defer("intro", "intro_html"):
        names = (topic.address, topic.name, topic.name_zh, topic.name_en)
        if any(_has_word(letters, folded(name)) for name in names):
            entries = _listed(searcher, "topic", topic.pk)
            if entries:
                yield _Named("topic", str(topic), topic.address, entries)


def _tags(searcher: Searcher, letters: str) -> Iterator[_Named]:
    """Yield the tags that begin so; Chinese may stand anywhere in the name."""
    part = "contains" if is_wide(letters) else "startswith"
    near = Q(**{f"name__i{part}": letters}) | Q(**{f"slug__{part}": letters})
    rows = Tag.objects.filter(near).order_by("name").values_list("pk", "name")
    for key, name in rows[:CONSIDERED]:
        entries = _listed(searcher, "tag", key)
        if entries:
            yield _Named("tag", name, name, entries)


def _authors(searcher: Searcher, letters: str) -> Iterator[_Named]:
    """Yield the authors with a name that begins so, first or last."""
    hints = searcher.terms_with_prefix("author_hint", letters, limit=CONSIDERED)
    for name in dict.fromkeys(hint.partition("\t")[2] for hint, _ in hints):
        entries = _listed(searcher, "author", schema.author_key(name))
        if entries:
            yield _Named("author", name, name, entries)


def _listed(searcher: Searcher, field: str, value: str | int) -> int:
    """Return how many listed entries have a value; the engine's own number is older."""
    both = [(Occur.Must, term("status", "listed")), (Occur.Must, term(field, value))]
    return count(searcher, boolean(both))


def _has_word(letters: str, name: str) -> bool:
    if is_wide(letters):
        return letters in name
    return bool(re.search(rf"(?:^|[\s/_-]){re.escape(letters)}", name))


_FINDERS = {"topic": _topics, "tag": _tags, "author": _authors}
