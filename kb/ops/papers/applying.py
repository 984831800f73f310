"""The one place where a paper takes over what arXiv says of it.

People's own stays: only the columns in `FROM_ARXIV` are written, and the entry's title
where nobody has given one.
"""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from kb.arxiv.records import Version
from kb.models import Milestone, Paper
from kb.models.papers import RefreshState
from kb.ops.papers import milestones, schedule
from kb.ops.papers.facts import Facts

FROM_ARXIV = (
    *("arxiv_title", "authors", "abstract", "categories", "primary_category"),
    *("published_at", "updated_at", "latest_version", "withdrawn", "comment"),
    *("journal_ref", "doi", "licence"),
)


@dataclass
class Taken:
    """A paper with what it took over, and all else there is to keep; unsaved."""

    paper: Paper
    changed: bool = False  # something that arXiv says, not only the books about it
    retitled: bool = False
    abstract_was: str = ""
    happened: list[Milestone] = field(default_factory=list)
    versions: tuple[Version, ...] = ()
    facts: Facts | None = None


def apply(
    facts: Facts, paper: Paper, *, now: datetime, harvested: Collection[str] = ()
) -> Taken:
    """Let the paper take over what arXiv says; its rows are locked and just read.

    `harvested` are the sets whose harvests are in order.
    """
    was = milestones.seen(paper)
    before = {name: getattr(paper, name) for name in FROM_ARXIV}
    title = paper.title
    if not outdated(facts, paper):
        take(facts, paper)
    elif facts.licence and not paper.licence:
        paper.licence = facts.licence
    taken = Taken(paper, versions=facts.versions, facts=facts)
    taken.abstract_was = before["abstract"]
    taken.happened = milestones.between(was, paper, facts, now=now)
    taken.changed = before != {name: getattr(paper, name) for name in FROM_ARXIV}
    taken.retitled = title != paper.title
    keep_books(facts, paper, now=now, harvested=harvested)
    return taken


def outdated(facts: Facts, paper: Paper) -> bool:
    """Say whether we know something newer.

    That is a later version, or this one from an answer given after what a snapshot has
    was changed.
    """
    known = paper.latest_version or 0
    if facts.version != known or facts.as_of is None or paper.refreshed_at is None:
        return facts.version < known
    return facts.as_of < paper.refreshed_at.date()


def take(facts: Facts, paper: Paper) -> None:
    """Take over what is said. What is not said stays, but for an older comment.

    An answer without a journal reference, a DOI or a licence says nothing about them:
    a paper does not cease to be published, and arXiv at times sends less than it has.
    A comment belongs to its version: that of a version which was withdrawn must not
    stay with the one that came after it.
    """
    newer = facts.version > (paper.latest_version or 0)
    paper.withdrawn = withdrawn(facts, paper, newer=newer)
    if paper.title_from_arxiv and facts.title:
        paper.title = facts.title
    paper.arxiv_title = facts.title or paper.arxiv_title
    paper.abstract = facts.abstract or paper.abstract
    if facts.authors and not same_authors(facts, paper):
        paper.authors = facts.authors
    paper.categories = facts.categories or paper.categories
    paper.primary_category = facts.primary_category or paper.primary_category
    paper.published_at, paper.updated_at = facts.published_at, facts.updated_at
    paper.latest_version = facts.version
    paper.comment = facts.comment or ("" if newer else paper.comment)
    for name in ("journal_ref", "doi", "licence"):
        setattr(paper, name, getattr(facts, name) or getattr(paper, name))


def withdrawn(facts: Facts, paper: Paper, *, newer: bool) -> bool:
    """Return whether the paper is withdrawn, where need be as was known of it.

    Who cannot tell does not deny it; but what was withdrawn is an older version, if
    there is a newer one that is not said to be.
    """
    if facts.withdrawn is None:
        return paper.withdrawn and not newer
    return facts.withdrawn


def same_authors(facts: Facts, paper: Paper) -> bool:
    """Say whether a string of authors names those we have one by one already."""
    told = (author["name"] for author in facts.authors)
    return facts.detailed and letters(told) == letters(paper.author_names)


def letters(names: Iterable[str]) -> str:
    """Return what of names stays the same however they are written and set apart."""
    apart = unicodedata.normalize("NFKD", "".join(names).casefold())
    return "".join(each for each in apart if each.isalnum())


def keep_books(
    facts: Facts, paper: Paper, *, now: datetime, harvested: Collection[str]
) -> None:
    """Note that the paper was fetched, and when it is due again.

    A snapshot is as old as it is: what was due stays due.
    """
    if facts.as_of is not None:
        fetched_at = datetime.combine(facts.as_of, time(), UTC)
        if paper.refreshed_at is None or paper.refreshed_at < fetched_at:
            paper.refreshed_at = fetched_at
        paper.refresh_state = paper.refresh_state or RefreshState.FETCHED
        return
    paper.refresh_state, paper.refresh_problem = RefreshState.FETCHED, ""
    paper.failures, paper.absences, paper.absent_on = 0, 0, None
    paper.refreshed_at = now
    paper.refresh_due_at = schedule.next_due(
        now,
        seed=facts.id,
        latest=paper.updated_at,
        harvested=covered(paper.primary_category, harvested),
    )
    if facts.detailed:
        paper.harvested_at, paper.details_due = now, False


def covered(primary_category: str, harvested: Collection[str]) -> bool:
    """Say whether a harvest of these sets brings the paper's changes."""
    beginnings = tuple(text for each in harvested for text in schedule.prefixes(each))
    return primary_category.startswith(beginnings)
