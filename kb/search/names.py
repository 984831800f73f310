"""Which topics, tags and people a query names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from taggit.models import Tag

from kb.models import Entry, TagAlias, Topic
from kb.search.query import AnyOf, Asked, Filter, Node, Not, Part, Words
from kb.text.analyser import FOLD, terms
from kb.text.sentences import Sentence

# The keys of the rows that a filter means; one that is missing here means no row.
Names: TypeAlias = dict[Filter, tuple[int, ...]]

ME = ("me", "我")
_OF = ("pk", "address", "name", "name_zh", "name_en")
_UNKNOWN = {
    "topic": Sentence("No topic is called “%(name)s”: searched as words.", name="…"),
    "tag": Sentence("No tag is called “%(name)s”: searched as words.", name="…"),
    "by": Sentence("No member is called “%(name)s”: searched as words.", name="…"),
}


def look_up(filters: Iterable[Filter], user_id: int | None) -> Names:
    """Return the rows that these filters of topics, tags and members mean.

    One query for each of the three that is asked for; a second for topics and tags
    that are written in other characters than typed. A member may be "me".
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
        _odd(one)
        for one in dict.fromkeys(filters)
        if (one.field in _UNKNOWN and one not in names) or _is_blank_author(one)
    ]


def settled(asked: Asked, names: Names, user_id: int | None) -> Asked:
    """Return what is asked, with words for the filters that name no row.

    A value without a word stays, and finds nothing; so does a member's name to readers
    without an account, who are not told of members.
    """
    parts = (
        Part(part.source, _settled(part.node, names, user_id)) for part in asked.parts
    )
    return replace(asked, parts=tuple(parts))


def _settled(node: Node, names: Names, user_id: int | None) -> Node:
    match node:
        case Filter(field, value, exact) if field in _UNKNOWN and node not in names:
            told = field != "by" or user_id
            return Words(value, exact) if told and terms(value) else node
        case Not(of):
            return Not(_settled(of, names, user_id))
        case AnyOf(nodes):
            return AnyOf(tuple(_settled(one, names, user_id) for one in nodes))
        case _:
            return node


def _odd(one: Filter) -> Sentence:
    if terms(one.value):
        return Sentence(_UNKNOWN[one.field].template, name=one.value)
    return Sentence(
        "“%(text)s” has no word to search for.", text=f"{one.field}:{one.value}"
    )


def _is_blank_author(one: Filter) -> bool:
    """Whether a part of an author's name is asked for that is no word."""
    return one.field == "author" and not one.exact and not terms(one.value)


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
    """Find topics by their whole address, else by its end or any of their names.

    They are compared letter by letter first: names in two scripts may be two topics.
    """
    said = {one: one.value.lower() for one in wanted}
    rows = [
        (key, [name.lower() for name in names])
        for key, *names in Topic.objects.filter(_near(said.values())).values_list(*_OF)
    ]
    found = {one: _topics_called(name, rows) for one, name in said.items()}
    missing = [one for one in wanted if not found[one]]
    return found | _topics_by_characters(missing) if missing else found


def _near(names: Iterable[str]) -> Q:
    near = Q()
    for name in names:
        near |= Q(address__iexact=name) | Q(address__iendswith=f"/{name}")
        near |= Q(name__iexact=name) | Q(name_zh__iexact=name) | Q(name_en__iexact=name)
    return near


def _topics_by_characters(wanted: list[Filter]) -> Names:
    rows = Topic.objects.values_list(*_OF)
    topics = [(key, [folded(name) for name in names]) for key, *names in rows]
    return {one: _topics_called(folded(one.value), topics) for one in wanted}


def _topics_called(name: str, topics: list[tuple[int, list[str]]]) -> tuple[int, ...]:
    exact = tuple(key for key, (address, *_) in topics if address == name)
    return exact or tuple(
        key
        for key, (address, *names) in topics
        if name and (address.endswith(f"/{name}") or name in names)
    )


def _tags(wanted: list[Filter], user_id: int | None) -> Names:
    """Find tags by their name, else by their address or other names they have.

    Else in other characters.

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
    if strange := [one for one in wanted if not found[one]]:
        found |= _tags_by_alias(strange, shown)
    missing = [one for one in wanted if not found[one]]
    return found | _tags_by_characters(missing, shown) if missing else found


def _tags_by_alias(wanted: list[Filter], shown: QuerySet[Tag]) -> Names:
    names = [one.value.casefold() for one in wanted]
    known = TagAlias.objects.filter(name__in=names, tag__in=shown)
    rows = list(known.values_list("tag", "name"))
    return {
        one: tuple(key for key, name in rows if name == one.value.casefold())
        for one in wanted
    }


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
