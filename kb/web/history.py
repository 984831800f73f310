"""What the lines of a history say: every change, by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.models import Milestone
from kb.models.acts import Act, Reason, changes, reasons
from kb.web.news import icon
from kb.web.telling import What, names, told

FROM_ARXIV = gettext_lazy("brought it up to date from arXiv")
REASONS = {
    "add entry": gettext_lazy("added the entry"),
    "edit entry": gettext_lazy("edited the entry"),
    "admin": gettext_lazy("edited it in the curators' tables"),
    "refresh from arXiv": FROM_ARXIV,
    "harvest from arXiv": FROM_ARXIV,
    "details from arXiv": FROM_ARXIV,
    "snapshot of arXiv": gettext_lazy("brought it up to date from a snapshot of arXiv"),
    "add link": gettext_lazy("added a link"),
    "take off link": gettext_lazy("took off a link"),
    "put back link": gettext_lazy("put back a link"),
    "write summary": gettext_lazy("wrote the summary"),
    "delete summary": gettext_lazy("deleted the summary"),
    "write note": gettext_lazy("wrote the note"),
    "edit note": gettext_lazy("edited the note"),
    "delete note": gettext_lazy("deleted the note"),
    "reply": gettext_lazy("wrote the note"),
    "resolve": gettext_lazy("resolved the thread"),
    "reopen": gettext_lazy("reopened the thread"),
    "import annotations": gettext_lazy("imported the note"),
    "create topic": gettext_lazy("made the topic"),
    "edit topic": gettext_lazy("edited the topic"),
    "describe topic": gettext_lazy("edited the topic"),
    "rename topic": gettext_lazy("renamed the topic"),
    "move topic": gettext_lazy("moved the topic"),
    "delete topic": gettext_lazy("deleted the topic"),
    "restore": gettext_lazy("restored an earlier version"),
}
MOST = 20_000  # characters of two texts that are compared for a line
IMPORT = "import "  # before the name of a list


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history: what somebody did, or what happened at arXiv."""

    when: datetime
    icon: str
    who: str = ""
    why: str = ""
    what: Sequence[What] = ()
    milestone: Milestone | None = None
    key: str = ""  # of the version that this made


def moment(one: Act | Milestone) -> datetime:
    """Return when something was done, or noticed."""
    return one.noticed_at if isinstance(one, Milestone) else one.at


def lines(stream: Sequence[Act | Milestone]) -> list[Line]:
    """Return what is to be read of acts and milestones, in their order.

    A constant number of queries.
    """
    deeds = iter(done([one for one in stream if isinstance(one, Act)]))
    return [
        Line(one.noticed_at, icon(one), milestone=one)
        if isinstance(one, Milestone)
        else next(deeds)
        for one in stream
    ]


def done(some: Sequence[Act]) -> list[Line]:
    """Return a line for each act: who, why, and what became of each field."""
    changed, given = changes(some), reasons(some)
    named = names(chain.from_iterable(changed))
    people = names_of(given.values())
    return [
        Line(act.at, *by(reason, people), why(reason), what, key=act.key)
        for act, change in zip(some, changed, strict=True)
        for what in [told(change, named, most=MOST)]
        for reason in [given.get(act.context) if act.context else None]
    ]


def authored(some: Sequence[Act]) -> list[Line]:
    """Return who did these acts and when, without what: two queries."""
    given = reasons(some)
    people = names_of(given.values())
    return [
        Line(
            act.at,
            *by(given.get(act.context) if act.context else None, people),
            key=act.key,
        )
        for act in some
    ]


def names_of(given: Iterable[Reason]) -> dict[int, str]:
    """Return what the people behind acts are called, by their keys: one query."""
    users = {reason.user for reason in given if reason.user}
    return dict(User.objects.filter(pk__in=users).values_list("pk", "username"))


def by(reason: Reason | None, people: Mapping[int, str]) -> tuple[str, str]:
    """Return the icon and the name of who did something."""
    if reason is None:  # no door of ours: somebody wrote into the database
        return "key-round", _("Somebody outside the site")
    if reason.user is None:
        return "refresh-cw", _("The machine")
    return "circle-user-round", people.get(reason.user, _("Somebody who is gone"))


def why(reason: Reason | None) -> str:
    """Return the reason that was recorded, in the reader's words where it has some."""
    given = reason.reason if reason else ""
    if given.startswith(IMPORT):
        name = given.removeprefix(IMPORT)
        return _("imported the list “%(name)s”") % {"name": name}
    return str(REASONS.get(given, given))
