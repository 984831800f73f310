"""Undo an import: what it brought goes, what it changed is as it was.

Nobody's work goes with it: an entry that somebody has worked with since stays, and
what somebody has changed since stays as they left it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from kb.models import (
    Annotation,
    Blog,
    Distinction,
    Entry,
    Filing,
    ImportDraft,
    ListItem,
    Paper,
    Reading,
    ReadingList,
    Resource,
    Run,
    Summary,
    TaggedEntry,
    Topic,
)
from kb.models.history import events
from kb.models.resources import Source
from kb.models.runs import Outcome, RunKind
from kb.models.touched import Touched, touched
from kb.ops import summaries, topics
from kb.ops.errors import NotUndone, TopicInUse
from kb.ops.putting_back import added, put_again, put_back
from kb.ops.topics import Words, lock_tree
from kb.ops.watching import Watch

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AT_ONCE = 200  # entries that are removed together
NAMED = 1000  # of what stayed, in the record
# What a list can say of an entry hangs on it in these tables, by these fields.
HANGING: tuple[tuple[type[models.Model], str], ...] = (
    (Filing, "entry_id"),
    (TaggedEntry, "content_object_id"),
    (Summary, "entry_id"),
    (Resource, "entry_id"),
)
PLACE = frozenset({"position"})  # imports of other lists move entries as well
WHEN = frozenset({"version", "edited_at", "edited_by_id"})  # a text put back is itself
NOTHING: frozenset[str] = frozenset()


@dataclass
class Undone:
    """What became of what an import had done."""

    removed: int = 0
    put_back: int = 0
    topics_removed: int = 0
    stayed: set[int] = field(default_factory=set)  # entries, by their keys
    topics_stayed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as a run keeps it."""
        named = Entry.objects.filter(pk__in=self.stayed).order_by("pk")
        return {
            "removed": self.removed,
            "put_back": self.put_back,
            "topics_removed": self.topics_removed,
            "stayed_as_is": len(self.stayed),
            "stayed": list(named.values("pk", "title")[:NAMED]),
            "topics_stayed": self.topics_stayed[:NAMED],
        }


def refuse_unless_last(run: Run) -> None:
    """Raise NotUndone for what was no import, and where its list was imported since."""
    if run.kind != RunKind.IMPORT or run.outcome != Outcome.DONE or not run.context:
        raise NotUndone(_("There is nothing to undo."))
    for key, row in touched(ReadingList, run.context).items():
        now = ReadingList.objects.filter(pk=key).first()
        left = row.after or {}
        if now is None or (now.imported_at, now.sha256) != (
            left["imported_at"],
            left["sha256"],
        ):
            raise NotUndone(
                _("This list was imported again since. Undo the newer import first.")
            )


class Undoing:
    """One import that is undone."""

    def __init__(
        self, run: Run, watch: Watch, *, by: "User | None", now: datetime
    ) -> None:
        """Nothing is read before `write`."""
        self.run, self.watch, self.by, self.now = run, watch, by, now
        self.told = Undone()
        self.read: dict[type[models.Model], dict[int, Touched]] = {}

    def write(self) -> Undone:
        """Undo it. Raises NotUndone."""
        lock_tree()  # imports and whoever moves topics wait
        refuse_unless_last(self.run)
        self.lists = self.rows(ReadingList)
        self.offer_again()
        self.remove(self.untouched())
        for model, of in HANGING:
            if model is not Summary:
                self.unhang(model, of)
        self.restore_texts()
        self.restore_entries()
        self.restore_topics()
        self.forget()
        return self.told

    def rows(self, model: type[models.Model]) -> dict[int, Touched]:
        """Return what the import changed of a table, read once."""
        if model not in self.read:
            self.read[model] = touched(model, self.run.context)  # type: ignore[arg-type]
        return self.read[model]

    # --- Entries it brought -----------------------------------------------------

    def untouched(self) -> list[int]:
        """Return the entries it brought that nobody has worked with since."""
        entries = self.rows(Entry)
        self.brought = {key for key, row in entries.items() if added(row)}
        kept = set(self.claimed(entries))
        self.told.stayed |= kept
        self.left_alone = kept
        return sorted(self.brought - kept)

    def claimed(self, entries: dict[int, Touched]) -> Iterator[int]:
        """Yield the entries it brought that somebody has made theirs since."""
        yield from self.reworded(entries)
        for model, of in HANGING:
            yield from self.changed_under(model, of)
        for rows, name in (
            (Annotation.objects.all(), "entry"),
            (Reading.objects.marked(), "entry"),
            (Distinction.objects.all(), "older"),
            (Distinction.objects.all(), "newer"),
            (Entry.objects.all(), "merged_into"),
            (ListItem.objects.exclude(reading_list__in=self.lists), "entry"),
        ):
            found = rows.filter(**{f"{name}__in": self.brought})
            yield from found.values_list(f"{name}_id", flat=True)

    def reworded(self, entries: dict[int, Touched]) -> Iterator[int]:
        """Yield those that are called otherwise, or are at another address."""
        there = Entry.objects.filter(pk__in=self.brought).select_related("paper")
        for entry in there:
            paper = getattr(entry, "paper", None)
            arxivs = {"title"} if paper and paper.title_from_arxiv else set()
            if differs(entry, entries[entry.pk], PLACE | arxivs):
                yield entry.pk
        blogs, papers = self.rows(Blog), self.rows(Paper)
        for blog in Blog.objects.filter(pk__in=self.brought):
            if differs(blog, blogs[blog.pk], NOTHING):
                yield blog.pk
        for paper in Paper.objects.filter(pk__in=self.edited(Paper)):
            if differs(paper, papers[paper.pk], NOTHING):
                yield paper.pk

    def edited(self, model: type[models.Model]) -> set[int]:
        """Return the entries whose rows a person wrote since: arXiv does so as well."""
        remembered: models.QuerySet[Any] = models.QuerySet(events(model))
        since = remembered.filter(pgh_obj__in=self.brought).exclude(
            pgh_context=self.run.context
        )
        by_people = since.filter(pgh_context__metadata__has_key="user")
        return set(by_people.values_list("pgh_obj_id", flat=True))

    def changed_under(self, model: type[models.Model], of: str) -> Iterator[int]:
        """Yield the entries on which something hangs that came, went or changed."""
        mine = {
            key: row
            for key, row in self.rows(model).items()
            if added(row) and (row.after or {})[of] in self.brought
        }
        there = model._default_manager.filter(**{f"{of}__in": self.brought})  # noqa: SLF001
        gone = set(mine)
        for row in there:
            gone.discard(row.pk)
            if row.pk not in mine:
                if getattr(row, "source", "") != Source.ARXIV:
                    yield getattr(row, of)
            elif differs(row, mine[row.pk], PLACE | WHEN):
                yield getattr(row, of)
        for key in gone:
            yield (mine[key].after or {})[of]

    def remove(self, keys: Sequence[int]) -> None:
        """Remove entries with all that hangs on them."""
        for start in range(0, len(keys), AT_ONCE):
            self.watch.tell(start, len(keys))
            Entry.objects.filter(pk__in=keys[start : start + AT_ONCE]).delete()
        self.told.removed = len(keys)

    # --- Entries it changed -----------------------------------------------------

    def unhang(self, model: type[models.Model], of: str) -> None:
        """Take off what it hung on entries that stay, and put back what it took off."""
        rows = {
            key: row
            for key, row in self.rows(model).items()
            if (row.after or row.before or {})[of] not in self.left_alone
        }
        manager = model._default_manager  # noqa: SLF001
        manager.filter(pk__in=[key for key, row in rows.items() if added(row)]).delete()
        for row in rows.values():
            if row.before and not row.after:
                put_again(model, row.before)
        put_back(model, rows, leave=NOTHING)

    def restore_texts(self) -> None:
        """Give summaries the texts they had; a text somebody wrote since stays."""
        rows = self.rows(Summary)
        for summary in Summary.objects.filter(pk__in=rows).select_related("entry"):
            row = rows[summary.pk]
            after = row.after or {}
            if summary.entry_id in self.left_alone:
                continue
            if summary.body != after.get("body"):
                self.told.stayed.add(summary.entry_id)
            elif row.before is None:
                summaries.delete(summary, by=self.by, now=self.now)
            else:
                summaries.put(
                    summary.entry,
                    summary.language,
                    row.before["body"],
                    base=summary.version,
                    by=self.by,
                    now=self.now,
                )

    def restore_entries(self) -> None:
        """Give entries the titles, addresses and places they had."""
        entries = self.rows(Entry)
        renamed = put_back(Entry, entries, leave=NOTHING)
        papers = self.rows(Paper)
        # A title that somebody gave since is theirs, and not arXiv's.
        theirs = {key: papers[key] for key in renamed & papers.keys()}
        others = {key: papers[key] for key in papers.keys() - renamed}
        self.told.stayed |= renamed
        self.told.stayed |= put_back(
            Paper, theirs, leave=frozenset({"title_from_arxiv"})
        )
        self.told.stayed |= put_back(Paper, others, leave=NOTHING)
        repointed = [key for key, row in papers.items() if "arxiv_id" in row.changed]
        Paper.objects.on_arxiv().filter(pk__in=repointed).update(
            refresh_due_at=self.now
        )
        changed = {
            key
            for rows in (entries, papers)
            for key, row in rows.items()
            if row.before and row.after and set(row.changed) - PLACE
        }
        for model, of in HANGING:
            for row in self.rows(model).values():
                if row.before is None or row.after is None or set(row.changed) - PLACE:
                    changed.add((row.after or row.before or {})[of])
        self.told.put_back = len(changed - self.brought - self.told.stayed)

    # --- Topics, and what the list remembers ------------------------------------

    def restore_topics(self) -> None:
        """Remove the topics it made that are empty; give others their words again."""
        rows = self.rows(Topic)
        others = ListItem.objects.exclude(reading_list__in=self.lists.keys())
        listed = set(others.exclude(topic=None).values_list("topic_id", flat=True))
        there = Topic.objects.filter(pk__in=rows)
        for topic in sorted(there, key=lambda topic: topic.path, reverse=True):
            row = rows[topic.pk]
            if added(row):
                self.remove_topic(topic, kept=topic.pk in listed)
            elif row.before and row.after:
                self.reword(topic, row.before, row.after)

    def remove_topic(self, topic: Topic, *, kept: bool) -> None:
        """Remove a topic unless it holds something, or another list speaks of it."""
        if not kept:
            with suppress(TopicInUse):
                topics.delete(topic, by=self.by)
                self.told.topics_removed += 1
                return
        self.told.topics_stayed.append(topic.name)

    def reword(
        self, topic: Topic, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Give a topic the words it had where nobody changed them since."""
        then, left, now = words(before), words(after), Words.of(topic)
        if then == left:
            return
        if now != left:
            self.told.topics_stayed.append(topic.name)
            return
        topics.edit(topic, then, seen=now, by=self.by)

    def offer_again(self) -> None:
        """Keep what came in, so that it can be imported once more."""
        for row in self.lists.values():
            left = row.after or {}
            if self.by and left["source"]:
                ImportDraft.objects.create(
                    name=left["name"],
                    file_name=f"{left['name']}.md",
                    source=left["source"],
                    under=Topic.objects.filter(pk=left["under_id"]).first(),
                    left_out=left["left_out"],
                    sent_by=self.by,
                    sent_at=self.now,
                    run=self.watch.run,
                )

    def forget(self) -> None:
        """Let the list remember what it remembered before."""
        items = self.rows(ListItem)
        new = [key for key, row in items.items() if added(row)]
        ListItem.objects.filter(pk__in=new).delete()
        put_back(ListItem, items, leave=NOTHING)
        for key, row in self.lists.items():
            if added(row):
                ReadingList.objects.filter(pk=key).delete()
            # The topic it went under before may be gone by now.
            before = row.before or {}
            gone = not Topic.objects.filter(pk=before.get("under_id")).exists()
            leave = frozenset({"under_id"}) if gone else NOTHING
            put_back(ReadingList, {key: row}, leave=leave)


# --- Inside -------------------------------------------------------------------


def differs(there: models.Model, row: Touched, leave: Collection[str]) -> bool:
    """Say whether a row is no more as the act left it."""
    ours = vars(there)
    return any(
        ours[name] != value
        for name, value in (row.after or {}).items()
        if name not in leave
    )


def words(row: dict[str, Any]) -> Words:
    """Return what a row of a topic says."""
    return Words(row["name"], row["name_zh"], row["name_en"], row["intro"])
