"""The history of an entry: every change, by whom, when and why; with arXiv's news."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kb.models import Entry, Milestone
from kb.models.acts import Act, Reason, acts, changes, reasons
from kb.web.doors import MemberRequest
from kb.web.news import icon
from kb.web.telling import What, names, told

PAGE = 30  # lines

FROM_ARXIV = gettext_lazy("brought it up to date from arXiv")
REASONS = {
    "add entry": gettext_lazy("added the entry"),
    "edit entry": gettext_lazy("edited the entry"),
    "admin": gettext_lazy("edited it in the curators' tables"),
    "refresh from arXiv": FROM_ARXIV,
    "harvest from arXiv": FROM_ARXIV,
    "details from arXiv": FROM_ARXIV,
    "snapshot of arXiv": gettext_lazy("brought it up to date from a snapshot of arXiv"),
    "add link": gettext_lazy("added a link"),
    "take off link": gettext_lazy("took off a link"),
    "put back link": gettext_lazy("put back a link"),
}
IMPORT = "import "  # before the name of a list


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history: what somebody did, or what happened at arXiv."""

    when: datetime
    icon: str
    who: str = ""
    why: str = ""
    what: Sequence[What] = ()
    milestone: Milestone | None = None


@require_safe
def history(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what was done to an entry and what happened to it, newest first."""
    entry = get_object_or_404(Entry.objects.select_related("paper"), pk=pk)
    stream: list[Act | Milestone] = [*acts(pk), *milestones(pk)]
    stream.sort(key=moment, reverse=True)
    number = request.GET.get("page")
    page: Page[Act | Milestone] = Paginator(stream, PAGE).get_page(number)
    told_of = lines(list(page.object_list))
    context = {"entry": entry, "page": page, "lines": told_of}
    return render(request, "kb/history.html", context)


def milestones(pk: int) -> Iterable[Milestone]:
    """Return what happened to a paper; the acts tell what its texts were before."""
    return Milestone.objects.filter(paper=pk).defer("before")


def moment(one: Act | Milestone) -> datetime:
    """Return when something was done, or noticed."""
    return one.noticed_at if isinstance(one, Milestone) else one.at


def lines(stream: Sequence[Act | Milestone]) -> list[Line]:
    """Return what is to be read of acts and milestones, in their order.

    A constant number of queries.
    """
    deeds = iter(done([one for one in stream if isinstance(one, Act)]))
    return [
        Line(one.noticed_at, icon(one), milestone=one)
        if isinstance(one, Milestone)
        else next(deeds)
        for one in stream
    ]


def done(some: Sequence[Act]) -> list[Line]:
    """Return a line for each act: who, why, and what became of each field."""
    changed, given = changes(some), reasons(some)
    named = names(chain.from_iterable(changed))
    users = {reason.user for reason in given.values() if reason.user}
    people = dict(User.objects.filter(pk__in=users).values_list("pk", "username"))
    return [
        Line(act.at, *by(reason, people), why(reason), told(change, named))
        for act, change in zip(some, changed, strict=True)
        for reason in [given.get(act.context) if act.context else None]
    ]


def by(reason: Reason | None, people: Mapping[int, str]) -> tuple[str, str]:
    """Return the icon and the name of who did something."""
    if reason is None:  # no door of ours: somebody wrote into the database
        return "key-round", _("Somebody outside the site")
    if reason.user is None:
        return "refresh-cw", _("The machine")
    return "circle-user-round", people.get(reason.user, _("Somebody who is gone"))


def why(reason: Reason | None) -> str:
    """Return the reason that was recorded, in the reader's words where it has some."""
    given = reason.reason if reason else ""
    if given.startswith(IMPORT):
        name = given.removeprefix(IMPORT)
        return _("imported the list “%(name)s”") % {"name": name}
    return str(REASONS.get(given, given))
