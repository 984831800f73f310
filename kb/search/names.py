"""Which topics, tags and people a query names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db.models import Q
from django.db.models.functions import Lower
from taggit.models import Tag

from kb.models import Topic
from kb.search.query import AnyOf, Filter, Node, Not
from kb.text.analyser import FOLD
from kb.text.sentences import Sentence

# The keys of the rows that a filter means; one that is missing here means no row.
Names: TypeAlias = dict[Filter, tuple[int, ...]]

ME = ("me", "我")
_UNKNOWN = {
    "topic": Sentence("No topic is called “%(name)s”: searched as words.", name="…"),
    "tag": Sentence("No tag is called “%(name)s”: searched as words.", name="…"),
    "by": Sentence("No member is called “%(name)s”: searched as words.", name="…"),
}


def look_up(filters: Iterable[Filter], user_id: int | None) -> Names:
    """Return the rows that these filters of topics, tags and members mean.

    One query for each of the three that is asked for; a second for tags that are
    written in other characters than typed. A member may be "me".
    """
    found: Names = {}
    asked = list(dict.fromkeys(filters))
    for field, find in _FINDERS.items():
        wanted = [one for one in asked if one.field == field]
        if wanted:
            found |= find(wanted, user_id)
    return {one: keys for one, keys in found.items() if keys}


def unknown(filters: Iterable[Filter], names: Names) -> list[Sentence]:
    """Return what to say of filters that should name a row and name none."""
    return [
        Sentence(_UNKNOWN[one.field].template, name=one.value)
        for one in dict.fromkeys(filters)
        if one.field in _UNKNOWN and one not in names
    ]


def filters_in(node: Node) -> Iterator[Filter]:
    """Yield every filter of a part of a query."""
    match node:
        case Filter():
            yield node
        case Not(of):
            yield from filters_in(of)
        case AnyOf(nodes):
            for one in nodes:
                yield from filters_in(one)


def folded(name: str) -> str:
    """Return a name without the differences of case, width, accent and script."""
    return " ".join(name.translate(FOLD).split())


def _topics(wanted: list[Filter], _user_id: int | None) -> Names:
    """Find topics by their whole address, else by its end or any of their names."""
    rows = Topic.objects.values_list("pk", "address", "name", "name_zh", "name_en")
    topics = [(key, [folded(name) for name in names if name]) for key, *names in rows]
    return {one: _topics_called(folded(one.value), topics) for one in wanted}


def _topics_called(name: str, topics: list[tuple[int, list[str]]]) -> tuple[int, ...]:
    exact = tuple(key for key, (address, *_) in topics if address == name)
    return exact or tuple(
        key
        for key, (address, *names) in topics
        if name and (address.endswith(f"/{name}") or name in names)
    )


def _tags(wanted: list[Filter], _user_id: int | None) -> Names:
    """Find tags by their name, else by their address, else in other characters."""
    lower = [one.value.lower() for one in wanted]
    slugs = [folded(one.value) for one in wanted]
    named = Tag.objects.annotate(lower=Lower("name"))
    near = named.filter(Q(lower__in=lower) | Q(slug__in=slugs))
    rows = list(near.values_list("pk", "lower", "slug"))
    found: Names = {
        one: tuple(key for key, name, _ in rows if name == one.value.lower())
        or tuple(key for key, _, slug in rows if slug == folded(one.value))
        for one in wanted
    }
    missing = [one for one in wanted if not found[one]]
    return found | _tags_by_characters(missing) if missing else found


def _tags_by_characters(wanted: list[Filter]) -> Names:
    every = [(key, folded(name)) for key, name in Tag.objects.values_list("pk", "name")]
    return {
        one: tuple(key for key, name in every if name == folded(one.value))
        for one in wanted
    }


def _members(wanted: list[Filter], user_id: int | None) -> Names:
    """Find members by their user name."""
    mine = [one for one in wanted if user_id and one.value.casefold() in ME]
    found: Names = {one: (user_id,) for one in mine if user_id}
    others = [one for one in wanted if one not in found]
    if others:
        lower = [one.value.lower() for one in others]
        named = User.objects.annotate(lower=Lower("username")).filter(lower__in=lower)
        rows = list(named.values_list("pk", "lower"))
        for one in others:
            found[one] = tuple(key for key, name in rows if name == one.value.lower())
    return found


_FINDERS: dict[str, Callable[[list[Filter], int | None], Names]] = {
    "topic": _topics,
    "tag": _tags,
    "by": _members,
}
