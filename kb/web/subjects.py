"""What histories are of: an entry, a summary, a note, a topic; and who may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.models import Annotation, Entry, Milestone, Topic
from kb.models.acts import (
    ENTRY,
    FILING,
    NOTE,
    SUMMARY,
    TAGGED,
    TOPIC,
    Act,
    Remembered,
    State,
    acts,
    of_entry,
    of_note,
    of_summary,
    of_topic,
)
from kb.models.annotations import Visibility, open_to
from kb.models.history import events
from kb.models.summaries import Language
from kb.ops import restoring
from kb.web.doors import MemberRequest

Restore: TypeAlias = Callable[[State, State], None]  # the version, and the newest seen


@dataclass(frozen=True)
class Subject:
    """What a history is of, and what its page offers to the asker.

    `restore` is None where they may restore nothing; `brings` says what it brings back,
    which is in `tables`, by their places in TOLD.
    """

    name: str
    href: str
    acts: Sequence[Act]
    part: str = ""
    milestones: Iterable[Milestone] = ()
    entry: Entry | None = None
    brings: str = ""
    tables: frozenset[int] = frozenset({SUMMARY, NOTE, TOPIC})
    restore: Restore | None = field(default=None, repr=False)

    @property
    def may_restore(self) -> bool:
        """Whether the asker may restore anything."""
        return self.restore is not None

    def restorable(self, some: Iterable[Act | Milestone]) -> set[str]:
        """Return the keys of those after which there was another such thing."""
        acts = (act for act in some if isinstance(act, Act))
        tables = self.tables
        return {act.key for act in acts if tables & {table for table, _ in act.steps}}

    @property
    def earlier(self) -> dict[str, str]:
        """The key of the version before each, by its own."""
        return {new.key: old.key for new, old in pairwise(self.acts)}

    @property
    def newest(self) -> str:
        """The key of the version that is the newest, "" for none."""
        return self.acts[0].key if self.acts else ""


def entry(request: MemberRequest, pk: int) -> Subject:
    """Return an entry with all that hangs on it, but notes."""
    shown = get_object_or_404(Entry.objects.select_related("paper"), pk=pk)

    def restore(version: State, seen: State) -> None:
        restoring.entry(shown, version, seen=seen, by=request.user)

    return Subject(
        shown.title,
        shown.get_absolute_url(),
        acts(of_entry(pk)),
        entry=shown,
        # The acts tell what its texts were before.
        milestones=Milestone.objects.filter(paper=pk).defer("before"),
        brings=_("Restoring brings back the title, the topics and the tags."),
        tables=frozenset({ENTRY, FILING, TAGGED}),
        restore=restore,
    )


def summary(request: MemberRequest, pk: int, language: str) -> Subject:
    """Return the summary of an entry in one language, also one that was deleted."""
    shown = get_object_or_404(Entry.objects.there(), pk=pk)
    if language not in Language.values:
        raise Http404

    def restore(version: State, seen: State) -> None:
        who, now = request.user, timezone.now()
        restoring.summary(shown, language, version, seen=seen, by=who, now=now)

    return Subject(
        shown.title,
        f"{shown.get_absolute_url()}?lang={language}",
        acts(of_summary(pk, language)),
        part=_("Summary (%(language)s)") % {"language": Language(language).label},
        entry=shown,
        restore=restore,
    )


def topic(request: MemberRequest, pk: int) -> Subject:
    """Return a topic, also one that was deleted."""
    rows, shown = of_topic(pk), Topic.objects.filter(pk=pk).first()
    if not rows:
        raise Http404

    def restore(version: State, seen: State) -> None:
        if shown:
            restoring.topic(shown, version, seen=seen, by=request.user)

    return Subject(
        str(shown or last_name(rows)),
        shown.get_absolute_url() if shown else "",
        acts(rows),
        part=_("Topic"),
        brings=_("Restoring brings back the names and the introduction."),
        restore=restore if shown and request.user.is_staff else None,
    )


def note(request: MemberRequest, pk: int) -> Subject:
    """Return a note, as far as the asker may see it; to others it is not there."""
    kept = Annotation.objects.visible_to(request.user).standing()
    shown = kept.select_related("entry").filter(pk=pk).first()
    about = shown.entry if shown else deleted(request.user, pk)

    def restore(version: State, seen: State) -> None:
        if shown:
            who, now = request.user, timezone.now()
            restoring.note(shown, version, seen=seen, by=who, now=now)

    mine = shown and shown.author_id == request.user.pk
    return Subject(
        about.title,
        f"{about.get_absolute_url()}#notes",
        acts(of_note(pk, open_to(request.user))),
        part=_("Note"),
        entry=about,
        brings=_("Restoring brings back the text; who sees the note stays."),
        restore=restore if mine else None,
    )


# --- Inside -------------------------------------------------------------------


def last_name(rows: Iterable[Remembered]) -> str:
    """Return what a topic that is gone was called last."""
    remembered: QuerySet[Any] = QuerySet(events(Topic))
    key = max(row.key for row in rows)
    name: str = remembered.values_list("name", flat=True).get(pk=key)
    return name


def deleted(user: User, pk: int) -> Entry:
    """Return the entry of a note that was deleted, to whom may still see the note.

    That is who wrote it, and curators if it was the team's. Raises Http404.
    """
    rows: QuerySet[Any] = QuerySet(events(Annotation)).filter(pgh_obj=pk)
    seen = Q(author=user.pk)
    if user.is_staff:
        seen |= Q(visibility=Visibility.TEAM)
    last = rows.order_by("-pgh_id").first()
    if last is None or not rows.filter(seen, pk=last.pk).exists():
        raise Http404
    gone = last.pgh_label == "delete" or last.deleted_at
    if not gone:
        raise Http404
    return get_object_or_404(Entry, pk=last.entry_id)
