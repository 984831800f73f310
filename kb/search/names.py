"""Which topics, tags and people a query names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from taggit.models import Tag

from kb.models import Entry, Topic
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

    One query for each of the three that is asked for; a second for topics that are
    not named by their address, and for tags written in other characters than typed.
    A member may be "me".
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
    said = [one.value for one in wanted]
    by_address = Topic.objects.filter(address__in=said).values_list("address", "pk")
    at = dict(by_address)
    found: Names = {
        one: (at[address],)
        for one, address in zip(wanted, said, strict=True)
        if address in at
    }
    missing = [one for one in wanted if one not in found]
    return found | _topics_by_name(missing) if missing else found


def _topics_by_name(wanted: list[Filter]) -> Names:
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


def _tags(wanted: list[Filter], user_id: int | None) -> Names:
    """Find tags by their name, else by their address, else in other characters.

    For readers without an account there are only those that something listed has.
    """
    shown = Tag.objects.all()
    if not user_id:
        listed = Entry.objects.listed().values("pk")
        shown = shown.filter(tagged__content_object__in=listed).distinct()
    lower = [one.value.lower() for one in wanted]
    slugs = [folded(one.value) for one in wanted]
    named = shown.annotate(lower=Lower("name"))
    near = named.filter(Q(lower__in=lower) | Q(slug__in=slugs))
    rows = list(near.values_list("pk", "lower", "slug"))
    found: Names = {
        one: tuple(key for key, name, _ in rows if name == one.value.lower())
        or tuple(key for key, _, slug in rows if slug == folded(one.value))
        for one in wanted
    }
    missing = [one for one in wanted if not found[one]]
    return found | _tags_by_characters(missing, shown) if missing else found


def _tags_by_characters(wanted: list[Filter], shown: QuerySet[Tag]) -> Names:
    every = [(key, folded(name)) for key, name in shown.values_list("pk", "name")]
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
