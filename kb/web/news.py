"""What happened to papers at arXiv: marks in lists, and the story of one paper."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from kb.models import Milestone
from kb.models.milestones import MilestoneKind
from kb.text.differences import Piece, differences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from kb.models import Paper

RECENT = timedelta(days=30)  # what lists tell of as new
TOLD = 20  # milestones on the page of an entry; the history has all

ICONS = {
    MilestoneKind.VERSION: "history",
    MilestoneKind.TITLE: "pencil-line",
    MilestoneKind.PUBLISHED: "book-open-text",
    MilestoneKind.WITHDRAWN: "triangle-alert",
    MilestoneKind.RETURNED: "check",
}
COMPARED = {
    "title": _("Title"),
    "abstract": _("Abstract"),
    "comment": _("Authors\N{RIGHT SINGLE QUOTATION MARK} comment"),
}


class News(NamedTuple):
    """One mark of a list: what happened to a paper lately."""

    kind: str
    version: int | None
    happened_at: datetime


class Compared(NamedTuple):
    """A text that changed with a milestone, word by word."""

    name: str
    label: str
    text: str
    pieces: list[Piece]


class Happening(NamedTuple):
    """One milestone of an entry's page, with the texts that changed."""

    milestone: Milestone
    changes: list[Compared]


class Withdrawal(NamedTuple):
    """That a paper was withdrawn: when, and what its authors say."""

    when: datetime | None
    reason: str


def news(ids: Collection[int], now: datetime) -> dict[int, list[News]]:
    """Return what happened lately to each of these papers: one query.

    Of each kind the newest, in the order in which it happened.
    """
    recent = Milestone.objects.filter(paper__in=ids, noticed_at__gt=now - RECENT)
    rows = recent.order_by("happened_at", "pk")
    told: dict[int, dict[str, News]] = defaultdict(dict)
    values = rows.values_list("paper_id", "kind", "version", "happened_at")
    for paper, kind, version, at in values:
        told[paper].pop(kind, None)
        told[paper][kind] = News(kind, version, at)
    return {paper: list(kinds.values()) for paper, kinds in told.items()}


def story(paper: Paper) -> list[Happening]:
    """Return the newest milestones of a paper, newest first: one query."""
    newest = paper.milestones.order_by("-happened_at", "-pk")[:TOLD]
    return [Happening(one, list(compared(one))) for one in newest]


def icon(one: Milestone | News) -> str:
    """Return the icon that stands for what happened."""
    return ICONS[MilestoneKind(one.kind)]


def compared(milestone: Milestone) -> Iterator[Compared]:
    """Yield the texts that changed; of a withdrawal the comment is its reason."""
    before, after = milestone.before, milestone.after
    withdrawn = milestone.kind == MilestoneKind.WITHDRAWN
    for name, label in COMPARED.items():
        old, new = before.get(name) or "", after.get(name) or ""
        if old != new and not (withdrawn and name == "comment"):
            yield Compared(name, str(label), new or old, differences(old, new))


def retitled(paper: Paper, happenings: Iterable[Happening]) -> list[Piece]:
    """Return how arXiv's title came to be what it is; [] where it did not change."""
    titles = (
        change.pieces
        for happening in happenings
        if happening.milestone.after.get("title") == paper.arxiv_title
        for change in happening.changes
        if change.name == "title"
    )
    return next(titles, [])


def withdrawal(paper: Paper, happenings: Iterable[Happening]) -> Withdrawal | None:
    """Return when a paper was withdrawn and what its authors say of it, if it was.

    Of one that was so when it came here, the latest version is the withdrawal.
    """
    if not paper.withdrawn:
        return None
    known = (
        one.milestone.happened_at
        for one in happenings
        if one.milestone.kind == MilestoneKind.WITHDRAWN
    )
    return Withdrawal(next(known, paper.updated_at), paper.comment)
