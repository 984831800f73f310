"""Histories: what was done to a thing, any two versions of it, and an old one back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kb.models import Milestone
from kb.models.acts import Act, between, changes, state
from kb.ops.errors import Irretrievable, OpError
from kb.web import subjects
from kb.web.doors import MemberRequest
from kb.web.history import authored, lines, moment
from kb.web.subjects import Subject
from kb.web.telling import names, told

PAGE = 30  # lines
OFFERED = 200  # versions to choose from, when two are compared
SIDES = "sides"  # how two versions are shown, if not in one text

asked = require_http_methods(["GET", "HEAD", "POST"])


@asked
def entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what was done to an entry and what happened to it at arXiv."""
    return answer(request, subjects.entry(request, pk))


@asked
def summary(request: MemberRequest, pk: int, language: str) -> HttpResponse:
    """Show what became of the summary in one language."""
    return answer(request, subjects.summary(request, pk, language))


@asked
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what became of a note, to whom may see it."""
    return answer(request, subjects.note(request, pk))


@asked
def topic(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what became of a topic."""
    return answer(request, subjects.topic(request, pk))


# --- Inside -------------------------------------------------------------------


def answer(request: MemberRequest, subject: Subject) -> HttpResponse:
    """Show a history, or two versions; or bring one back."""
    if request.method == "POST":
        return restore(request, subject)
    if "old" in request.GET or "new" in request.GET:
        return compare(request, subject)
    stream: list[Act | Milestone] = [*subject.acts, *subject.milestones]
    stream.sort(key=moment, reverse=True)
    number = request.GET.get("page")
    page: Page[Act | Milestone] = Paginator(stream, PAGE).get_page(number)
    shown = list(page.object_list)
    context = {
        "page": page,
        "lines": lines(shown),
        "restorable": subject.restorable(shown),
        "earlier": subject.earlier,
    }
    return show(request, "kb/history.html", subject, **context)


def compare(request: MemberRequest, subject: Subject) -> HttpResponse:
    """Show what differs between two versions; the newest stands for one not named."""
    keys = [request.GET.get(name) or subject.newest for name in ("old", "new")]
    old, new = (state(subject.acts, key) for key in keys)
    if old is None or new is None:
        raise Http404
    act = between(old, new)
    (differ,) = changes([act])
    context = {
        "what": told(differ, names(differ)),
        "old": keys[0],
        "new": keys[1],
        "versions": authored(offered(subject.acts, keys)),
        "sides": request.GET.get("view") == SIDES,
    }
    return show(request, "kb/versions.html", subject, **context)


def offered(some: Sequence[Act], keys: Collection[str]) -> list[Act]:
    """Return the versions to choose from: the newest, and those that were chosen."""
    numbered = enumerate(some)
    return [act for number, act in numbered if number < OFFERED or act.key in keys]


def restore(request: MemberRequest, subject: Subject) -> HttpResponse:
    """Bring a version back as a new change; a refusal says why in words."""
    keys = [request.POST.get(name, "") for name in ("version", "base")]
    version, seen = (state(subject.acts, key) for key in keys)
    if version is None or seen is None:
        raise Http404
    if subject.restore is None:
        raise PermissionDenied(_("Ask who wrote this, or a curator, to restore it."))
    try:
        subject.restore(version, seen)
    except OpError as refusal:
        messages.error(request, f"{refusal} {advice(refusal)}")
    else:
        messages.success(request, _("That version is back, as a new one."))
    return redirect(request.path)


def advice(refusal: OpError) -> str:
    """Return what to do where nothing was restored."""
    if isinstance(refusal, Irretrievable):
        return _("Nothing was restored.")
    return _("Nothing was restored: look at what is new, then choose again.")


def show(
    request: MemberRequest, template: str, subject: Subject, **more: Any
) -> HttpResponse:
    """Render a page about a subject."""
    context = {"subject": subject, "entry": subject.entry, **more}
    return render(request, template, context)
