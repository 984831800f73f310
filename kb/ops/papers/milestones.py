"""What happened to a paper between what we knew and what arXiv says now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from kb.models import Milestone, Paper
from kb.models.milestones import MilestoneKind
from kb.ops.papers.facts import Facts, publishers, written

TEXTS = {
    "title": "arxiv_title",
    "abstract": "abstract",
    "comment": "comment",
    "journal_ref": "journal_ref",
    "doi": "doi",
}


@dataclass(frozen=True)
class Was:
    """What is compared of a paper as it was."""

    fetched: bool
    version: int
    withdrawn: bool
    texts: Mapping[str, str]

    @property
    def published(self) -> bool:
        """Whether it had appeared anywhere but at arXiv."""
        return published(self.texts)


def seen(paper: Paper) -> Was:
    """Return what the paper is now, to compare with later."""
    texts = {name: getattr(paper, column) for name, column in TEXTS.items()}
    return Was(
        fetched=paper.refreshed_at is not None,
        version=paper.latest_version or 0,
        withdrawn=paper.withdrawn,
        texts=texts,
    )


def between(was: Was, paper: Paper, facts: Facts, *, now: datetime) -> list[Milestone]:
    """Return what happened, unsaved; nothing when the paper is fetched first.

    What is the same as before never happened, so hearing it again makes no second one.
    """
    if not was.fetched:
        return []
    became = seen(paper)
    newer = became.version > was.version > 0
    changed_at = changed(facts, now=now)
    return [
        Milestone(
            paper_id=paper.pk,
            kind=kind,
            version=paper.latest_version,
            happened_at=facts.updated_at if newer else changed_at,
            noticed_at=now,
            **difference(was, became, fields),
        )
        for kind, fields in happened(was, became, newer=newer)
    ]


def happened(
    was: Was, became: Was, *, newer: bool
) -> Iterator[tuple[MilestoneKind, tuple[str, ...]]]:
    """Yield each kind of thing that happened, and the texts that go with it."""
    if newer:
        yield MilestoneKind.VERSION, ("abstract", "comment")
    title = written(was.texts["title"])
    if title and title != became.texts["title"]:
        yield MilestoneKind.TITLE, ("title",)
    if became.published and not was.published:
        yield MilestoneKind.PUBLISHED, ("journal_ref", "doi")
    if became.withdrawn and not was.withdrawn:
        yield MilestoneKind.WITHDRAWN, ("comment",)
    if was.withdrawn and not became.withdrawn:
        yield MilestoneKind.RETURNED, ("comment",)


def difference(was: Was, became: Was, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the texts that changed, before and after."""
    differ = [name for name in fields if was.texts[name] != became.texts[name]]
    return {
        "before": {name: was.texts[name] for name in differ},
        "after": {name: became.texts[name] for name in differ},
    }


def published(texts: Mapping[str, str]) -> bool:
    """Say whether a paper has a journal reference or a publisher's DOI."""
    return bool(texts["journal_ref"] or publishers(texts["doi"]))


def changed(facts: Facts, *, now: datetime) -> datetime:
    """Return when arXiv's record changed, as far as it says; else now."""
    if facts.changed_on is None:
        return now
    return min(now, datetime.combine(facts.changed_on, time(), UTC))
