"""A note that was saved in another window meanwhile: both texts, put together."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kb.models import Annotation
from kb.models.history import events, remembered_text
from kb.ops.errors import Outdated
from kb.web import clashes
from kb.web.clashes import Clash


def refused(request: HttpRequest, refusal: Outdated) -> HttpResponse:
    """Show what was sent beside what is saved; saving then has that as its base.

    Who sees the note is as this window says if it was changed there, else as saved.
    """
    note = cast("Annotation", refusal.current)
    base = int(request.POST["base"])
    began = remembered_text(Annotation, base, pgh_obj=note.pk)
    body = clashes.lines(request.POST["body"]).strip("\n")
    clash = Clash("body", str(clashes.CHANGES), began, body, note.body)
    fields: dict[str, Any] = {"base": note.version}
    if request.POST.get("visibility") == visibility_of(note, base):
        fields["visibility"] = note.visibility
    when = note.edited_at or note.written_at
    more = {"message": str(refusal), "who": note.author, "when": when}
    return clashes.page(request, [clash], fields=fields, **about(note), **more)


def again(
    request: HttpRequest, note: Annotation, problem: str = ""
) -> HttpResponse | None:
    """Show a clash again that the page carried, None where it carried none.

    Because its choices are to be put into the field, or for a `problem`.
    """
    clash = clashes.again(request)
    if clash is None or not (problem or clashes.combining(request)):
        return None
    more = {"problem": problem, **about(note)}
    return clashes.page(request, [clash], fields={}, **more)


def visibility_of(note: Annotation, version: int) -> str:
    """Return who saw a note in a version, "" if that is not known."""
    rows: Any = events(Annotation)
    then = rows.objects.filter(pgh_obj=note.pk, version=version).order_by("pgh_id")
    return then.values_list("visibility", flat=True).last() or ""


def about(note: Annotation) -> dict[str, Any]:
    """Return what the page says of the note."""
    return {
        "title": note.entry.title,
        "href": f"{note.entry.get_absolute_url()}#notes",
        "part": _("Note"),
        "history": reverse("kb:note_history", args=[note.pk]),
    }
