"""Bring annotations in: each becomes a note on the entry that it is about, once."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kb.models import Annotation as Note
from kb.models import Entry
from kb.models.annotations import Visibility, Where
from kb.ops import entries
from kb.ops.acting import acting
from kb.ops.annotations import anchoring, texts
from kb.ops.annotations.carrying import put, renew
from kb.ops.annotations.writing import fill, hold
from kb.ops.errors import NotUnderstood, OpError
from kb.ops.exchange import addresses, words
from kb.ops.exchange.report import Outcome, Report, Row
from kb.ops.words import translated
from kb.text.anchors import Anchor, Unquotable, make
from kb.text.anchors.quotes import in_plain_form
from kb.text.markdown import TooLong
from kb.webannotations import Annotation, Collection, Person

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FURTHEST = 10**9  # characters from the beginning of a text
SAID = 80  # characters of a text in a report
REASON = "import annotations"


@dataclass(frozen=True)
class Terms:
    """On which terms annotations come in.

    `author` says whose note one becomes, None for nobody's; `shared` whether those that
    are not private in the file are the team's; `signed` whether the words of others are
    marked as theirs.
    """

    author: "Callable[[Person | None], User | None]"
    shared: bool = True
    signed: bool = True


class TakenBack(Exception):
    """Raised to undo what a dry run wrote."""


def take(
    found: Collection,
    terms: Terms,
    *,
    by: "User | None",
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Write those that are not here yet, all in one transaction, and tell nobody.

    Idempotent: what came before is known by the id that it has in the file. A dry run
    does the same and takes it back.
    """
    report = Report(dry_run)
    with suppress(TakenBack), acting(by, REASON):
        report.rows = Intake(terms, now).take(found.items)
        if dry_run:
            raise TakenBack
    return report


class Intake:
    """One file on its way in."""

    def __init__(self, terms: Terms, now: datetime) -> None:
        """Nothing is read before `take`."""
        self.terms, self.now = terms, now
        self.notes: dict[str, Note] = {}  # by their ids in the file
        self.entries: dict[str, Entry | None] = {}  # by the addresses they have there
        self.texts: dict[int, dict[str, str]] = {}

    def take(self, items: Iterable[Annotation]) -> list[Row]:
        """Write what begins threads, then the replies, and say what became of each."""
        self.hold(items)
        rows = {item.id: self.row(item) for item in items if not item.reply_to}
        waiting = {item.id: item for item in items if item.reply_to}
        while ready := [one for one in waiting.values() if one.reply_to not in waiting]:
            for item in ready:
                rows[item.id] = self.row(waiting.pop(item.id))
        # What is left answers itself in a circle.
        rows |= {name: self.row(item) for name, item in waiting.items()}
        return [rows[item.id] for item in items]

    def row(self, item: Annotation) -> Row:
        """Write one, if it can be, and say what became of it."""
        row = Row(item.id, Outcome.REFUSED, said=said(item))
        author = self.terms.author(item.creator)
        if author is None:
            return replace(row, why=_("Nobody here has the name of its writer."))
        parent = self.note(item.reply_to, author) if item.reply_to else None
        entry = parent.entry if parent else self.entry(item)
        if entry is None:
            lost = Outcome.UNANSWERED if item.reply_to else Outcome.UNKNOWN
            return replace(row, outcome=lost, about=source(item))
        row = replace(row, about=entry.title)
        if known := self.known(item, author, entry):
            self.notes[item.id] = known
            return replace(row, outcome=Outcome.KNOWN)
        try:
            note = self.written(item, author, entry, parent)
        except (OpError, TooLong, Unquotable) as refusal:
            return replace(row, why=translated(refusal))
        self.notes[item.id] = note
        return replace(row, outcome=outcome(note))

    # --- What is here ---------------------------------------------------------

    def hold(self, items: Iterable[Annotation]) -> None:
        """Hold all entries that these are about, in the order in which others do."""
        for item in items:
            self.entry(item)
        keys = {entry.pk for entry in self.entries.values() if entry}
        rows = Entry.objects.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))

    def note(self, name: str, author: "User") -> Note | None:
        """Return the note that an id stands for, if the author may see it."""
        if name in self.notes:
            return self.notes[name]
        seen = Note.objects.visible_to(author).select_related("entry")
        return (
            seen.filter(pk=addresses.note_at(name) or 0).first()
            or seen.filter(source_id=words.kept_id(name)).first()
        )

    def known(self, item: Annotation, author: "User", entry: Entry) -> Note | None:
        """Return the note that an annotation is already."""
        ours = entry.annotations.visible_to(author).standing()
        return (
            ours.filter(pk=addresses.note_at(item.id) or 0).first()
            or ours.filter(author=author, source_id=words.kept_id(item.id)).first()
        )

    def entry(self, item: Annotation) -> Entry | None:
        """Return what an annotation is about, None for what is not in the library."""
        address = source(item)
        if address not in self.entries:
            self.entries[address] = entry_at(address)
        return self.entries[address]

    def texts_of(self, entry: Entry) -> dict[str, str]:
        """Return the texts of an entry, which nobody changes until this is done."""
        if entry.pk not in self.texts:
            hold(entry)
            renew(entry, now=self.now)
            self.texts[entry.pk] = texts.plain_texts(entry)
        return self.texts[entry.pk]

    # --- What is written ------------------------------------------------------

    def written(
        self, item: Annotation, author: "User", entry: Entry, parent: Note | None
    ) -> Note:
        """Write one. Raises NoText, TooLong, Unquotable."""
        first = (parent.parent or parent) if parent else None
        note = Note(entry=entry, author=author, parent=first, version=0)
        note.source_id = words.kept_id(item.id)
        note.written_at = min(item.created or self.now, self.now)
        if item.modified and item.modified > note.written_at:
            note.edited_at = min(item.modified, self.now)
        if item.target and not first:
            self.place(note, item)
        if item.resolved and not first:
            note.resolved_at, note.resolved_by = self.now, author
        shared = self.terms.shared and not item.private
        visibility = Visibility.TEAM if shared else Visibility.PRIVATE
        visible = first.visibility if first else visibility
        own = author.username if self.terms.signed else None
        fill(note, words.body(item, note.meaning, own), visible)
        note.save()
        return note

    def place(self, note: Note, item: Annotation) -> None:
        """Let a note be about its passage, orphaned where no text has that.

        Raises Unquotable where the passage is not quoted.
        """
        there, anchor = self.texts_of(note.entry), quoted(item)
        if anchor is None:
            return
        named = where_of(source(item))
        for where in [named] if named else sorted(there):
            text = there.get(where, "")
            if found := anchoring.seen(anchor, text):
                note.where, note.meaning = where, words.meaning(item)
                put(note, make(text, *found))
                return
        put(note, anchor)
        note.where, note.meaning = named or Where.ABSTRACT, words.meaning(item)
        note.orphaned_at = self.now


# --- Reading one --------------------------------------------------------------


def source(item: Annotation) -> str:
    """Return the address of what an annotation is about, "" for none."""
    return item.target.source if item.target else ""


def said(item: Annotation) -> str:
    """Return the beginning of what it says, or of what it marks."""
    quote = item.target.quote.exact if item.target and item.target.quote else ""
    return " ".join((item.text or quote).split())[:SAID]


def entry_at(address: str) -> Entry | None:
    """Return the entry whose page here, or whose own, has an address."""
    if ours := addresses.text_at(address):
        return Entry.objects.there().filter(pk=ours[0]).first()
    try:
        return entries.known(entries.understand(address))
    except NotUnderstood:
        return None


def where_of(address: str) -> str:
    """Return which text an address is of, "" where it does not say."""
    ours = addresses.text_at(address)
    return ours[1] if ours else ""


def quoted(item: Annotation) -> Anchor | None:
    """Return the passage an annotation is about, None for the whole.

    Raises Unquotable.
    """
    target = item.target
    if target is None or not (target.quote or target.position):
        return None
    if target.quote is None:
        raise Unquotable(_("It says where its passage is, and does not quote it."))
    start = min(target.position.start if target.position else 0, FURTHEST)
    quote = target.quote
    end = start + len(quote.exact)
    anchor = Anchor(quote.exact, quote.prefix, quote.suffix, start, end)
    anchor = in_plain_form(anchor)
    if not anchor.exact:
        raise Unquotable(_("Its quotation has no words."))
    return anchor


def outcome(note: Note) -> Outcome:
    """Return what became of a note that was written."""
    if note.orphaned_at:
        return Outcome.ORPHANED
    return Outcome.MATCHED if note.exact else Outcome.ADDED
