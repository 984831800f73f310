"""What the team does, day by day: what was added, written, noted, and what happened."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from django.contrib.auth.models import User
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kb.models import activity
from kb.models.activity import Act, Deed, Place, Rows
from kb.models.milestones import MilestoneKind
from kb.models.notifications import excerpt
from kb.models.summaries import Language
from kb.web.doors import MemberRequest
from kb.web.hits import at
from kb.web.home import storable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

PAGE = 40  # lines
NAMED = 5  # entries of a line; of more it says how many there are
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PLACE = re.compile(r"(\d{1,17})-([0-3])-(\d{1,18})", re.ASCII)
ICONS = {
    Deed.ADDED: "plus",
    Deed.WRITTEN: "pencil-line",
    Deed.NOTED: "message-square",
    Deed.HAPPENED: "history",
}

Group: TypeAlias = tuple[datetime, int | None]  # what the rows of an act share


class Named(NamedTuple):
    """An entry, and where in it something was done."""

    title: str
    href: str


class Line(NamedTuple):
    """One line of a day; `who` is None for what no member did."""

    act: Act
    who: User | None
    did: str
    entries: list[Named]
    excerpt: str = ""

    @property
    def day(self) -> date:
        """The day on which it was done, where the site is."""
        return timezone.localdate(self.act.at)

    @property
    def icon(self) -> str:
        """The icon for what was done."""
        return ICONS[self.act.deed]

    @property
    def at_arxiv(self) -> bool:
        """Whether arXiv did it."""
        return self.act.deed is Deed.HAPPENED

    @property
    def more(self) -> int:
        """How many entries are not named."""
        return self.act.number - len(self.entries)


@require_safe
def team(request: MemberRequest) -> HttpResponse:
    """Show what everybody did, newest first, a page at a time."""
    return stream(request, None)


@require_safe
def member(request: MemberRequest, username: str) -> HttpResponse:
    """Show what one member did."""
    return stream(request, get_object_or_404(User, username=storable(username)))


def stream(request: MemberRequest, by: User | None) -> HttpResponse:
    """Render a page of the stream, which begins behind the place in its address.

    So it stays true while more is done.
    """
    after = place_in(request.GET.get("after", ""))
    found = activity.acts(request.user, by=by, after=after, size=PAGE + 1)
    shown = found[:PAGE]
    context = {
        "lines": lines(shown, request.user),
        "by": by,
        "later": after is not None,
        "older": address_of(shown[-1].place) if len(found) > PAGE else "",
    }
    return render(request, "kb/activity.html", context)


def address_of(place: Place) -> str:
    """Return a place in the stream as an address has it."""
    return f"{(place.at - EPOCH) // MICROSECOND}-{int(place.deed)}-{place.key}"


def place_in(text: str) -> Place | None:
    """Return the place that an address names, None where it names none."""
    said = PLACE.fullmatch(text)
    if said is None:
        return None
    moment, deed, key = map(int, said.groups())
    return Place(EPOCH + moment * MICROSECOND, deed, key)


# --- What is told of each ---------------------------------------------------------


def lines(some: Sequence[Act], user: User) -> list[Line]:
    """Return what is to be read of acts, in their order: five queries at most."""
    people = User.objects.in_bulk({act.who for act in some if act.who})
    rows = {
        Deed.ADDED: last_rows(
            some, Deed.ADDED, activity.added(), ("added_at", "added_by", "pk", "title")
        ),
        Deed.WRITTEN: last_rows(
            some,
            Deed.WRITTEN,
            activity.written(),
            ("edited_at", "edited_by", "entry", "entry__title", "language"),
        ),
        Deed.NOTED: last_rows(
            some,
            Deed.NOTED,
            activity.noted(user),
            (
                *("written_at", "author", "entry", "entry__title", "pk"),
                *("html", "exact", "parent"),
            ),
        ),
        Deed.HAPPENED: last_rows(
            some,
            Deed.HAPPENED,
            activity.happened(),
            ("noticed_at", "pk", "paper", "paper__title", "kind", "version"),
        ),
    }
    return [
        SAY[act.deed](act, people.get(act.who or 0), there)
        for act in some
        if (there := rows[act.deed].get(group(act)))  # or it went meanwhile
    ]


def group(act: Act) -> Group:
    """Return what the rows of an act share: the moment, and who or which."""
    return act.at, act.key if act.deed is Deed.HAPPENED else act.who


def last_rows(
    some: Sequence[Act], deed: Deed, rows: Rows, fields: Sequence[str]
) -> Mapping[Group, list[Any]]:
    """Return the last rows of each act of one kind, at most NAMED: one query.

    The first two `fields` are what the rows of an act share.
    """
    moments = {act.at for act in some if act.deed is deed}
    found: dict[Group, list[Any]] = defaultdict(list)
    if moments:
        shared = [F(name) for name in fields[:2]]
        turn = Window(RowNumber(), partition_by=shared, order_by=F("pk").desc())
        those = rows.order_by("-pk").filter(**{f"{fields[0]}__in": moments})
        last = those.annotate(turn=turn).filter(turn__lte=NAMED)
        for moment, who, *said in last.values_list(*fields):
            found[moment, who].append(said)
    return found


def added(act: Act, who: User | None, rows: Sequence[Any]) -> Line:
    """Tell of entries that were added."""
    did = ngettext("added an entry", "added %(n)d entries", act.number)
    return Line(act, who, did % {"n": act.number}, named(rows))


def written(act: Act, who: User | None, rows: Sequence[Any]) -> Line:
    """Tell of summaries that were written."""
    did = ngettext("wrote a summary", "wrote %(n)d summaries", act.number)
    if act.number == 1:
        chinese = rows[0][2] == Language.ZH
        did = _("wrote the Chinese summary") if chinese else ""
        did = did or _("wrote the English summary")
    return Line(act, who, did % {"n": act.number}, named(rows))


def noted(act: Act, who: User | None, rows: Sequence[Any]) -> Line:
    """Tell of the team's notes, with the first words of one alone."""
    did = ngettext("wrote a note", "wrote %(n)d notes", act.number)
    _key, _title, note, html, exact, parent = rows[0]
    if act.number > 1:
        return Line(act, who, did % {"n": act.number}, named(rows))
    if parent or not html:
        did = _("replied to a note") if parent else _("highlighted a passage")
    there = named(rows, part=f"#note-{note}")
    return Line(act, who, did % {"n": 1}, there, excerpt(html, exact))


def happened(act: Act, who: User | None, rows: Sequence[Any]) -> Line:
    """Tell of what happened to a paper."""
    _key, _title, kind, version = rows[0]
    did = str(MilestoneKind(kind).label)
    if kind == MilestoneKind.VERSION and version:
        did = _("new version %(number)d") % {"number": version}
    return Line(act, who, did, named(rows))


def named(rows: Sequence[Any], part: str = "") -> list[Named]:
    """Return the entries of rows, which begin with key and title."""
    return [Named(row[1], f"{at('entry', row[0])}{part}") for row in rows]


SAY = {
    Deed.ADDED: added,
    Deed.WRITTEN: written,
    Deed.NOTED: noted,
    Deed.HAPPENED: happened,
}
