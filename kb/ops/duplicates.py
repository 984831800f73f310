"""Find what is in the library already under a title that is nearly the same.

Only the same arXiv id, address or DOI make two things one; of a title that is nearly
another's, people are told, and they decide.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Min
from django.db.models.functions import Lower

from kb.models import Distinction, Entry, Paper, PaperVersion
from kb.models.entries import GONE
from kb.ops import entries
from kb.ops.acting import acting
from kb.ops.entries import Named, Wanted
from kb.text.alike import Finder

if TYPE_CHECKING:
    from django.contrib.auth.models import User


MOST = 10  # entries that are offered for one title
NEWEST = 2000  # entries that are compared with all others for the curators' list


def likely(titles: Iterable[str]) -> dict[str, list[Entry]]:
    """Return the entries that each of `titles` may be the same as.

    Titles that are like nobody's are left out. What a paper was called at arXiv, now or
    in an earlier version, counts as its title. Three queries, however many titles.
    """
    found = matches(titles)
    rows = Entry.objects.in_bulk({key for keys in found.values() for key in keys})
    return {title: [rows[key] for key in keys] for title, keys in found.items()}


def pairs() -> list[tuple[Entry, Entry]]:
    """Return the newest entries with those that they may be the same as.

    The newest first, each pair once, its older one second; without those that somebody
    has told apart.
    """
    newest = Entry.objects.there().order_by("-pk").values_list("pk", "title")[:NEWEST]
    titles = dict(newest)
    found = matches(titles.values())
    both = (
        (max(key, other), min(key, other))
        for key, title in titles.items()
        for other in found.get(title, ())
    )
    apart = set(Distinction.objects.values_list("newer_id", "older_id"))
    keys = [pair for pair in dict.fromkeys([*of_one_doi(), *both]) if pair not in apart]
    rows = Entry.objects.in_bulk({key for pair in keys for key in pair})
    return [(rows[newer], rows[older]) for newer, older in keys if newer != older]


def of_one_doi() -> list[tuple[int, int]]:
    """Return the pairs of entries that have the same DOI, whatever they are called."""
    papers = Paper.objects.there().exclude(doi="").order_by()
    named = papers.annotate(name=Lower("doi")).values("name")
    several = named.annotate(first=Min("pk"), last=Max("pk"), n=Count("pk"))
    found = several.filter(n__gt=1).values_list("last", "first")
    return sorted(found, reverse=True)


def matches(titles: Iterable[str]) -> dict[str, list[int]]:
    """Return the keys of the entries that each of `titles` may be the same as.

    Of many of one title the first are enough: all pairs of them would be too many.
    """
    finder = Finder(titles)
    if not finder.by_key:
        return {}
    for owner, title in known():
        finder.see(title, owner)
    return {title: keys[:MOST] for title, keys in finder.found().items()}


def known() -> Iterator[tuple[int, str]]:
    """Yield every title in the library, with its entry's key."""
    columns = ("pk", "title", "paper__arxiv_title")
    there = Entry.objects.there().order_by("pk")
    for key, title, at_arxiv in there.values_list(*columns):
        yield key, title
        if at_arxiv and at_arxiv != title:
            yield key, at_arxiv
    older = PaperVersion.objects.exclude(title="").order_by()
    older = older.exclude(title=F("paper__arxiv_title"))
    older = older.exclude(paper__status__in=GONE)
    yield from older.values_list("paper_id", "title").distinct()


def add_beside(
    others: Iterable[Entry],
    named: Named,
    wanted: Wanted,
    *,
    by: "User | None",
    now: datetime,
) -> Entry:
    """Add what `named` names, by somebody who saw `others` of nearly its title.

    That they are not the same is remembered. Raises AlreadyListed.
    """
    with acting(by, "add entry"):
        entry = entries.add(named, wanted, by=by, now=now)
        set_apart(entry, others, by=by, now=now)
        return entry


def set_apart(
    entry: Entry, others: Iterable[Entry], *, by: "User | None", now: datetime
) -> None:
    """Remember that none of `others` is the same as `entry`; twice is once."""
    pairs = (sorted((entry.pk, other.pk)) for other in others)
    with acting(by, "tell entries apart"):
        Distinction.objects.bulk_create(
            (
                Distinction(older_id=older, newer_id=newer, said_by=by, said_at=now)
                for older, newer in pairs
            ),
            ignore_conflicts=True,
        )
