"""How things stand with arXiv: what waits, what failed and why, and what can be done.

Everything is counted in the database, in as many queries for a large library as for a
small one.
"""

from datetime import datetime, timedelta
from typing import Any

import redis
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kb import tasks
from kb.admin.requests import Requests
from kb.models import ArxivRequest, Harvest, Paper, Run
from kb.models.papers import PaperQuerySet, RefreshState
from kb.ops import metadata
from kb.web import gate

TO_LOOK = ("kb.view_paper", "kb.view_harvest", "kb.view_run")
TO_ACT = "kb.change_paper"
CAUSES = 12  # groups that are shown; “all of them” means all
RUNS = 8
LIVELY, CALM = 3, 15  # seconds until the page looks again: while work runs, and else


class RetryForm(forms.Form):
    """Which of the failing papers to try again: one, those of one cause, or all."""

    paper = forms.ModelChoiceField(Paper.objects.failing(), required=False)
    refresh_state = forms.CharField(required=False)
    cause = forms.CharField(required=False, strip=False)

    def clean_cause(self) -> str:
        """Return the cause as it is kept: browsers send their own ends of lines."""
        cause: str = self.cleaned_data["cause"]
        return cause.replace("\r\n", "\n")

    def chosen(self) -> tuple[PaperQuerySet, str]:
        """Return the papers, and what a record calls them."""
        failing, named = Paper.objects.failing(), self.cleaned_data
        if paper := named["paper"]:
            return failing.filter(pk=paper.pk), paper.arxiv_id
        if "cause" in self.data:
            same = {name: named[name] for name in ("refresh_state", "cause")}
            return failing.filter(**same), named["cause"]
        return failing, ""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show it all; htmx asks for what changes by itself alone."""
    refuse_unless(request, *TO_LOOK)
    now = timezone.now()
    context = moving(now)
    if request.htmx:  # type: ignore[attr-defined]
        context["polled"] = True
        response = render(request, "admin/kb/metadata.html#now", context)
    else:
        context |= admin.site.each_context(request) | resting(now)
        context["may_act"] = request.user.has_perm(TO_ACT)
        context["title"] = _("Metadata from arXiv")
        response = render(request, "admin/kb/metadata.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Bring failing papers due: one by its key, those of one cause, or all."""
    refuse_unless(request, *TO_LOOK, TO_ACT)
    form = RetryForm(request.POST)
    if not form.is_valid():
        messages.info(request, _("That no longer fails."))
        return redirect("admin:kb_metadata")
    chosen, name = form.chosen()
    count = metadata.retry(chosen, name, by=request.user, now=timezone.now())
    told = ngettext("%(n)d paper is due.", "%(n)d papers are due.", count)
    messages.success(request, told % {"n": count})
    wake()
    return redirect("admin:kb_metadata")


@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """Let arXiv be asked again, as whoever asked for it answers for it."""
    refuse_unless(request, *TO_LOOK, TO_ACT)
    if "sure" not in request.POST:
        messages.error(request, _("Tick the box first: nothing was changed."))
        return redirect("admin:kb_metadata")
    try:
        with gate.gate() as shared:
            ended = metadata.reopen(shared, by=request.user, now=timezone.now())
    except redis.RedisError:
        messages.error(request, _("The broker does not answer: nothing was changed."))
        return redirect("admin:kb_metadata")
    gate.forget()
    if ended:
        messages.success(request, _("From now on arXiv may be asked again."))
        wake()
    else:
        messages.info(request, _("Nothing kept us from asking arXiv."))
    return redirect("admin:kb_metadata")


def refuse_unless(request: HttpRequest, *rights: str) -> None:
    """Raise PermissionDenied for whoever lacks one of the rights."""
    if not request.user.has_perms(rights):
        raise PermissionDenied


def wake() -> None:
    """Have a worker look at once, where it may ask."""
    if settings.ARXIV_ENABLED:
        transaction.on_commit(tasks.wake, robust=True)


# --- What is shown ----------------------------------------------------------------


def moving(now: datetime) -> dict[str, Any]:
    """Return what changes from one second to the next: gate, queue and running work."""
    queue = Paper.objects.standing(now)
    running = list(Run.objects.with_arxiv().running()[:RUNS])
    return {
        "enabled": settings.ARXIV_ENABLED,
        "gate": gate.stand(),
        "spacing": settings.ARXIV_SPACING_SECONDS,
        "queue": queue,
        "states": [(state, queue[state.name.lower()]) for state in RefreshState],
        "running": running,
        "pause": LIVELY if running or queue["held"] else CALM,
    }


def resting(now: datetime) -> dict[str, Any]:
    """Return the rest: what failed, what was asked, harvests and past runs."""
    rows = causes(now)
    over = Run.objects.with_arxiv().over().select_related("asked_by")
    return {
        "causes": rows[:CAUSES],
        "more_causes": len(rows) > CAUSES,
        "requests": Requests.until(now),
        "harvesting": settings.ARXIV_HARVEST,
        "harvests": list(Harvest.objects.filter(set_spec__in=settings.ARXIV_SETS)),
        "now": now,
        "runs": list(over[:RUNS]),
    }


def causes(now: datetime) -> list[dict[str, Any]]:
    """Return why papers fail, each with when it was met last and papers it befell."""
    rows = list(Paper.objects.by_cause()[: CAUSES + 1])
    asked = ArxivRequest.objects.since(now - timedelta(days=30))
    met = asked.last_of([row["cause"] for row in rows]) if rows else {}
    named = {row[place] for row in rows for place in ("first", "last")}
    befallen = Paper.objects.in_bulk(named) if named else {}
    for row in rows:
        keys = sorted({row["first"], row["last"]})
        row["papers"] = [befallen[key] for key in keys if key in befallen]
        row["met_at"] = met.get(row["cause"])
        row["begin"] = row["cause"].partition("…")[0]
        row["state"] = RefreshState(row["refresh_state"]).label
    return rows
