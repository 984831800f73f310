"""What is new as Atom, and the topics as OPML, for feed readers.

A reader program cannot log in: the key in the address says for whom it reads, and
"public" is everybody's where the team lets everyone read.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser, User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape, linebreaks
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from taggit.models import Tag

from kb.models import Entry, Summary, Topic
from kb.models.entries import EntryQuerySet
from kb.ops import feed_keys
from kb.ops.site import absolute, host
from kb.search import query
from kb.search.find import Asker, find
from kb.search.index import NotBuilt
from kb.web import shelf as shelves
from kb.web.doors import MemberRequest
from kb.web.home import storable
from kb.web.members import PUBLIC

ITEMS = 50  # entries of a feed, the latest
FOUND = 2000  # of a search, among which the latest are taken
# What XML cannot say, and a database can hold.
UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Reader = User | AnonymousUser


@require_safe
@login_not_required
def everything(request: HttpRequest, key: str) -> HttpResponseBase:
    """Return the feed of all entries."""
    reader_of(key)
    return atom(request, _("All entries"), reverse("kb:home"), Entry.objects.listed())


@require_safe
@login_not_required
def topic(request: HttpRequest, key: str, pk: int) -> HttpResponseBase:
    """Return the feed of a topic and all below it."""
    reader_of(key)
    shown = get_object_or_404(Topic, pk=pk)
    entries = Entry.objects.listed().under(shown)
    return atom(request, str(shown), shown.get_absolute_url(), entries)


@require_safe
@login_not_required
def tag(request: HttpRequest, key: str, slug: str) -> HttpResponseBase:
    """Return the feed of a tag."""
    reader = reader_of(key)
    shown = get_object_or_404(Tag, slug=storable(slug))
    entries = Entry.objects.listed().filter(tagged__tag=shown)
    if not reader.is_authenticated and not entries.exists():
        raise Http404  # it stands on what waits for review alone
    return atom(request, shown.name, reverse("kb:tag", args=[slug]), entries)


@require_safe
@login_not_required
def search(request: HttpRequest, key: str) -> HttpResponseBase:
    """Return the feed of what a search finds."""
    reader = reader_of(key)
    text = storable(request.GET.get("q", ""))[: query.LENGTH]
    asked = query.parse(text, today=timezone.localdate())
    if not asked.parts:
        raise Http404
    try:
        found = find(asked, Asker(reader.pk), size=FOUND, facets=())
    except NotBuilt as away:
        raise Http404 from away
    entries = Entry.objects.listed().filter(pk__in=found.ids)
    page = f"{reverse('kb:search')}?{urlencode({'q': text})}"
    return atom(request, _("Search: %(text)s") % {"text": text}, page, entries)


@require_safe
@login_not_required
def shelf(request: HttpRequest, key: str) -> HttpResponseBase:
    """Return the feed of what its owner keeps an eye on."""
    reader = reader_of(key)
    if not reader.is_authenticated:
        raise Http404
    entries = shelves.held(shelves.ALL, reader)
    return atom(request, _("Shelf"), reverse("kb:shelf"), entries)


@require_safe
@login_not_required
def outline(request: HttpRequest, key: str) -> HttpResponse:
    """Return all topics with their feeds, as OPML 2.0."""
    reader_of(key)
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = _("Zhaji: topics")
    body = ElementTree.SubElement(root, "body")
    branch = [body]
    for one in Topic.objects.defer("intro", "intro_html"):
        del branch[one.depth :]
        address = absolute(reverse("kb:feed_topic", args=[key, one.pk]))
        name = sayable(str(one))
        said = {"text": name, "title": name, "type": "rss", "xmlUrl": address}
        said["htmlUrl"] = absolute(one.get_absolute_url())
        branch.append(ElementTree.SubElement(branch[-1], "outline", said))
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="text/x-opml; charset=utf-8")


@require_POST
def keys(request: MemberRequest) -> HttpResponse:
    """Make the member's key, or take it back."""
    if "take_back" in request.POST:
        feed_keys.take_back(request.user)
    else:
        feed_keys.make(request.user)
    return redirect(f"{reverse('kb:preferences')}#feeds")


# --- Inside -------------------------------------------------------------------


def reader_of(key: str) -> Reader:
    """Return for whom a key reads, or answer 404."""
    if key == PUBLIC and settings.READABLE_BY == "everyone":
        return AnonymousUser()
    reader = feed_keys.reader_of(key)
    if reader is None:
        raise Http404
    return reader


def atom(
    request: HttpRequest, title: str, page: str, entries: EntryQuerySet[Any]
) -> HttpResponseBase:
    """Return the latest of entries as a feed; nothing where all is as it was sent."""
    feed = Atom1Feed(
        title=sayable(f"{title} · {_('Zhaji')}"),
        link=absolute(page),
        description="",
        language=get_language(),
        feed_url=absolute(request.get_full_path()),
        feed_guid=f"tag:{host()},2026:feeds/{without_key(request)}",
    )
    for entry, at in latest(entries):
        add(feed, entry, at)
    text = feed.writeString("utf-8")
    # Of what is said, and not of its dates: arXiv may have given a title since.
    etag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    kind = "application/atom+xml; charset=utf-8"
    response = HttpResponse(text, content_type=kind, headers={"ETag": etag})
    response["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag, response=response)  # type: ignore[return-value]


def latest(entries: EntryQuerySet[Any]) -> list[tuple[Entry, datetime]]:
    """Return the entries that were added, or written about, last; and when.

    Two indexes give the candidates, so a large library costs no more than a small one.
    """
    added = dict(entries.order_by("-added_at").values_list("pk", "added_at")[:ITEMS])
    there = Summary.objects.filter(entry__in=entries.order_by().values("pk"))
    written = there.order_by("-edited_at").values_list("entry", "edited_at")
    for key, at in written[: ITEMS * 2]:
        added[key] = max(at, added.get(key, at))
    keys = sorted(added, key=lambda key: (added[key], key), reverse=True)[:ITEMS]
    rows = Entry.objects.for_list().in_bulk(keys)
    return [
        (rows[key], max(added[key], rows[key].added_at)) for key in keys if key in rows
    ]


def add(feed: Atom1Feed, entry: Entry, at: datetime) -> None:
    """Put an entry into a feed: with its summaries whole, and its abstract."""
    paper = getattr(entry, "paper", None)
    blog = getattr(entry, "blog", None)
    names: Sequence[str] = paper.author_names if paper else []
    author = ", ".join(names[:20]) or (blog.author if blog else "")
    topics = [str(filing.topic) for filing in entry.filings.all()]
    feed.add_item(
        title=sayable(entry.title),
        link=absolute(entry.get_absolute_url()),
        description=sayable(body(entry, paper.abstract if paper else "")),
        author_name=sayable(author) or None,
        pubdate=entry.added_at,
        updateddate=at,
        unique_id=f"tag:{host()},{entry.added_at:%Y-%m-%d}:entries/{entry.pk}",
        categories=[sayable(name) for name in (*topics, *map(str, entry.tags.all()))],
    )


def body(entry: Entry, abstract: str) -> str:
    """Return what a feed says of an entry, as HTML."""
    parts = [
        f'<div lang="{"zh-Hans" if text.language == "zh" else "en"}">{text.html}</div>'
        for text in entry.summaries.all()
    ]
    if abstract:
        parts.append(
            f"<blockquote>{linebreaks(abstract, autoescape=True)}</blockquote>"
        )
    if entry.url:
        address = escape(entry.url)
        parts.append(f'<p><a href="{address}">{address}</a></p>')
    return "".join(parts)


def sayable(text: str) -> str:
    """Return a text without what XML cannot say."""
    return UNSAYABLE.sub("", text)


def without_key(request: HttpRequest) -> str:
    """Return what names a feed whoever reads it: its id stays when a key does not."""
    return request.get_full_path().partition("/feeds/")[2].partition("/")[2]
