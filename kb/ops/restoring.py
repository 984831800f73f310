"""Bring versions back: each is a new change, by who wanted it, through its own verb.

A version is a state of what the history remembers (`kb.models.acts`). `seen` is the one
that was the newest when somebody chose: if another is by now, nothing is restored.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from taggit.models import Tag

from kb.models import Annotation, Entry, Topic
from kb.models.acts import ENTRY, FILING, NOTE, SUMMARY, TAGGED, TOPIC, State, said
from kb.ops import annotations, entries, summaries, topics
from kb.ops.acting import acting
from kb.ops.entries import Seen, Wanted
from kb.ops.errors import Irretrievable, Outdated
from kb.ops.topics import Words

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from kb.ops.errors import Written

REASON = "restore"


def summary(
    entry: Entry,
    language: str,
    version: State,
    *,
    seen: State,
    by: "User",
    now: datetime,
) -> None:
    """Save the text of a version again; also of a summary that was deleted.

    Raises Outdated and Irretrievable.
    """
    body = only(version, SUMMARY)["body"]
    base = sum(row["version"] for row in said(seen, SUMMARY, "version"))  # 0 or one
    with acting(by, REASON):
        summaries.put(entry, language, body, base=base, by=by, now=now)


def note(
    written: Annotation, version: State, *, seen: State, by: "User", now: datetime
) -> None:
    """Save the text of a version of one's own note again; who sees it stays.

    Raises NotYours, Outdated and Irretrievable.
    """
    body, shown = only(version, NOTE)["body"], written.visibility
    base = only(seen, NOTE, "version")["version"]
    with acting(by, REASON):
        annotations.edit(written, body, shown, base=base, by=by, now=now)


def topic(shown: Topic, version: State, *, seen: State, by: "User") -> None:
    """Give a topic the names and the introduction it had; it stays in its place.

    Raises Outdated, Irretrievable and TopicExists.
    """
    wanted, before = (words(only(there, TOPIC)) for there in (version, seen))
    with acting(by, REASON):
        topics.lock_tree()
        current = Topic.objects.get(pk=shown.pk)
        refuse_unless(Words.of(current) == before, current)
        topics.edit(current, wanted, seen=before, by=by)


def entry(shown: Entry, version: State, *, seen: State, by: "User") -> None:
    """Give an entry the title, topics and tags it had.

    Raises Outdated, and Irretrievable when a topic or a tag is gone.
    """
    wanted, before = stood(version), stood(seen)
    with acting(by, REASON):
        current = Entry.objects.select_for_update().get(pk=shown.pk)
        topics_now = set(current.filings.values_list("topic_id", flat=True))
        now = Seen(current.title, topics_now, set(current.tags.names()))
        refuse_unless(now == before, current)
        filed = list(Topic.objects.filter(pk__in=wanted.topics))
        if len(filed) < len(wanted.topics):
            raise Irretrievable(_("A topic it was filed under then is gone."))
        again = Wanted(wanted.title, current.kind, filed, wanted.tags)
        entries.edit(current, again, by=by, seen=before)


# --- Inside -------------------------------------------------------------------


def stood(there: State) -> Seen:
    """Return the title, topics and tags of an entry in a state."""
    tags = {row["tag"] for row in said(there, TAGGED)}
    names = set(Tag.objects.filter(pk__in=tags).values_list("name", flat=True))
    topics_then = {row["topic"] for row in said(there, FILING)}
    return Seen(only(there, ENTRY)["title"], topics_then, names)


def words(row: Mapping[str, Any]) -> Words:
    """Return what a remembered row of a topic says."""
    return Words(row["name"], row["name_zh"], row["name_en"], row["intro"])


def only(there: State, table: int, *more: str) -> dict[str, Any]:
    """Return what the one row of a table says. Raises Irretrievable without one."""
    for row in said(there, table, *more):
        return row
    raise Irretrievable(_("In that version it was deleted: there is no text."))


def refuse_unless(fresh: bool, current: "Written") -> None:  # noqa: FBT001
    """Raise Outdated where somebody changed it since it was seen."""
    if not fresh:
        raise Outdated(_("Somebody changed it since this page was made."), current)
