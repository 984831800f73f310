"""Tell members of notes that concern them, and of what happens to what they follow."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.contrib.auth.models import User

from kb.models import Annotation, Entry, Milestone, Notification, Reading
from kb.models.annotations import Visibility
from kb.models.members import News
from kb.models.milestones import MilestoneKind
from kb.ops import reading
from kb.text import mentions

SIGNS = "@\uff20"  # the second as it is typed among Chinese characters
TOLD = {  # a withdrawal comes as a new version as well
    MilestoneKind.WITHDRAWN: News.WITHDRAWN,
    MilestoneKind.VERSION: News.VERSION,
}


def of_writing(note: Annotation, *, now: datetime) -> None:
    """Tell of a note that was just written; who writes about an entry follows it."""
    of_note(note, mentioned=mentioned_in(note), now=now)
    reading.follow_as_writer(note.entry, by=note.author, now=now)


def of_editing(note: Annotation, *, was_private: bool, now: datetime) -> None:
    """Tell of a note that was changed: whom it mentions, and all when it went public.

    Who was told of it before is not told again.
    """
    mentioned = mentioned_in(note)
    if was_private:
        of_note(note, mentioned=mentioned, now=now)
    elif public(note):
        tell(note, {person.pk: [News.MENTION] for person in mentioned}, now=now)


def of_note(note: Annotation, *, mentioned: Collection[User], now: datetime) -> None:
    """Tell of a note whom it mentions, whom it answers, and who follows its entry.

    Each once, by the first of these that applies and that they want to hear of. Its
    writer is not told, and nobody is of a private note. May be called again.
    """
    if not public(note):
        return
    reasons: dict[int, list[News]] = defaultdict(list)
    for person in mentioned:
        reasons[person.pk].append(News.MENTION)
    for key in answered(note):
        reasons[key].append(News.REPLY)
    for key in followers(note):
        reasons[key].append(News.NOTE)
    tell(note, reasons, now=now)


def of_milestone(milestone: Milestone, *, now: datetime) -> None:
    """Tell the followers of a paper what happened to it."""
    of_milestones([milestone], now=now)


def of_milestones(milestones: Iterable[Milestone], *, now: datetime) -> None:
    """Tell the followers of papers what happened to them: two queries, for any number.

    Of versions and withdrawals; where both happened, of the withdrawal alone. The
    milestones are saved already. May be called again.
    """
    happened: dict[int, dict[News, Milestone]] = defaultdict(dict)
    for one in milestones:
        if one.kind in TOLD:
            happened[one.paper_id][TOLD[MilestoneKind(one.kind)]] = one
    if not happened:
        return
    following = Reading.objects.following().filter(entry__in=happened)
    active = following.filter(member__is_active=True)
    rows = active.values_list("member", "entry", "member__member__inbox_kinds")
    keep(
        Notification(
            member_id=member, kind=kind, entry_id=entry, milestone=news, at=now
        )
        for member, entry, wanted in rows
        for kind in first(TOLD.values(), wanted, among=happened[entry])
        for news in [happened[entry][kind]]
    )


def read(notification: Notification, *, by: User, now: datetime) -> None:
    """Mark one as read, if it is theirs."""
    mine = Notification.objects.filter(member=by, pk=notification.pk)
    mine.unread().update(read_at=now)


def read_of(entry: Entry, *, by: User, now: datetime) -> None:
    """Mark as read what the member was told of an entry."""
    told = Notification.objects.filter(member=by, entry=entry)
    told.unread().update(read_at=now)


def read_all(*, by: User, now: datetime, last: int) -> None:
    """Mark all as read up to the one with the key `last`: later ones nobody saw."""
    told = Notification.objects.filter(member=by, pk__lte=last)
    told.unread().update(read_at=now)


# --- Inside -------------------------------------------------------------------


def mentioned_in(note: Annotation) -> list[User]:
    """Return the active members a note speaks to; nobody's name is read for none."""
    if not any(sign in note.body for sign in SIGNS):
        return []
    people = {user.username: user for user in User.objects.filter(is_active=True)}
    return [people[name] for name in mentions.mentioned(note.body, people)]


def answered(note: Annotation) -> set[int]:
    """Return who wrote in the thread that a note goes on with."""
    if note.parent_id is None:
        return set()
    thread = Annotation.objects.filter(pk=note.parent_id)
    thread |= Annotation.objects.filter(parent=note.parent_id)
    return set(thread.standing().order_by().values_list("author", flat=True))


def followers(note: Annotation) -> Iterable[int]:
    """Return who follows the entry of a note."""
    following = Reading.objects.following().filter(entry=note.entry_id)
    return following.values_list("member", flat=True)


def tell(
    note: Annotation, reasons: Mapping[int, Collection[News]], *, now: datetime
) -> None:
    """Tell of a note, each for the first of their reasons that they want to hear of."""
    people = User.objects.filter(pk__in=reasons, is_active=True)
    others = people.exclude(pk=note.author_id)
    keep(
        Notification(
            member_id=member,
            kind=kind,
            entry_id=note.entry_id,
            annotation=note,
            at=now,
        )
        for member, wanted in others.values_list("pk", "member__inbox_kinds")
        for kind in first(reasons[member], wanted)
    )


def public(note: Annotation) -> bool:
    """Say whether the team may see a note; an answer is seen by who sees the first."""
    first_one = note.parent or note
    return {note.visibility, first_one.visibility} == {Visibility.TEAM}


def first(
    kinds: Iterable[News],
    wanted: Collection[str] | None,
    *,
    among: Collection[News] = tuple(News),
) -> list[News]:
    """Return the first kind that somebody wants, alone, or none.

    Who has no profile yet has said nothing, and wants all.
    """
    heard = (kind for kind in kinds if wanted is None or kind in wanted)
    return [kind for kind in heard if kind in among][:1]


def keep(notifications: Iterable[Notification]) -> None:
    """Save them, but those of what a member was told before."""
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
