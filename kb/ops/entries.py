"""Add entries, and say what they are about."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from kb.models import Blog, Entry, Filing, Milestone, Paper, PaperVersion, Topic
from kb.models.blogs import BYLINE_LENGTH
from kb.models.entries import TITLE_LENGTH, URL_LENGTH, Kind, Status
from kb.models.papers import DOI_LENGTH
from kb.ops.acting import acting
from kb.ops.errors import AlreadyListed, InTheBin, NotUnderstood, Outdated
from kb.ops.tags import proper
from kb.ops.three_way import merged_set
from kb.text import arxiv_ids, paper_sites, urls
from kb.text.arxiv_ids import ArxivRef

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

NONE, SUGGESTIONS, ALL = "none", "suggestions", "all"  # what waits for review


@dataclass(frozen=True)
class Named:
    """What a pasted text names: one page, and what is known of it from its address."""

    url: str
    source_url: str
    kind: str
    arxiv: ArxivRef | None = None
    doi: str = ""

    @property
    def stand_in_title(self) -> str:
        """What to call it until it has a title."""
        if self.arxiv:
            return f"arXiv:{self.arxiv.id}"
        return (f"doi:{self.doi}" if self.doi else self.url)[:TITLE_LENGTH]


def understand(text: str) -> Named:
    """Return what `text` names: any arXiv form, a DOI, or a web address.

    Raises NotUnderstood with a sentence for whoever pasted it.
    """
    text = text.strip()
    if ref := arxiv_ids.parse(text):
        return Named(ref.abs_url, text, Kind.PAPER, arxiv=ref)
    if doi := urls.doi(text):
        refuse_unless(len(doi) <= DOI_LENGTH, text)
        return Named(f"https://doi.org/{doi}", text, Kind.PAPER, doi=doi)
    try:
        url = urls.canonical(text if "//" in text else f"https://{text}")
    except urls.NotAnAddress as wrong:
        raise NotUnderstood(
            _(
                "“%(text)s” is not an arXiv id, a DOI or a web address. "
                "Paste something like 2307.02486 or https://example.org/post."
            )
            % {"text": text[:80]}
        ) from wrong
    refuse_unless(len(url) <= URL_LENGTH and ("//" in text or "." in text), text)
    if page := next(iter(paper_sites.addresses(url)), ""):
        return Named(page, text, Kind.PAPER)
    return Named(url, text, Kind.BLOG)


def refuse_unless(fit: bool, text: str) -> None:  # noqa: FBT001
    """Raise NotUnderstood for an address that is none of the length we keep."""
    if not fit:
        raise NotUnderstood(
            _("“%(text)s” is not an address we can keep.") % {"text": text[:80]}
        )


def known(named: Named) -> Entry | None:
    """Return the entry that already is what `named` names, or None.

    What was merged into another entry is that one.
    """
    written = paper_sites.addresses(named.url) or (named.url,)
    both = [*written, *map(urls.with_other_scheme, written)]
    same = Q(url__in=both)
    if named.arxiv:
        same |= Q(paper__arxiv_id=named.arxiv.id)
    if doi := named.doi or urls.doi_within(named.url):
        same |= Q(paper__doi__iexact=doi)
    entry = Entry.objects.filter(same).first()
    while entry and entry.merged_into:
        entry = entry.merged_into
    return entry


def refuse_known(named: Named) -> None:
    """Raise AlreadyListed when an entry is what `named` names, InTheBin in the bin."""
    entry = known(named)
    if entry and entry.status == Status.BINNED:
        raise InTheBin(_("“%(title)s” is in the bin.") % {"title": entry}, entry)
    if entry:
        raise AlreadyListed(
            _("“%(title)s” is in the library already.") % {"title": entry}, entry
        )


@dataclass(frozen=True)
class Wanted:
    """What a member says of an entry: the fields of a form."""

    title: str
    kind: str
    topics: Collection[Topic] = ()
    tags: Collection[str] = ()
    status: str = Status.LISTED  # of a new one


@dataclass(frozen=True)
class Stated:
    """What a list or a file of citations says of an entry that arXiv does not have."""

    authors: Sequence[str] = ()
    journal: str = ""
    abstract: str = ""


@dataclass(frozen=True)
class Seen:
    """What a form showed of an entry when it was opened; topics by their keys."""

    title: str
    topics: Collection[int]
    tags: Collection[str]


def add(named: Named, wanted: Wanted, *, by: "User | None", now: datetime) -> Entry:
    """Add what `named` names and file it; an arXiv paper is due for metadata at once.

    A blank title is arXiv's to give. Where the team reviews what members suggest, it
    waits in the inbox. Raises AlreadyListed.
    """
    refuse_known(named)
    try:
        with acting(by, "add entry"):
            last = next_position(Entry.objects.filter(kind=wanted.kind))
            if is_suggestion(by):
                wanted = replace(wanted, status=Status.INBOX)
            entry = create(named, wanted, position=last, by=by, now=now)
            file(entry, wanted.topics)
            tag(entry, wanted.tags)
            return entry
    except IntegrityError:
        refuse_known(named)  # two members added it at once
        raise


def is_suggestion(by: "User | None") -> bool:
    """Say whether what somebody adds waits for a curator to look at it."""
    return settings.REVIEW != NONE and by is not None and not by.is_staff


def create(
    named: Named | None,
    wanted: Wanted,
    *,
    position: int,
    by: "User | None",
    now: datetime,
    stated: Stated = Stated(),
) -> Entry:
    """Make the rows of a new entry; `named` is None for a title without address.

    The caller files and tags it, has made sure it is new, and is inside `acting`.
    """
    kind, title = wanted.kind, wanted.title
    title = title.strip()[:TITLE_LENGTH]
    common = {
        "kind": kind,
        "status": wanted.status,
        "title": title or (named.stand_in_title if named else ""),
        "url": named.url if named else None,
        "source_url": named.source_url[:URL_LENGTH] if named else "",
        "added_by": by,
        "added_at": now,
        "position": position,
    }
    if kind == Kind.BLOG:
        author = ", ".join(stated.authors)[:BYLINE_LENGTH]
        child: Blog | Paper = Blog.objects.create(
            **common, author=author, site=stated.journal[:BYLINE_LENGTH]
        )
    else:
        ref = named.arxiv if named else None
        child = Paper.objects.create(
            **common,
            arxiv_id=ref.id if ref else None,
            cited_version=ref.version if ref else None,
            doi=named.doi if named else "",
            title_from_arxiv=bool(ref and not title),
            refresh_due_at=now if ref else None,
            **({} if ref else columns(stated)),
        )
    return child.entry_ptr  # type: ignore[no-any-return, union-attr]


def columns(stated: Stated) -> dict[str, Any]:
    """Return what is stated of a paper as its columns hold it."""
    return {
        "authors": [{"name": name, "affiliations": []} for name in stated.authors],
        "journal_ref": stated.journal,
        "abstract": stated.abstract,
    }


def edit(
    entry: Entry, wanted: Wanted, *, by: "User | None", seen: Seen | None = None
) -> bool:
    """Set title, topics and tags to what a member says; return whether any changed.

    With `seen`, only what differs from it is theirs: the rest stays as others have
    left it since. A title somebody gives is theirs: arXiv's no longer replaces it.
    Raises Outdated when both gave it another title.
    """
    with acting(by, "edit entry"):
        entry = Entry.objects.select_for_update().get(pk=entry.pk)
        wanted = merged(entry, wanted, seen) if seen else wanted
        changed = retitle(entry, wanted.title)
        changed |= file(entry, wanted.topics, only=True)
        return changed | tag(entry, wanted.tags)


def merged(entry: Entry, wanted: Wanted, seen: Seen) -> Wanted:
    """Return the entry as it is now, with what the member changed of what they saw.

    Raises Outdated when both gave it another title; arXiv gives way.
    """
    before, title = seen.title.strip(), wanted.title.strip()
    elsewise = title != before and entry.title not in (before, title)
    if elsewise and not Paper.objects.filter(pk=entry.pk, title_from_arxiv=True):
        raise Outdated(_("Somebody gave it another title since you began."), entry)
    ours = set(entry.filings.values_list("topic_id", flat=True))
    topics = merged_set(seen.topics, ours, {topic.pk for topic in wanted.topics})
    return replace(
        wanted,
        title=entry.title if title == before else title,
        topics=Topic.objects.filter(pk__in=topics),
        tags=merged_set(seen.tags, set(entry.tags.names()), wanted.tags),
    )


def retitle(entry: Entry, title: str) -> bool:
    """Give the entry a person's title; return whether it is another."""
    title = title.strip()[:TITLE_LENGTH]
    if not title or title == entry.title:
        return False
    entry.title = title
    entry.save(update_fields=["title"])
    Paper.objects.filter(pk=entry.pk).update(title_from_arxiv=False)
    return True


def relink(entry: Entry, named: Named, *, now: datetime) -> None:
    """Give the entry the page `named` names; the caller has made sure it is free.

    A paper becomes the one at that page: another arXiv id is due at once.
    """
    entry.url, entry.source_url = named.url, named.source_url[:URL_LENGTH]
    entry.save(update_fields=["url", "source_url"])
    if named.arxiv:
        repoint(entry, named.arxiv, now=now)
    if named.doi:
        Paper.objects.filter(pk=entry.pk).update(doi=named.doi)


def repoint(entry: Entry, ref: ArxivRef, *, now: datetime) -> None:
    """Make a paper another arXiv paper, of which nothing was fetched yet."""
    other = Q(arxiv_id=None) | ~Q(arxiv_id=ref.id)
    Paper.objects.filter(~Q(arxiv_id=ref.id), pk=entry.pk).update(doi="")
    named = {"arxiv_id": ref.id, "cited_version": ref.version, "refresh_due_at": now}
    found = Paper.objects.filter(other, pk=entry.pk).update(**UNFETCHED, **named)
    if found:
        PaperVersion.objects.filter(paper=entry.pk).delete()
        Milestone.objects.filter(paper=entry.pk).delete()


# What was fetched of a paper, gone: kept, it would count as newer than the other's.
UNFETCHED: dict[str, Any] = {
    "arxiv_title": "",
    "authors": [],
    "abstract": "",
    "categories": [],
    "primary_category": "",
    "published_at": None,
    "updated_at": None,
    "latest_version": None,
    "withdrawn": False,
    "comment": "",
    "journal_ref": "",
    "licence": "",
    "refreshed_at": None,
    "harvested_at": None,
    "refresh_state": "",
    "refresh_problem": "",
    "failures": 0,
    "absences": 0,
    "absent_on": None,
}


def file(entry: Entry, topics: Iterable[Topic], *, only: bool = False) -> bool:
    """File the entry last under each topic it is not under yet; say if any changed.

    With `only`, it leaves all other topics.
    """
    wanted = {topic.pk: topic for topic in topics}
    filings = entry.filings.all()
    kept = set(filings.values_list("topic_id", flat=True))
    removed = filings.exclude(topic__in=wanted).delete()[0] if only else 0
    for key in wanted.keys() - kept:
        position = next_position(Filing.objects.filter(topic=key))
        Filing.objects.create(topic=wanted[key], entry=entry, position=position)
    return bool(removed or wanted.keys() - kept)


def tag(entry: Entry, tags: Collection[str]) -> bool:
    """Set the entry's tags; say if any changed. Case makes no tag another.

    Names that cannot be tags are left out; another name of a tag is that tag.
    """
    wanted = proper(tags)
    before = {name.casefold() for name in entry.tags.names()}
    if before == {name.casefold() for name in wanted}:
        return False
    entry.tags.set(wanted)
    return True


def next_position(rows: "QuerySet[Entry] | QuerySet[Filing]") -> int:
    """Return the position after the last of `rows`."""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1
