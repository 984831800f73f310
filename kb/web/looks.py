"""What is new in a list since its reader looked last."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.models import Entry, Look, Milestone, Summary, Topic
from kb.models.milestones import MilestoneKind
from kb.ops import looks
from kb.web.doors import MemberRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser, User

    from kb.models.entries import EntryQuerySet

HOME = "home"
TOPIC = "topic:"  # before its key


@dataclass(frozen=True, slots=True)
class Looked:
    """When somebody looked at a list before, and how many entries have news since.

    `since` is None for who never did.
    """

    place: str
    since: datetime | None
    total: int


@require_POST
def look(request: MemberRequest) -> HttpResponse:
    """Keep that a member looks at a list, or that they have seen `all` of it."""
    place = request.POST.get("place", "")
    page, now = page_of(place), timezone.now()
    if "all" in request.POST:
        looks.see(place, by=request.user, now=now)
        return redirect(page)
    looks.look(place, by=request.user, now=now)
    return HttpResponse(status=204)


def page_of(place: str) -> str:
    """Return the address of a place."""
    if place == HOME:
        return reverse("kb:home")
    key = place.removeprefix(TOPIC)
    if place == key or not (key.isascii() and key.isdigit()):
        raise BadRequest
    return get_object_or_404(Topic, pk=int(key[:18])).get_absolute_url()


def looked(
    request: HttpRequest, place: str, entries: EntryQuerySet[Entry]
) -> Looked | None:
    """Return what a member has not seen of the list at a place; None for strangers.

    Two queries, however long the list is.
    """
    if not request.user.is_authenticated:
        return None
    kept = Look.objects.filter(member=request.user, place=place).first()
    if kept is None:
        return Looked(place, None, 0)
    moment = looks.since(kept, now=timezone.now())
    total = new_among(entries, request.user, moment).count()
    return Looked(place, moment, total)


def new_among(
    entries: EntryQuerySet[Entry], user: User | AnonymousUser, moment: datetime
) -> EntryQuerySet[Entry]:
    """Keep what others added or wrote about since, and what happened at arXiv."""
    added = Q(added_at__gt=moment) & ~Q(added_by=user.pk)
    written = Summary.objects.filter(edited_at__gt=moment).exclude(edited_by=user.pk)
    happened = Milestone.objects.filter(noticed_at__gt=moment)
    return entries.filter(
        added
        | Q(pk__in=written.order_by().values("entry"))
        | Q(pk__in=happened.order_by().values("paper"))
    )


def news(
    entries: Sequence[Entry], user: User | AnonymousUser, moment: datetime
) -> dict[int, list[str]]:
    """Return words for what is new of each of these entries: one query.

    Reads their prefetched summaries. What is new itself has no other news.
    """
    keys = [entry.pk for entry in entries]
    happened = Milestone.objects.filter(paper__in=keys, noticed_at__gt=moment)
    told: dict[int, dict[str, None]] = defaultdict(dict)
    rows = happened.order_by("noticed_at", "pk").values_list("paper", "kind")
    for paper, kind in rows:
        told[paper][str(MilestoneKind(kind).label)] = None
    for entry in entries:
        if entry.added_at > moment and entry.added_by_id != user.pk:
            told[entry.pk] = {_("new"): None}
        elif any(newly_written(one, user, moment) for one in entry.summaries.all()):
            told[entry.pk] = {_("new summary"): None, **told[entry.pk]}
    return {pk: list(said) for pk, said in told.items()}


def newly_written(
    summary: Summary, user: User | AnonymousUser, moment: datetime
) -> bool:
    """Say whether somebody else wrote a summary since."""
    return summary.edited_at > moment and summary.edited_by_id != user.pk
