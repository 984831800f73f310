"""Keep what belongs to entries: links to code, models, data and project pages."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kb.models import Entry, Paper, Resource
from kb.models.entries import URL_LENGTH
from kb.models.resources import LABEL_LENGTH, ResourceKind, Source
from kb.ops.acting import acting
from kb.ops.errors import AlreadyLinked, NotUnderstood
from kb.readinglist.document import Link
from kb.text import forges, urls

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FOUND = 20  # links of one paper; more are a list, and not the paper's own
SHOWN = 80  # characters of a refused address


def found(paper: Paper, *, now: datetime) -> int:
    """Add the links in arXiv's comment and abstract; return how many are new.

    What a member took off stays off. The caller is inside `acting`.
    """
    links = forges.links(f"{paper.comment}\n{paper.abstract}")[:FOUND]
    if not links:
        return 0
    theirs = Resource.objects.filter(entry=paper.pk)
    known = {url.casefold() for url in theirs.values_list("url", flat=True)}
    new = [
        Resource(
            entry_id=paper.pk,
            url=link.url,
            kind=link.kind,
            source=Source.ARXIV,
            added_at=now,
        )
        for link in links
        if link.url.casefold() not in known and len(link.url) <= URL_LENGTH
    ]
    # A member may add the same at this moment; theirs stands.
    return len(Resource.objects.bulk_create(new, ignore_conflicts=True))


def listed(
    links: Mapping[int, Iterable[Link]], *, by: "User | None", now: datetime
) -> int:
    """Add what a list links to beside entries, by their keys; return how many are new.

    What a member took off stays off. One query to look and one to write, inside the
    caller's `acting`.
    """
    known = {
        (entry, url.casefold())
        for entry, url in Resource.objects.filter(entry__in=links).values_list(
            "entry", "url"
        )
    }
    new: dict[tuple[int, str], Resource] = {}
    for entry, given in links.items():
        for link in islice(given, FOUND):
            with suppress(NotUnderstood):
                url, kind = understand(link.url)
                kind = link.kind if link.kind in ResourceKind.values else kind
                key, label = (entry, url.casefold()), link.label[:LABEL_LENGTH]
                if key not in known:
                    new.setdefault(key, of_list(entry, url, kind, label, by, now))
    Resource.objects.bulk_create(new.values(), ignore_conflicts=True, batch_size=1000)
    return len(new)


def add(
    entry: Entry, url: str, kind: str, label: str, *, by: "User", now: datetime
) -> Resource:
    """Add a link; without `kind`, what its address says. One taken off comes back.

    Raises NotUnderstood and AlreadyLinked, with a sentence for whoever typed it.
    """
    address, known_as = understand(url)
    with acting(by, "add link"):
        # One after the other: the second of two at the same moment finds the first.
        entry = Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        there = same(entry, address)
        if address == entry.url or (there and not there.hidden):
            raise AlreadyLinked(_("This link is on the entry already."))
        resource = there or Resource(
            entry=entry, url=address, source=Source.MEMBER, added_by=by, added_at=now
        )
        resource.kind, resource.hidden = ResourceKind(kind or known_as), False
        resource.label = label.strip()[:LABEL_LENGTH]
        resource.save()
    return resource


def take_off(resource: Resource, *, by: "User") -> None:
    """Show a link no more; it is kept, so that it can come back and no job adds it."""
    hide(resource, by=by, reason="take off link", hidden=True)


def put_back(resource: Resource, *, by: "User") -> None:
    """Show a link again that was taken off."""
    hide(resource, by=by, reason="put back link", hidden=False)


# --- Inside -------------------------------------------------------------------


def of_list(
    entry: int, url: str, kind: str, label: str, by: "User | None", now: datetime
) -> Resource:
    """Return a resource that a list names, unsaved."""
    return Resource(
        entry_id=entry,
        url=url,
        kind=kind,
        label=label,
        source=Source.LIST,
        added_by=by,
        added_at=now,
    )


def hide(resource: Resource, *, by: "User", reason: str, hidden: bool) -> None:
    """Keep whether a link is hidden."""
    with acting(by, reason):
        Resource.objects.filter(pk=resource.pk).update(hidden=hidden)


def understand(text: str) -> tuple[str, str]:
    """Return the address that a text is, in its one form, and its kind.

    Raises NotUnderstood.
    """
    text = text.strip()
    written = text if "//" in text else f"https://{text}"
    if link := forges.link(written):
        return link.url, link.kind
    try:
        address = urls.canonical(written)
    except urls.NotAnAddress:
        address = ""
    if not address or len(address) > URL_LENGTH or "." not in text:
        raise NotUnderstood(
            _(
                "“%(text)s” is not a web address. Give one that begins with https://, "
                "such as https://github.com/name/project."
            )
            % {"text": text[:SHOWN]}
        )
    return address, ResourceKind.OTHER


def same(entry: Entry, address: str) -> Resource | None:
    """Return the entry's link to an address; names at a forge have no capitals."""
    lookup = "url__iexact" if forges.link(address) else "url"
    return entry.resources.filter(**{lookup: address}).first()
