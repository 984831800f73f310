"""Tell an open page what others noted meanwhile.

The page asks every few seconds, and says which state it shows. As long as that is what
there is, nothing is read but figures, and nothing sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.db.models import Count, Max, OuterRef, Subquery, Sum
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kb.models import Annotation, Entry, Reaction
from kb.web import quotes
from kb.web.doors import MemberRequest
from kb.web.members import reading_language

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# What tells of a change in notes: how many there are and when, and where they stand.
FIGURES = (
    *(("number", Count, "pk"), ("last", Max, "pk"), ("sum", Sum, "version")),
    *(("number", Count, "deleted_at"), ("number", Count, "resolved_at")),
    *(("last", Max, "resolved_at"), ("number", Count, "orphaned_at")),
    *(("last", Max, "orphaned_at"), ("sum", Sum, "start"), ("sum", Sum, "end")),
)


@require_safe
def margin(request: MemberRequest, pk: int) -> HttpResponse:
    """Answer with the texts and notes of an entry, unless they are as was `seen`."""
    state = state_of(pk, request.user)
    if request.GET.get("seen") == state:
        return HttpResponse(status=204)
    entries = Entry.objects.select_related("paper").prefetch_related("summaries")
    entry = get_object_or_404(entries, pk=pk)
    return render(request, "kb/margin.html", shown(request, entry, state))


def shown(request: MemberRequest, entry: Entry, state: str) -> dict[str, Any]:
    """Return what a member is shown of the texts and notes of an entry."""
    language = request.GET.get("lang", reading_language(request))
    summary, paper = entry.summary_in(language), getattr(entry, "paper", None)
    noted = quotes.of_page(entry, summary, paper, request.user)
    there = {"entry": entry, "summary": summary, "paper": paper}
    return {**there, "noted": noted, "seen": state}


def state_of(entry: int, user: User) -> str:
    """Return what is another after any change a member can see: one query.

    Of nothing that others keep to themselves: not even that something changed.
    """
    of_notes, of_reactions = signs(user)
    told = (
        Entry.objects.filter(pk=entry)
        .annotate(of_notes=of_notes, of_reactions=of_reactions)
        .order_by("summaries__language")
        .values_list(
            *("summaries__language", "summaries__version", "paper__abstract"),
            *("of_notes", "of_reactions"),
        )
    )
    return signed([tuple(row) for row in told])


def state_loaded(entry: Entry) -> str:
    """Return the same of an entry that was loaded with `signs`, without a query."""
    paper = getattr(entry, "paper", None)
    versions: list[tuple[str | None, int | None]] = sorted(
        (one.language, one.version) for one in entry.summaries.all()
    )
    return signed(
        [
            (*said, paper and paper.abstract, entry.of_notes, entry.of_reactions)  # type: ignore[attr-defined]
            for said in versions or [(None, None)]
        ]
    )


def signed(told: list[tuple[Any, ...]]) -> str:
    """Return a few characters for what there is."""
    return f"{crc32(repr(told).encode()):x}"


def signs(user: User) -> tuple[Subquery, Subquery]:
    """Return what tells of a change in notes and reactions, to load with an entry."""
    notes = Annotation.objects.visible_to(user).filter(entry=OuterRef("pk")).order_by()
    figures = JSONObject(
        **{f"{name}_{at}": of(at) for name, of, at in FIGURES},
    )
    theirs = Annotation.objects.visible_to(user)
    said = Reaction.objects.filter(
        annotation__in=theirs, annotation__entry=OuterRef("pk")
    ).order_by()
    reactions = JSONObject(number=Count("pk"), last=Max("pk"))
    return (
        Subquery(notes.values("entry").annotate(all=figures).values("all")),
        Subquery(
            said.values("annotation__entry").annotate(all=reactions).values("all")
        ),
    )
