"""What a curator does to many things at once: recorded as a run, undone as a whole.

The history tells which rows a deed changed. Undoing it puts them back: what somebody
changed since stays as they left it, and the tree of topics is put back whole or not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Subquery
from taggit.models import Tag

from kb.models import (
    Annotation,
    Blog,
    Entry,
    Filing,
    FormerTopic,
    ListItem,
    Notification,
    Paper,
    Reading,
    Resource,
    Run,
    Summary,
    TagAlias,
    TaggedEntry,
)
from kb.models.annotations import PLACE, Where
from kb.models.touched import Touched, touched
from kb.ops import annotations, putting_tree_back, runs, summaries
from kb.ops.acting import acting, context
from kb.ops.annotations.texts import abstract_html
from kb.ops.putting_back import added, put_again, put_back

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A row needs those of the tables before its own.
TABLES: tuple[type[models.Model], ...] = (
    *(
        FormerTopic,
        TagAlias,
        Entry,
        Paper,
        Blog,
        Filing,
        TaggedEntry,
        Annotation,
        Resource,
    ),
    ListItem,
)
NOTHING: frozenset[str] = frozenset()
TEXT = frozenset({"body", "version", "edited_at", "edited_by_id"})


@contextmanager
def doing(
    kind: str, subject: str, *, by: "User | None", now: datetime
) -> Iterator[Run]:
    """Record what is written inside as a run of this kind, which can be undone.

    Its report, and what an undoing needs beside the history (`aside`), are saved.
    """
    with acting(by, str(kind)):
        run = runs.record(kind, subject, by=by, started=now, now=now, report={})
        runs.remember(run, context())
        yield run
        run.save(update_fields=["report", "aside", "done", "total"])


class PuttingBack:
    """One deed that is undone."""

    def __init__(self, run: Run, *, by: "User | None", now: datetime) -> None:
        """Nothing is read before `write`."""
        self.run, self.by, self.now = run, by, now
        self.stayed: set[int] = set()  # entries, by their keys
        self.count = 0

    def write(self) -> dict[str, Any]:
        """Put back what the deed changed; return what came of it. Raises NotUndone."""
        topics = putting_tree_back.Undoing(self.run)
        topics.put_back()
        self.tags()
        rows = {model: self.rows(model) for model in TABLES}
        texts = self.rows(Summary)
        for model in reversed(TABLES):
            self.take_away(model, rows[model])
        for model in TABLES:
            self.give_again(model, rows[model])
        notes = self.moved_notes(rows[Annotation])
        # A text takes along the notes about it: first they are with theirs.
        self.change_back(Annotation, rows)
        self.texts(texts)
        for model in TABLES:
            if model is not Annotation:
                self.change_back(model, rows)
        self.carry(notes)
        self.places()
        topics.remove_new()
        self.notifications(rows[Annotation])
        self.readings()
        named = Entry.objects.filter(pk__in=self.stayed - {0}).order_by("pk")
        return {"put_back": self.count, "stayed": list(named.values("pk", "title"))}

    def rows(self, model: type[models.Model]) -> dict[int, Touched]:
        """Return what the deed changed of a table."""
        found = touched(model, self.run.context)  # type: ignore[arg-type]
        self.count += len(found)
        return found

    def entry_of(self, row: Touched) -> int:
        """Return the entry a row is of, or hangs on; 0 for none."""
        told = row.after or row.before or {}
        keys = (told.get(name) for name in ("entry_id", "content_object_id"))
        return next(filter(None, keys), 0) or (0 if "tag_id" in told else told["id"])

    def take_away(self, model: type[models.Model], rows: dict[int, Touched]) -> None:
        """Take away what the deed added, unless somebody changed it since."""
        new = {key: row.after or {} for key, row in rows.items() if added(row)}
        manager = model._default_manager  # noqa: SLF001 - public API
        going = []
        for there in manager.filter(pk__in=new):
            if all(vars(there)[name] == old for name, old in new[there.pk].items()):
                going.append(there.pk)
            else:
                self.stayed.add(self.entry_of(rows[there.pk]))
        manager.filter(pk__in=going).delete()

    def give_again(self, model: type[models.Model], rows: dict[int, Touched]) -> None:
        """Make once more what the deed took away."""
        for row in rows.values():
            if row.before and not row.after:
                put_again(model, row.before)

    def change_back(
        self,
        model: type[models.Model],
        rows: Mapping[type[models.Model], dict[int, Touched]],
    ) -> None:
        """Give the rows of a table the columns they had; note what stays."""
        stayed = put_back(model, rows[model], leave=NOTHING)
        self.stayed |= {self.entry_of(rows[model][key]) for key in stayed}

    def texts(self, rows: dict[int, Touched]) -> None:
        """Give summaries back to their entries, with the texts they had."""
        for summary in Summary.objects.filter(pk__in=rows).select_related("entry"):
            before, after = rows[summary.pk].before, rows[summary.pk].after
            if before is None or after is None or before["body"] == after["body"]:
                continue
            if summary.body != after["body"]:
                self.stayed.add(summary.entry_id)
                continue
            summaries.put(
                summary.entry,
                summary.language,
                before["body"],
                base=summary.version,
                by=self.by,
                now=self.now,
            )
            # The words are theirs who wrote them, and not whose deed is undone.
            whose = {name: before[name] for name in ("edited_by_id", "edited_at")}
            Summary.objects.filter(pk=summary.pk).update(**whose)
        put_back(Summary, rows, leave=TEXT)

    def moved_notes(
        self, rows: Mapping[int, Touched]
    ) -> list[tuple[int, str, int, str]]:
        """Return the notes that go back to another entry, and the texts they are in.

        Each as its key, the text's `Where`, the entry it goes to, and the text's HTML.
        """
        back = {
            key: row.changed["entry_id"]
            for key, row in rows.items()
            if "entry_id" in row.changed
        }
        about = Annotation.objects.filter(pk__in=back).exclude(where="")
        return [
            (note.pk, note.where, back[note.pk], shown(note.entry_id, note.where))
            for note in about
        ]

    def carry(self, notes: list[tuple[int, str, int, str]]) -> None:
        """Let notes that went back be about the texts there."""
        for key, where, entry, old in notes:
            there = Annotation.objects.filter(pk=key, entry=entry)
            annotations.carry_over(there, old, shown(entry, where), self.now)

    def places(self) -> None:
        """Put notes where they were in texts that are letter by letter as they were.

        The history does not remember it: to find them anew may fail where a text says
        the same twice.
        """
        texts: dict[tuple[int, str], str] = {}
        for place in self.run.aside.get("places", ()):
            text = place["entry"], place["where"]
            if text not in texts:
                texts[text] = sign(shown(*text))
            if texts[text] == place["text"]:
                there = Annotation.objects.filter(pk=place["id"], entry=place["entry"])
                there.filter(exact=place["exact"]).update(**place["at"])

    def notifications(self, rows: Mapping[int, Touched]) -> None:
        """Let what members were told of notes lead to where the notes are again."""
        told = Notification.objects.filter(annotation__in=list(rows))
        note = Annotation.objects.filter(pk=OuterRef("annotation"))
        told.update(entry=Subquery(note.values("entry")[:1]))

    def readings(self) -> None:
        """Give members the marks they had, unless they made others since."""
        for row in self.run.aside.get("readings", ()):
            there = Reading.objects.filter(pk=row["id"])
            if marks_of(there.first()) != row["after"]:
                continue
            if row["before"] is None:
                there.delete()
            else:
                there.update(**row["before"])

    def tags(self) -> None:
        """Make tags once more that are gone, and call others what they were called."""
        for row in self.run.aside.get("tags", ()):
            there = Tag.objects.filter(pk=row["id"])
            same = Tag.objects.filter(name=row["name"]) | Tag.objects.filter(
                slug=row["slug"]
            )
            if same.exclude(pk=row["id"]).exists():
                continue
            if there.exists():
                there.update(name=row["name"], slug=row["slug"])
            else:
                Tag.objects.create(**row)


def places_of(*entries: Entry) -> list[dict[str, Any]]:
    """Return where the notes on entries are in their texts, as a run can keep it."""
    about = Annotation.objects.filter(entry__in=entries).exclude(where="")
    keys = about.order_by().values_list("entry", "where").distinct()
    texts = {key: sign(shown(*key)) for key in keys}
    return [
        {
            "id": note.pk,
            "entry": note.entry_id,
            "where": note.where,
            "text": texts[note.entry_id, note.where],
            "exact": note.exact,
            "at": {name: told(getattr(note, name)) for name in PLACE},
        }
        for note in about.order_by("pk")
    ]


def told(value: Any) -> Any:
    """Return a column's value as JSON holds it; Django reads it back."""
    return value.isoformat() if isinstance(value, datetime) else value


def sign(text: str) -> str:
    """Return what tells a text from any other."""
    return sha256(text.encode()).hexdigest()


def shown(entry: int, where: str) -> str:
    """Return the HTML of one text of an entry, "" for none."""
    if where == Where.ABSTRACT:
        abstract = Paper.objects.filter(pk=entry).values_list("abstract", flat=True)
        return abstract_html(abstract.first() or "")
    texts = Summary.objects.filter(entry=entry, language=where)
    return texts.values_list("html", flat=True).first() or ""


def marks_of(reading: Reading | None) -> dict[str, Any] | None:
    """Return a member's marks as a run can keep them."""
    if reading is None:
        return None
    names = ("starred", "state", "rating", "following", "read_version")
    marks = {name: getattr(reading, name) for name in names}
    return {**marks, "changed_at": reading.changed_at.isoformat()}
