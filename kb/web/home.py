"""Lists of entries: the newest, those of a topic, those of a tag."""

from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from kb.models import Entry, Filing, Topic
from kb.models.entries import EntryQuerySet, Kind
from kb.ops import exports
from kb.ops.citations import FORMATS
from kb.search import tallies
from kb.search.index import NotBuilt
from kb.text.slugs import slug
from kb.web import citations, lists, looks, marks, trees
from kb.web.doors import reading
from kb.web.news import news
from kb.web.pages import page_of

PAGE = 25  # entries


@require_safe
@reading
def home(request: HttpRequest) -> HttpResponseBase:
    """Show the newest entries, of one kind or filed nowhere if asked."""
    entries = Entry.objects.listed()
    kind = request.GET.get("kind", "")
    unfiled = "unfiled" in request.GET
    if kind in Kind.values:
        entries = entries.filter(kind=kind)
    if unfiled:
        entries = entries.unfiled()
    looked = looks.looked(request, looks.HOME, Entry.objects.listed())
    context = {"totals": totals(), "kind": kind, "unfiled": unfiled, "looked": looked}
    return listing(request, "kb/home.html", entries, context)


@require_safe
@reading
def topic(request: HttpRequest, address: str) -> HttpResponseBase:
    """Show a topic: its introduction, what is below it, and its entries in order.

    The entries are those of the whole subtree, as the topic's count says. An address
    that a topic had before it was renamed or moved leads to where it is now.
    """
    shown = Topic.objects.filter(address=storable(address)).first()
    if shown is None:
        return redirect(moved(request, address), permanent=True)
    if request.GET.get("format") == "md":
        return lists.file(exports.markdown(shown).encode(), slug(shown.name) or "topic")
    tree = trees.tree()
    line = lineage(tree, shown.path)
    entries = in_order(shown)
    place = f"{looks.TOPIC}{shown.pk}"
    looked = looks.looked(request, place, Entry.objects.listed().under(shown))
    context = {"topic": line[-1], "ancestors": line[:-1], "tree": tree, "as_list": True}
    return listing(request, "kb/topic.html", entries, {**context, "looked": looked})


def moved(request: HttpRequest, address: str) -> str:
    """Return where the topic is now that last had an address, or answer 404."""
    there = Topic.objects.had(address)
    if there is None:
        raise Http404
    query = request.META["QUERY_STRING"]
    return f"{there.get_absolute_url()}?{query}" if query else there.get_absolute_url()


@require_safe
@reading
def branch(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the topics below one, for a tree in which they were folded."""
    shown = get_object_or_404(Topic, pk=pk)
    topic = lineage(trees.tree(), shown.path)[-1]
    return render(request, "kb/branch.html", {"topics": topic.subtopics})


@require_safe
@reading
def tag(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the entries of a tag, newest first."""
    shown = Tag.objects.filter(slug=storable(slug)).first()
    if shown is None:
        raise Http404
    entries = Entry.objects.listed().filter(tagged__tag=shown)
    if not request.user.is_authenticated and not entries.exists():
        raise Http404  # it stands on what waits for review alone
    return listing(request, "kb/tag.html", entries, {"tag": shown})


def storable(text: str) -> str:
    """Return part of an address; no row has a NUL, and PostgreSQL breaks on one."""
    if "\0" in text:
        raise Http404
    return text


def listing(
    request: HttpRequest,
    template: str,
    entries: EntryQuerySet[Entry],
    context: dict[str, Any],
) -> HttpResponseBase:
    """Render one page of a list; a page that is not there is the last one.

    Where the reader `looked` before, `?new` leaves out what they have seen. With a
    `?format=` it is the whole list, as a file.
    """
    looked = context.get("looked")
    moment = looked.since if looked else None
    only_new = moment is not None and "new" in request.GET
    if moment and only_new:
        entries = looks.new_among(entries, request.user, moment)
    if form := citations.wanted(request):
        return citations.download(entries, entries.values_list("pk", flat=True), form)
    page = page_of(entries, request.GET.get("page"), PAGE)
    shown = list(page)
    own = {
        "page": page,
        "formats": FORMATS,
        "news": news([entry.pk for entry in shown], timezone.now()),
        "only_new": only_new,
        "new": looks.news(shown, request.user, moment) if moment else {},
        "marks": marks.of_entries(request.user, [entry.pk for entry in shown]),
    }
    return render(request, template, {**own, **context})


def totals() -> dict[str, int]:
    """Return how many entries are listed, of each kind and filed nowhere.

    The index counts, and the database where there is none.
    """
    try:
        told = tallies.tally()
    except NotBuilt:
        return counted()
    kinds = {kind: told.by_kind.get(kind, 0) for kind in Kind.values}
    return {"all": told.total, "unfiled": told.unfiled, **kinds}


def counted() -> dict[str, int]:
    """Return the same of the database: it reads every row."""
    filed = Exists(Filing.objects.filter(entry=OuterRef("pk")))
    return Entry.objects.listed().aggregate(
        all=Count("pk"),
        unfiled=Count("pk", filter=~filed),
        **{kind: Count("pk", filter=Q(kind=kind)) for kind in Kind.values},
    )


def in_order(topic: Topic) -> EntryQuerySet[Entry]:
    """Return the subtree's entries: the topic's own first, then those below it."""
    here = Q(filings__topic__path__startswith=topic.path)
    place = Min("filings__topic__path", filter=here)
    spot = Min("filings__position", filter=here)
    found = Entry.objects.listed().filter(here).alias(place=place, spot=spot)
    return found.order_by("place", "spot", "pk")  # type: ignore[return-value]


def lineage(tree: list[Topic], path: str) -> list[Topic]:
    """Return the topics from the top of the tree down to the one at `path`."""
    line: list[Topic] = []
    below = tree
    while below:
        found = next((node for node in below if path.startswith(node.path)), None)
        if found is None:
            break
        line.append(found)
        below = found.subtopics
    return line
