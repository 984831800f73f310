"""Searching: the page of results, what it suggests, and what is like an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kb.models import Entry, Filing, Topic
from kb.ops.citations import FORMATS
from kb.ops.words import translated
from kb.search import index, query
from kb.search import related as likeness
from kb.search.close import close
from kb.search.complete import complete
from kb.search.find import Asker, Found, find
from kb.search.index import NotBuilt
from kb.search.query import Asked, Sort, Words
from kb.web import citations, facets, marks
from kb.web.doors import reading
from kb.web.facets import leaving, link
from kb.web.hits import Looking, hits, shown
from kb.web.members import reading_language

PAGE = 20  # entries
DEEPEST = 500  # pages; nobody reads on, and the engine would have to
CLOSE = 10  # entries shown where none was found
SUGGESTED = 6  # lines under the box
RELATED = 5  # entries beside an entry

SORTS = {
    Sort.RELEVANCE: gettext_lazy("Best match"),
    Sort.NEWEST: gettext_lazy("Newest"),
    Sort.ADDED: gettext_lazy("Last added"),
    Sort.TITLE: gettext_lazy("By title"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another search."""

    label: str
    href: str
    chosen: bool = False


@require_safe
@reading
def search(request: HttpRequest) -> HttpResponseBase:
    """Show what was found; the results alone where htmx asks as somebody types.

    With a `?format=` it is all that was found, as a file.
    """
    asked = query.parse(typed(request), today=timezone.localdate())
    within = typed(request, "within")
    if within and Topic.objects.filter(address=within).exists():
        # First, where the limit of what is read does not drop it.
        text = f"{query.filter_source('topic', within)} {typed(request)}"
        return redirect(reverse("kb:search") + link(text.strip()))
    reads, now = reading_language(request), timezone.now()
    looking = Looking(request.user, asked, reads, now)
    if asked.parts and (form := citations.wanted(request)):
        return citations.download(shown(request.user), all_found(looking), form)
    context = frame(asked, typed(request)) | results(request, looking)
    context |= {"formats": FORMATS, "here": link(context["sought"])}
    context["also"] = "&typing=1" if typing(request) else ""
    if within:
        said = _("There is no topic at “%(address)s”: everything was searched.")
        context["notices"].append(said % {"address": within[:60]})
    name = "kb/search_answer.html" if partial(request) else "kb/search.html"
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@reading
def suggest(request: HttpRequest) -> HttpResponse:
    """Return lines for the list under the box: topics, tags and authors."""
    try:
        found = complete(typed(request), size=SUGGESTED)
    except NotBuilt:
        found = []
    return render(request, "kb/search_suggestions.html", {"suggestions": found})


def related(request: HttpRequest, entry: Entry) -> list[Entry]:
    """Return entries that are like this one, the most alike first."""
    try:
        ids = likeness.related(entry.pk, size=RELATED)
    except NotBuilt:
        return []
    named = shown(request.user).select_related("paper", "blog")
    found = named.prefetch_related(
        Prefetch("filings", Filing.objects.select_related("topic"))
    ).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


# --- What was asked ---------------------------------------------------------------


def typed(request: HttpRequest, name: str = "q") -> str:
    """Return a text of the address; no row has a NUL, and PostgreSQL breaks on one."""
    text = request.GET.get(name, "")[: query.LENGTH + 1]  # more is not read, and said
    return text.replace("\0", " ")


def typing(request: HttpRequest) -> bool:
    """Whether the last word may be unfinished; a space says that it is whole.

    It is part of the address, so that what is shown is what the address says.
    """
    return "typing" in request.GET and not typed(request).endswith(" ")


def partial(request: HttpRequest) -> bool:
    """Whether htmx asks for the results alone."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def page_number(request: HttpRequest) -> int:
    """Return the page asked for; the first, if that is no number of a page."""
    try:
        wanted = int(request.GET.get("page", "1")[:9])
    except ValueError:
        return 1
    return min(max(1, wanted), DEEPEST)


# --- What is shown ----------------------------------------------------------------


def frame(asked: Asked, text: str) -> dict[str, Any]:
    """Return what is shown of the query, whatever was found."""
    return {
        "asked": asked,
        "sought": text[: query.LENGTH],
        "chips": [
            Link(part.source, link(query.without(asked, part))) for part in asked.parts
        ],
        "orders": [
            Link(str(label), link(query.with_sort(asked, sort)), sort == asked.sort)
            for sort, label in SORTS.items()
        ],
    }


def results(request: HttpRequest, looking: Looking) -> dict[str, Any]:
    """Return what is shown of the index's answer, or of how far it is built."""
    asked = looking.asked
    try:
        found, page = found_on(request, looking)
        topics = {t.path: t for t in Topic.objects.defer("intro", "intro_html")}
        told: dict[str, Any] = {
            "page": page,
            "facets": facets.facets(asked, found.facets, topics.values()),
            "notices": [translated(notice) for notice in found.notices],
        }
        if found.ids:
            rows = list(hits(found, looking, topics))
            if not rows:
                late = _("The index is being brought up to date: look again soon.")
                told["notices"].append(late)
            own = marks.of_entries(looking.user, found.ids)
            return told | {"hits": rows, "marks": own}
        empty = {"library_is_empty": not shown(looking.user).exists()}
        return told | empty | (nothing(looking, topics) if asked.parts else {})
    except NotBuilt:
        notices = [translated(notice) for notice in asked.notices]
        return {"building": True, "progress": index.progress(), "notices": notices}


def found_on(request: HttpRequest, looking: Looking) -> tuple[Found, Page[int]]:
    """Return what was found and the page asked for, the last if that is too far."""
    asked, number = looking.asked, page_number(request)
    while True:
        found = find(
            asked,
            Asker(looking.user.pk),
            first=(number - 1) * PAGE,
            size=PAGE if asked.parts else 0,
            facets=tuple(facets.FIELDS),
            typing=typing(request),
        )
        reachable = range(min(found.total, DEEPEST * PAGE))
        page: Page[int] = Paginator(reachable, PAGE).get_page(number)
        if page.number == number:
            return found, page
        number = page.number


def all_found(looking: Looking) -> list[int]:
    """Return the keys of what was found, as far as pages go; none without an index."""
    try:
        most = DEEPEST * PAGE
        found = find(looking.asked, Asker(looking.user.pk), size=most, facets=())
    except NotBuilt:
        return []
    return found.ids


def nothing(looking: Looking, topics: dict[str, Topic]) -> dict[str, Any]:
    """Return what is offered when nothing was found."""
    asked, asker = looking.asked, Asker(looking.user.pk)
    near = close(asked, asker, size=CLOSE, facets=())
    others = [part for part in asked.parts if not isinstance(part.node, Words)]
    words = leaving(asked, others)
    worth = others and words.parts and find(words, asker, size=0, facets=()).total
    return {
        "hits": hits(near.found, looking, topics),
        "notices": [translated(notice) for notice in near.found.notices],
        "suggestion": near.suggestion and Link(near.suggestion, link(near.suggestion)),
        "only_words": link(query.text_of(words)) if worth else "",
    }
