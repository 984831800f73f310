"""Tell an open page what others noted meanwhile.

The page asks every few seconds, and says which state it shows. As long as that is what
there is, nothing is read but figures, and nothing sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.db.models import Count, Max, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kb.models import Annotation, Entry, Reaction
from kb.web import quotes
from kb.web.doors import MemberRequest
from kb.web.members import reading_language

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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
    """Return what is another after any change a member can see: three queries.

    Of nothing that others keep to themselves: not even that something changed.
    """
    notes = Annotation.objects.visible_to(user).filter(entry=entry).order_by()
    figures = notes.aggregate(
        *(Count("pk"), Max("pk"), Sum("version"), Count("deleted_at")),
        *(Count("resolved_at"), Max("resolved_at")),
        *(Count("orphaned_at"), Max("orphaned_at"), Sum("start"), Sum("end")),
    )
    said = Reaction.objects.filter(annotation__in=notes)
    texts = (
        Entry.objects.filter(pk=entry)
        .order_by("summaries__language")
        .values_list("summaries__language", "summaries__version", "paper__abstract")
    )
    told = [figures, said.aggregate(Count("pk"), Max("pk")), list(texts)]
    return f"{crc32(repr(told).encode()):x}"
