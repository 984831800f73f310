"""Each member's own shelf: everything they marked or wrote notes on, to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kb.models import Annotation, Entry, Reading
from kb.models.entries import AWAY
from kb.models.reading import NEWER, State
from kb.web import marks
from kb.web.doors import MemberRequest
from kb.web.pages import page_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from kb.models.annotations import AnnotationQuerySet
    from kb.models.entries import EntryQuerySet

PAGE = 25  # entries
ALL, NOTES, TEAM = "all", "notes", "team"
TOUCHED = "touched"
# What a member said of an entry, by the part of the shelf that holds it.
SAID = {
    "toread": Q(state=State.TO_READ),
    "reading": Q(state=State.READING),
    "read": Q(state=State.READ),
    "newer": NEWER,
    "starred": Q(starred=True),
    "rated": ~Q(rating=None),
    "followed": Q(following=True),
}
LABELS = {
    ALL: _("All"),
    "toread": _("To read"),
    "reading": _("Reading"),
    "read": _("Read"),
    "newer": _("Newer version out"),
    "starred": _("Starred"),
    "rated": _("Rated"),
    "followed": _("Followed"),
    NOTES: _("My notes"),
    TEAM: _("What the team is reading"),
}
SORTS: dict[str, tuple[Any, list[Any]]] = {
    TOUCHED: (_("Last changed"), [F("touched").desc(nulls_last=True), "-pk"]),
    "rating": (_("Best rated"), [F("rating").desc(nulls_last=True), "-pk"]),
    "added": (_("Last added"), ["-added_at", "-pk"]),
    "title": (_("By title"), ["title", "pk"]),
}


class Choice(NamedTuple):
    """A part or an order of the shelf, as a link; an order has no `number`."""

    label: str
    href: str
    chosen: bool
    number: int | None = None


@require_safe
def shelf(request: MemberRequest) -> HttpResponse:
    """Show one part of the member's shelf, or what several of the team are reading."""
    user, part, sort = request.user, request.GET.get("show"), request.GET.get("sort")
    part = part if part in LABELS else ALL
    sort = sort if sort in SORTS else TOUCHED
    entries = ordered(held(part, user), sort, user, together=part == TEAM)
    page = page_of(entries, request.GET.get("page"), PAGE)
    counts = counted(user)
    context = {
        "page": page,
        "part": part,
        "label": LABELS[part],
        "counts": counts,
        "parts": [
            Choice(str(label), link(show=name, sort=sort), name == part, counts[name])
            for name, label in LABELS.items()
        ],
        "orders": [
            Choice(str(label), link(show=part, sort=name), name == sort)
            for name, (label, _order) in SORTS.items()
        ],
        "marks": marks.of_entries(user, [entry.pk for entry in page]),
    }
    return render(request, "kb/shelf.html", context)


def link(**chosen: str) -> str:
    """Return the address of a part of the shelf, in an order, without what is usual."""
    usual = {"show": ALL, "sort": TOUCHED}
    said = {name: value for name, value in chosen.items() if value != usual[name]}
    return f"{reverse('kb:shelf')}{f'?{urlencode(said)}' if said else ''}"


def held(part: str, user: User) -> EntryQuerySet[Entry]:
    """Return the entries of a part of somebody's shelf, or of the team's."""
    there = Entry.objects.in_use()
    mine, noted = Reading.objects.of(user), Q(pk__in=notes_of(user).values("entry"))
    if part == TEAM:
        return there.filter(pk__in=read_together().values("entry"))
    if part == NOTES:
        return there.filter(noted)
    if part == ALL:
        return there.filter(Q(pk__in=mine.marked().values("entry")) | noted)
    return there.filter(pk__in=mine.filter(SAID[part]).values("entry"))


def notes_of(user: User) -> AnnotationQuerySet:
    """Return the notes a member wrote."""
    return Annotation.objects.filter(author=user).standing().order_by()


def read_together() -> QuerySet[Reading, dict[str, Any]]:
    """Return the entries that several are reading, and how many: never who."""
    readers = Reading.objects.filter(state=State.READING, member__is_active=True)
    each = readers.order_by().values("entry").annotate(readers=Count("pk"))
    return each.filter(readers__gte=marks.COMPANY)


def counted(user: User) -> dict[str, int]:
    """Return how many entries are in each part: four queries."""
    there = ~Q(entry__status__in=AWAY)
    mine = Reading.objects.of(user).filter(there)
    said = {name: Count("pk", filter=which) for name, which in SAID.items()}
    noted = notes_of(user).filter(there).aggregate(n=Count("entry", distinct=True))
    return {
        **mine.aggregate(**said),
        ALL: held(ALL, user).count(),
        NOTES: noted["n"],
        TEAM: read_together().filter(there).count(),
    }


def ordered(
    entries: EntryQuerySet[Entry], sort: str, user: User, *, together: bool
) -> EntryQuerySet[Entry]:
    """Return entries in an order; those of the team by how many read them."""
    if together:
        readers = read_together().filter(entry=OuterRef("pk"))
        readers = readers.values("readers")  # type: ignore[misc]
        most = entries.annotate(readers=Subquery(readers))
        return most.order_by("-readers", "-pk")  # type: ignore[return-value]
    mine = Reading.objects.of(user).filter(entry=OuterRef("pk"))
    notes = notes_of(user).filter(entry=OuterRef("pk")).values("entry")
    touched = Greatest(
        Subquery(mine.values("changed_at")),
        Subquery(notes.values(last=Max("written_at"))),
    )
    rating = Subquery(mine.values("rating"))
    known = entries.alias(touched=touched, rating=rating)
    return known.order_by(*SORTS[sort][1])  # type: ignore[return-value]
