"""How the site is used: search, Markdown and keys; and the palette of all actions."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kb.models import Topic
from kb.search import query
from kb.search.find import Asker, find
from kb.search.index import NotBuilt
from kb.text.titles import fold
from kb.web.capturing import bookmark
from kb.web.doors import reading
from kb.web.hits import shown
from kb.web.search import typed

ENTRIES, OTHERS = 6, 4  # lines of the palette


class Line(NamedTuple):
    """One line of the palette: where it leads, and what it is."""

    label: str
    href: str
    kind: str = ""


@require_safe
@reading
def guide(request: HttpRequest) -> HttpResponse:
    """Show how to search, how to write Markdown, and the keys."""
    return render(request, "kb/help.html", {"bookmark": bookmark()})


@require_safe
@reading
def palette(request: HttpRequest) -> HttpResponse:
    """List actions, topics and entries for what was typed; everything at first."""
    text = typed(request).strip()
    lines = [line for line in actions(request) if fold(text) in fold(line.label)]
    if text:
        lines = [*lines[:OTHERS], *named(text), *entries(request, text)]
    return render(request, "kb/palette.html", {"lines": lines, "typed": text})


def actions(request: HttpRequest) -> list[Line]:
    """Return where somebody can go from every page."""
    lines = [Line(_("All entries"), reverse("kb:home"))]
    if request.user.is_authenticated:
        lines += [
            Line(_("Add"), reverse("kb:add")),
            Line(_("Shelf"), reverse("kb:shelf")),
            Line(_("Activity"), reverse("kb:activity")),
            Line(_("Inbox"), reverse("kb:inbox")),
            Line(_("Asked of you"), reverse("kb:chores")),
            Line(_("Preferences"), reverse("kb:preferences")),
            Line(_("Annotations in and out"), reverse("kb:annotations")),
        ]
    if getattr(request.user, "is_staff", False):
        lines += [
            Line(_("Desk"), reverse("kb:desk")),
            Line(_("To review"), reverse("kb:review")),
            Line(_("Topic tree"), reverse("kb:tree")),
            Line(_("Tags"), reverse("kb:tags")),
            Line(_("Possible duplicates"), reverse("kb:duplicates")),
            Line(_("Bin"), reverse("kb:bin")),
            Line(_("Import"), reverse("kb:import")),
            Line(_("What ran"), reverse("kb:runs")),
            Line(_("People"), reverse("kb:people")),
            Line(_("Health"), reverse("kb:health")),
        ]
    return [*lines, Line(_("Help"), reverse("kb:help"))]


def named(text: str) -> list[Line]:
    """Return the topics whose names begin with or hold a text."""
    wanted = fold(text)
    found = []
    for topic in Topic.objects.defer("intro", "intro_html"):
        names = (topic.name, topic.name_zh, topic.name_en)
        if any(wanted in fold(name) for name in names):
            found.append(Line(str(topic), topic.get_absolute_url(), _("Topic")))
        if len(found) == OTHERS:
            break
    return found


def entries(request: HttpRequest, text: str) -> list[Line]:
    """Return the entries that are found for a text of which the end may be missing."""
    asked = query.parse(text, today=timezone.localdate())
    try:
        found = find(
            asked, Asker(request.user.pk), size=ENTRIES, facets=(), typing=True
        )
    except NotBuilt:
        return []
    rows = shown(request.user).in_bulk(found.ids)
    return [
        Line(rows[key].title, rows[key].get_absolute_url(), _("Entry"))
        for key in found.ids
        if key in rows
    ]
