"""Change the tree of topics."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from kb.models import FormerTopic, ListItem, Topic
from kb.models.entries import GONE
from kb.ops.acting import acting
from kb.ops.errors import CannotMove, Outdated, TopicExists, TopicInUse
from kb.text import markdown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from kb.models.topics import TopicQuerySet

DEEPEST = 32  # levels; treebeard's column would hold 63
ADDRESS_BYTES = 900  # an index holds no much longer ones
TREE_LOCK = 0x7A68616A  # any fixed number: one writer of the tree at a time


def create(name: str, *, parent: Topic | None, by: "User | None") -> Topic:
    """Add a topic as the last one under `parent` (or at the top).

    Raises TopicExists, CannotMove when it would stand too deep.
    """
    name = one_line(name)
    with acting(by, "create topic"):
        lock_tree()
        parent = Topic.objects.get(pk=parent.pk) if parent else None
        if parent and parent.depth >= DEEPEST:
            raise CannotMove(
                _("“%(name)s” would be more than %(depth)d topics deep.")
                % {"name": name, "depth": DEEPEST}
            )
        refuse_twin(name, parent)
        topic = Topic(name=name)
        topic.address = free_address(topic, parent)
        return place(topic, parent)


@dataclass(frozen=True)
class Words:
    """What a topic is called, in the list and in both languages, and how introduced."""

    name: str
    name_zh: str = ""
    name_en: str = ""
    intro: str = ""

    @classmethod
    def of(cls, topic: Topic) -> "Words":
        """Return those of a topic."""
        return cls(topic.name, topic.name_zh, topic.name_en, topic.intro)


def edit(topic: Topic, wanted: Words, *, seen: Words, by: "User | None") -> bool:
    """Set names and introduction to what a curator says; return whether any changed.

    Only what differs from what they had `seen` is theirs: the rest stays as others
    have left it since. Raises Outdated where both changed the same, and TopicExists.
    """
    with acting(by, "edit topic"):
        lock_tree()
        topic = Topic.objects.select_for_update().get(pk=topic.pk)
        words = merged(topic, wanted, seen)
        if words == Words.of(topic):
            return False
        rename(topic, words.name, by=by)
        names = {"zh": words.name_zh, "en": words.name_en}
        describe(topic, names=names, intro=words.intro, by=by)
        return True


def merged(topic: Topic, wanted: Words, seen: Words) -> Words:
    """Return a topic's words with what the curator changed. Raises Outdated."""
    ours = Words.of(topic)
    wanted = replace(wanted, name=one_line(wanted.name))
    differ = {
        field.name
        for field in fields(Words)
        if getattr(wanted, field.name) != getattr(seen, field.name)
    }
    for name in differ:
        if getattr(ours, name) not in (getattr(seen, name), getattr(wanted, name)):
            raise Outdated(_("Somebody changed this topic since you began."), topic)
    return replace(ours, **{name: getattr(wanted, name) for name in differ})


def describe(
    topic: Topic, *, names: Mapping[str, str], intro: str, by: "User | None"
) -> bool:
    """Set the names in both languages and the introduction; return whether any changed.

    Languages missing from `names` stay as they are.
    """
    wanted = {
        "name_zh": names.get("zh", topic.name_zh),
        "name_en": names.get("en", topic.name_en),
        "intro": intro,
    }
    if all(getattr(topic, field) == value for field, value in wanted.items()):
        return False
    html = markdown.render(intro) if intro else ""
    for field, value in wanted.items():
        setattr(topic, field, value)
    topic.intro_html = html
    with acting(by, "describe topic"):
        topic.save(update_fields=[*wanted, "intro_html"])
    return True


def rename(topic: Topic, name: str, *, by: "User | None") -> None:
    """Give the topic another name, and its subtree the addresses that follow.

    Raises TopicExists.
    """
    name = one_line(name)
    if name == topic.name:
        return
    with acting(by, "rename topic"):
        lock_tree()
        refuse_twin(name, parent_of(topic))
        topic.name = name
        topic.save(update_fields=["name"])
        readdress(topic)


def move(topic: Topic, target: Topic, place: str, *, by: "User | None") -> None:
    """Move the topic and all below it to `place` of `target`.

    `place` is treebeard's: "first-child", "last-child", "left" or "right".
    Raises CannotMove, TopicExists.
    """
    with acting(by, "move topic"):
        lock_tree()
        topic, target = Topic.objects.get(pk=topic.pk), Topic.objects.get(pk=target.pk)
        if target.path.startswith(topic.path):
            raise CannotMove(
                _("“%(name)s” cannot stand below itself.") % {"name": topic}
            )
        parent = target if place.endswith("child") else parent_of(target)
        if parent_of(topic) != parent:
            refuse_twin(topic.name, parent)
            refuse_depth(topic, parent)
        Topic.objects.move(topic, target, pos=place)
        readdress(Topic.objects.get(pk=topic.pk))


def delete(topic: Topic, *, by: "User | None") -> None:
    """Remove an empty topic. Raises TopicInUse when entries or topics are below it."""
    with acting(by, "delete topic"):
        lock_tree()
        topic = Topic.objects.get(pk=topic.pk)
        seen = topic.filings.exclude(entry__status__in=GONE)
        below = Topic.objects.get_children_count(topic)
        if topic.filings.exists() and not (below or seen.exists()):
            raise TopicInUse(
                _(
                    "“%(name)s” still has what is in the bin or was merged: merge it "
                    "into another topic instead."
                )
                % {"name": topic}
            )
        if below or seen.exists():
            raise TopicInUse(
                _("“%(name)s” is not empty: move what it holds first.")
                % {"name": topic}
            )
        topic.delete()


def merge(topic: Topic, into: Topic, *, by: "User | None") -> None:
    """Make one topic a part of another: what it holds is filed there, behind the rest.

    Topics below it go along; of two of one name the entries are put together as well.
    Its address leads to the other. Raises CannotMove for a topic and one below it.
    """
    with acting(by, "merge topics"):
        lock_tree()
        topic, into = (Topic.objects.get(pk=one.pk) for one in (topic, into))
        if into.path.startswith(topic.path):
            raise CannotMove(
                _("A topic cannot be merged into itself, or below itself.")
            )
        absorb(topic, into, by=by)


def absorb(topic: Topic, into: Topic, *, by: "User | None") -> None:
    """Do so; both are read as they are now."""
    for below in children(topic):
        twin = children(into).filter(name=below.name).first()
        if twin:
            absorb(Topic.objects.get(pk=below.pk), twin, by=by)
        else:
            move(below, into, "last-child", by=by)
        topic, into = (Topic.objects.get(pk=one.pk) for one in (topic, into))
    there = into.filings.values("entry")
    topic.filings.filter(entry__in=there).delete()
    last = into.filings.aggregate(last=Max("position"))["last"] or 0
    topic.filings.update(topic=into, position=F("position") + last)
    ListItem.objects.filter(topic=topic).exclude(
        reading_list__in=into.list_items.values("reading_list")
    ).update(topic=into)
    describe_missing(into, topic)
    FormerTopic.objects.filter(into=topic).update(into=into)
    FormerTopic.objects.create(former=topic.pk, into=into)
    Topic.objects.get(pk=topic.pk).delete()


def describe_missing(into: Topic, topic: Topic) -> None:
    """Let a topic be called and introduced as another was, where it says nothing."""
    names = {
        "zh": into.name_zh or topic.name_zh,
        "en": into.name_en or topic.name_en,
    }
    describe(into, names=names, intro=into.intro or topic.intro, by=None)


def split(
    topic: Topic, name: str, keys: Collection[int], *, by: "User | None"
) -> Topic:
    """Make a topic below another of some of its entries, which leave it.

    Raises TopicExists, CannotMove.
    """
    with acting(by, "split topic"):
        new = create(name, parent=topic, by=by)
        topic.filings.filter(entry__in=list(keys)).update(topic=new)
        return new


# --- Inside -------------------------------------------------------------------


def one_line(name: str) -> str:
    """Return the name with single spaces: a heading can say no others."""
    return " ".join(name.split())


def lock_tree() -> None:
    """Let nobody else change the tree until this transaction ends.

    Treebeard reads paths and writes the ones after them; two at once would clash.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def children(parent: Topic | None) -> "TopicQuerySet":
    """Return the topics right below `parent`, or those at the top."""
    if parent is None:
        return Topic.objects.get_root_nodes()  # type: ignore[no-any-return]
    return Topic.objects.get_children(parent)  # type: ignore[no-any-return]


def parent_of(topic: Topic) -> Topic | None:
    """Return the topic above, None at the top."""
    return Topic.objects.get_parent(topic)  # type: ignore[no-any-return]


def place(topic: Topic, parent: Topic | None) -> Topic:
    """Save a new topic as the last below `parent`."""
    if parent is None:
        return Topic.objects.add_root(instance=topic)  # type: ignore[no-any-return]
    return Topic.objects.add_child(parent, instance=topic)  # type: ignore[no-any-return]


def refuse_twin(name: str, parent: Topic | None) -> None:
    """Raise TopicExists when `parent` has a topic of that name."""
    if children(parent).filter(name=name).exists():
        raise TopicExists(
            _("There is already a topic “%(name)s” here.") % {"name": name}
        )


def refuse_depth(topic: Topic, parent: Topic | None) -> None:
    """Raise CannotMove when the subtree would reach below the deepest level."""
    lowest = Topic.objects.under(topic).order_by("-depth").first()
    height = (lowest or topic).depth - topic.depth + 1
    if (parent.depth if parent else 0) + height > DEEPEST:
        raise CannotMove(
            _("“%(name)s” would be more than %(depth)d topics deep.")
            % {"name": topic, "depth": DEEPEST}
        )


def free_address(topic: Topic, parent: Topic | None) -> str:
    """Return the address its name gives, numbered when two names share a slug."""
    wanted = topic.address_under(parent)
    if len(wanted.encode()) > ADDRESS_BYTES:  # too deep to spell out
        wanted = topic.address_under(None)
    number, address = 1, wanted
    others = Topic.objects.exclude(pk=topic.pk)
    while others.filter(address=address).exists():
        number += 1
        address = f"{wanted}-{number}"
    return address


def readdress(topic: Topic) -> None:
    """Give the topic the address of its place, and all below it theirs."""
    old, new = topic.address, free_address(topic, parent_of(topic))
    if old == new:
        return
    below = Topic.objects.under(topic).exclude(pk=topic.pk)
    below.update(address=Concat(Value(new), Substr("address", len(old) + 1)))
    topic.address = new
    topic.save(update_fields=["address"])
