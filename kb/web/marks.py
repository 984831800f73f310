"""A member's own marks on an entry: star, state, rating, and whether they follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.db.models import Case, Count, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.models import Entry, Reading
from kb.models.reading import NEWER, State
from kb.ops import reading
from kb.web import undo
from kb.web.doors import MemberRequest

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser, User
    from django.db.models import QuerySet

RATINGS = range(1, 6)
COMPANY = 2  # members; fewer readers of an entry would be a name


@require_POST
def star(request: MemberRequest, pk: int) -> HttpResponse:
    """Give an entry the member's star, or take it away where `on` is empty."""
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    was, on = mine(request, entry).starred, bool(said(request, "on"))
    reading.star(entry, by=request.user, on=on, now=timezone.now())
    told = _("Starred.") if on else _("Star taken away.")
    return answer(request, entry, told, on="yes" if was else "")


@require_POST
def mark(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep how far the member is with an entry; an empty `state` takes it away.

    `version` is the one that was read, where it is not the paper's latest.
    """
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    was, state = mine(request, entry), said(request, "state")
    if state not in State.values:
        raise BadRequest
    version = number(said(request, "version"))
    reading.mark(entry, state, by=request.user, now=timezone.now(), version=version)
    told = _("Marked: %(state)s.") % {"state": State(state).label}
    before = {"version": was.read_version} if was.read_version else {}
    return answer(request, entry, told, state=was.state, **before)


@require_POST
def rate(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep what the member thinks of an entry, 1 to 5; nothing takes it away."""
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    was, rating = mine(request, entry).rating, number(said(request, "rating"))
    if rating is not None and rating not in RATINGS:
        raise BadRequest
    reading.rate(entry, rating, by=request.user, now=timezone.now())
    told = _("Rated %(rating)d of 5.") % {"rating": rating} if rating else ""
    return answer(request, entry, told or _("Rating taken away."), rating=was or "")


@require_POST
def follow(request: MemberRequest, pk: int) -> HttpResponse:
    """Tell the member of what happens to an entry, or no more where `on` is empty."""
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    was, on = mine(request, entry).following, bool(said(request, "on"))
    reading.follow(entry, by=request.user, on=on, now=timezone.now())
    told = _("You follow this entry.") if on else _("You no longer follow this entry.")
    return answer(request, entry, told, on="yes" if was else "")


# --- What was said --------------------------------------------------------------


def said(request: HttpRequest, name: str) -> str:
    """Return a value of the form; of its address, where a button undoes something."""
    return str(request.POST.get(name, request.GET.get(name, "")))


def number(text: str) -> int | None:
    """Return a small number, None for no text; anything else is a bad request."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5):  # noqa: PLR2004
        raise BadRequest
    return int(text)


def answer(
    request: MemberRequest, entry: Entry, told: str, **before: str | int
) -> HttpResponse:
    """Show the entry with its new marks, or the marks alone to htmx; offer to undo.

    `before` is what would have to be said to have it as it was.
    """
    undo.offer(request, told, f"{request.path}?{urlencode(before)}")
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(entry)
    context = {"entry": entry, "htmx": True, **of_entry(request, entry)}
    return render(request, "kb/entry_marks.html", context)


# --- What is shown --------------------------------------------------------------


def mine(request: HttpRequest, entry: Entry) -> Reading:
    """Return the asker's marks on an entry, blank ones if they made none."""
    found = of_entries(request.user, [entry.pk])
    return found.get(entry.pk) or Reading()


def of_entries(
    user: User | AnonymousUser, entries: Collection[int]
) -> dict[int, Reading]:
    """Return a member's marks by entry: one query.

    `newer` of each says that the paper has a version which they have not read.
    """
    newer = Case(When(NEWER, then=Value(1)), default=Value(0))
    found = Reading.objects.of(user).marked().filter(entry__in=entries)
    return {one.entry_id: one for one in found.annotate(newer=newer)}


def readers() -> QuerySet[Reading]:
    """Return the marks of those who read something now."""
    active = Reading.objects.filter(state=State.READING, member__is_active=True)
    return active.order_by()


def company() -> Coalesce:
    """Return how many read an entry now, to load with it."""
    theirs = readers().filter(entry=OuterRef("pk"))
    counted = theirs.values("entry").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def of_entry(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return what the page of an entry shows of marks: one query.

    One more for an entry that was not loaded with its `company`.
    """
    if not request.user.is_authenticated:
        return {}
    loaded: int | None = getattr(entry, "company", None)
    company = readers().filter(entry=entry).count() if loaded is None else loaded
    return {
        "reading": mine(request, entry),
        "reading_states": State.choices[1:],  # none is any of them taken away
        "ratings": RATINGS,
        "readers": company if company >= COMPANY else 0,
    }
