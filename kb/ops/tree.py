"""What curators do to the tree of topics, each as a deed that can be undone."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from kb.models import Run, Topic
from kb.models.runs import RunKind
from kb.ops import deeds, topics
from kb.ops.topics import Words

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def create(name: str, parent: Topic | None, *, by: "User", now: datetime) -> Run:
    """Add a topic. Raises TopicExists, CannotMove."""
    return do(
        "created", name, partial(topics.create, name, parent=parent, by=by), by, now
    )


def edit(topic: Topic, wanted: Words, seen: Words, *, by: "User", now: datetime) -> Run:
    """Name and introduce a topic. Raises Outdated, TopicExists."""
    act = partial(topics.edit, topic, wanted, seen=seen, by=by)
    return do("edited", wanted.name, act, by, now)


def move(topic: Topic, target: Topic, place: str, *, by: "User", now: datetime) -> Run:
    """Move a topic with all below it. Raises CannotMove, TopicExists."""
    act = partial(topics.move, topic, target, place, by=by)
    return do("moved", topic.name, act, by, now)


def merge(topic: Topic, into: Topic, *, by: "User", now: datetime) -> Run:
    """Merge a topic into another. Raises CannotMove."""
    act = partial(topics.merge, topic, into, by=by)
    return do("merged", f"{topic.name} → {into.name}", act, by, now)


def split(
    topic: Topic, name: str, keys: Collection[int], *, by: "User", now: datetime
) -> Run:
    """Make a topic of some of another's entries. Raises TopicExists, CannotMove."""
    act = partial(topics.split, topic, name, keys, by=by)
    return do("split", f"{topic.name} → {name}", act, by, now)


def delete(topic: Topic, *, by: "User", now: datetime) -> Run:
    """Remove an empty topic. Raises TopicInUse."""
    return do("deleted", topic.name, partial(topics.delete, topic, by=by), by, now)


def do(
    what: str, subject: str, act: Callable[[], object], by: "User", now: datetime
) -> Run:
    """Record an act on the tree as a deed."""
    with deeds.doing(RunKind.TREE, subject, by=by, now=now) as run:
        act()
        run.report = {"tree": what}
        run.done = run.total = 1
        return run
