"""What members noted on an entry, as its page shows it to one of them.

Read as plain values, not as models: a page may have hundreds of notes. Whatever their
number, they cost two queries.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from django.urls import reverse
from django.utils.text import capfirst

from kb.models import Annotation, Reaction
from kb.models.annotations import Meaning, Mood, Visibility
from kb.ops.annotations.speaking import note_html
from kb.text import markdown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from kb.models import Entry


class Row(NamedTuple):
    """A note as it is kept."""

    id: int
    author: int
    who: str
    parent: int | None
    where: str
    meaning: str
    exact: str
    prefix: str
    suffix: str
    start: int | None
    end: int | None
    orphaned_at: datetime | None
    body: str
    html: str
    renderer: int
    visibility: str
    written_at: datetime
    edited_at: datetime | None
    version: int
    resolved_at: datetime | None
    resolver: str | None
    deleted_at: datetime | None


COLUMNS = (
    *("id", "author", "author__username", "parent", "where", "meaning"),
    *("exact", "prefix", "suffix", "start", "end", "orphaned_at"),
    *("body", "html", "renderer", "visibility", "written_at", "edited_at", "version"),
    *("resolved_at", "resolved_by__username", "deleted_at"),
)


@dataclass(slots=True)
class Said:
    """What members say of a note without words: one mood, by whom."""

    mood: str
    label: str
    people: list[str]
    mine: bool = False


@dataclass(slots=True)
class Note:
    """A note, as somebody is shown it."""

    row: Row
    address: str
    mine: bool
    said: list[Said]

    @property
    def html(self) -> str:
        """Its text, made anew where an older renderer made what is kept."""
        if self.row.renderer == markdown.RENDERER:
            return self.row.html
        return note_html(self.row.body)

    @property
    def private(self) -> bool:
        """Whether its author alone may see it."""
        return self.row.visibility == Visibility.PRIVATE

    @property
    def state(self) -> tuple[object, ...]:
        """What is another as soon as anything of it is."""
        row = self.row
        said = [(one.mood, len(one.people), one.mine) for one in self.said]
        return row.id, row.version, row.exact, row.start, bool(row.deleted_at), said


@dataclass(slots=True)
class Thread:
    """A note and the replies to it, in the order in which they came."""

    first: Note
    meaning: str = ""  # what it says of its text, for its reader
    replies: list[Note] = field(default_factory=list)

    @property
    def row(self) -> Row:
        """The first note as it is kept."""
        return self.first.row

    @property
    def resolved(self) -> bool:
        """Whether somebody settled it."""
        return self.row.resolved_at is not None

    @property
    def notes(self) -> list[Note]:
        """All of it, in order."""
        return [self.first, *self.replies]

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands among those about the same text."""
        return self.row.start or 0, -(self.row.end or 0), self.row.id

    @property
    def stamp(self) -> str:
        """What tells a page that it has another state of the thread."""
        row = self.row
        states = [note.state for note in self.notes]
        told = (str(row.resolved_at), bool(row.orphaned_at), row.visibility, states)
        return f"{crc32(repr(told).encode()):x}"


def threads(entry: Entry, user: User) -> list[Thread]:
    """Return all that a member may see of what is noted on an entry, oldest first."""
    notes = Annotation.objects.visible_to(user).filter(entry=entry.pk)
    rows = [Row._make(row) for row in notes.order_by().values_list(*COLUMNS)]
    said, address = moods(entry, user), reverse("kb:note", args=[0]).removesuffix("0/")
    meanings = {key: capfirst(str(told)) for key, told in Meaning.choices[1:]}
    found: dict[int, Thread] = {}
    # A reply that was imported may say that it is older than what it answers.
    for row in sorted(rows, key=lambda row: (bool(row.parent), row.written_at, row.id)):
        mine, moods_of = row.author == user.pk, said.get(row.id, [])
        note = Note(row, f"{address}{row.id}/", mine, moods_of)
        if row.parent is None:
            found[row.id] = Thread(note, meanings.get(row.meaning, ""))
        elif row.parent in found:
            found[row.parent].replies.append(note)
    return list(found.values())


def moods(entry: Entry, user: User) -> dict[int, list[Said]]:
    """Return what members say of the notes of an entry without words, by their keys."""
    seen = Annotation.objects.visible_to(user).filter(entry=entry.pk)
    rows = Reaction.objects.filter(annotation__in=seen.order_by()).values_list(
        "annotation", "mood", "member", "member__username"
    )
    said: dict[int, dict[str, Said]] = defaultdict(dict)
    for note, mood, member, who in rows:
        one = said[note].setdefault(mood, Said(mood, str(Mood(mood).label), []))
        one.people.append(who)
        one.mine = one.mine or member == user.pk
    return {note: list(of.values()) for note, of in said.items()}
