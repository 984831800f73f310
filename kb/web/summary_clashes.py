"""A summary that somebody saved meanwhile: both texts, put together."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kb.models import Entry, Summary
from kb.models.history import remembered_text
from kb.models.summaries import Language
from kb.ops.errors import Outdated
from kb.web import clashes
from kb.web.clashes import Clash


def refused(request: HttpRequest, refusal: Outdated) -> HttpResponse:
    """Show what was sent beside what is saved; saving then has that as its base."""
    current = cast("Summary", refusal.current)
    language, base = current.language, int(request.POST["base"])
    began = remembered_text(Summary, base, entry=current.entry_id, language=language)
    body = clashes.lines(request.POST["body"]).strip("\n")
    clash = Clash("body", str(clashes.CHANGES), began, body, current.body)
    more = about(current.entry, language)
    more |= {"message": str(refusal), "who": current.edited_by}
    more |= {"when": current.edited_at}
    return clashes.page(request, [clash], fields={"base": current.version}, **more)


def again(
    request: HttpRequest, entry: Entry, language: str, problem: str = ""
) -> HttpResponse | None:
    """Show a clash again that the page carried, None where it carried none.

    Because its choices are to be put into the field, or for a `problem`.
    """
    clash = clashes.again(request)
    if clash is None or not (problem or clashes.combining(request)):
        return None
    more = {"problem": problem, **about(entry, language)}
    return clashes.page(request, [clash], fields={}, **more)


def about(entry: Entry, language: str) -> dict[str, Any]:
    """Return what the page says of the summary."""
    return {
        "title": entry.title,
        "href": entry.get_absolute_url(),
        "part": _("Summary (%(language)s)") % {"language": Language(language).label},
        "history": reverse("kb:summary_history", args=[entry.pk, language]),
    }
