"""Change many entries at once: all that a search found, undone as a whole."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Count

from kb.models import Entry, Filing, Paper, Run, Summary, Topic
from kb.models.entries import Status
from kb.models.runs import RunKind
from kb.ops import (
    bin,  # noqa: A004 - the word for it
    entries,
    papers,
    runs,
    summaries,
)
from kb.ops.acting import acting, context
from kb.ops.watching import Clock, Stopped, Watch

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

LOCK = 0x62756C6B  # any fixed number; beside it the run's key
QUICK = 200  # entries; more are a job
AT_ONCE = 100  # entries that are read together
FAULT = "A fault of this site, which its log tells. Nothing was changed."


@dataclass(frozen=True)
class Wish:
    """What is to become of each entry; topics by their keys, "" for no change."""

    add_topics: Collection[int] = ()
    remove_topics: Collection[int] = ()
    add_tags: Collection[str] = ()
    remove_tags: Collection[str] = ()
    status: str = ""  # a Status; BINNED for the bin
    language: str = ""  # what the one summary of an entry is written in
    refresh: bool = False

    def __bool__(self) -> bool:
        """Say whether anything is wished."""
        return any(asdict(self).values())


def begin(
    keys: Sequence[int], wish: Wish, about: str, *, by: "User", now: datetime
) -> Run:
    """Let entries be changed by the next job; `about` is what they were found by."""
    with acting(by, "bulk edit"):
        run = runs.begin(RunKind.BULK, about, by=by, now=now)
        run.aside = {"keys": list(keys), "wish": plain(wish)}
        run.total = len(run.aside["keys"])
        run.save(update_fields=["aside", "total"])
        return run


def change(
    keys: Sequence[int], wish: Wish, about: str, *, by: "User", clock: Clock
) -> Run:
    """Change entries: a few at once, many by the next job. Return the run."""
    run = begin(keys, wish, about, by=by, now=clock())
    if run.total <= QUICK:
        change_next(clock=clock, only=run)
        run.refresh_from_db()
    return run


def again(run: Run, *, by: "User", clock: Clock) -> Run:
    """Do a bulk edit once more that failed or was stopped; return the new run."""
    wish = Wish(**run.aside["wish"])
    return change(run.aside["keys"], wish, run.subject, by=by, clock=clock)


def change_next(*, clock: Clock, only: Run | None = None) -> bool:
    """Do one bulk edit that waits, and say whether there was one.

    Whole or not at all: one whose process was killed waits again. Several processes
    may do this.
    """
    with transaction.atomic():
        waiting = Run.objects.running().filter(kind=RunKind.BULK)
        if only:
            waiting = waiting.filter(pk=only.pk)
        keys = waiting.order_by("pk").values_list("pk", flat=True)
        mine = next((key for key in keys if taken(key)), None)
        if mine is None:
            return False
        run = waiting.select_related("asked_by").filter(pk=mine).first()
        if run is None:  # done since
            return False
        problem = attempt(run, clock=clock)
    if problem:
        runs.finish(run, now=clock(), problem=problem)
    return True


def taken(key: int) -> bool:
    """Take a run for this transaction, unless another process has it; say whether.

    Its row stays free: who wants to stop it writes there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, key])
        return bool(cursor.fetchone()[0])


def attempt(run: Run, *, clock: Clock) -> str:
    """Do a bulk edit and note what came of it; return why not, if it could not be."""
    watch = Watch(run, clock)
    try:
        with acting(run.asked_by, "bulk edit"):
            work = Changing(Wish(**run.aside["wish"]), by=run.asked_by, now=clock())
            report = work.write(run.aside["keys"], watch)
            runs.remember(run, context())
            watch.end(run.total, report)
    except Stopped:
        return ""
    except Exception:  # whatever it is, it must not come again and again
        log.exception("The bulk edit “%s” failed.", run.subject)
        return FAULT
    return ""


class Changing:
    """One wish, granted to one entry after the other."""

    def __init__(self, wish: Wish, *, by: "User | None", now: datetime) -> None:
        """Read the topics; what is gone by now is left out."""
        self.wish, self.by, self.now = wish, by, now
        self.topics = list(Topic.objects.filter(pk__in=wish.add_topics))
        self.changed = self.skipped = 0

    def write(self, keys: Sequence[int], watch: Watch) -> dict[str, Any]:
        """Change the entries that are still there; return how many there were."""
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            found = Entry.objects.there().filter(pk__in=part).order_by("pk")
            rows = list(found.select_for_update())
            self.skipped += len(part) - len(rows)
            for done, entry in enumerate(rows, start):
                watch.tell(done, len(keys))
                self.changed += self.one(entry)
            self.together([entry.pk for entry in rows])
        return {
            "changed": self.changed,
            "unchanged": len(keys) - self.changed - self.skipped,
            "skipped": self.skipped,
        }

    def one(self, entry: Entry) -> bool:
        """Change the topics, tags and language of an entry; say if any changed."""
        wish, changed = self.wish, False
        if wish.remove_topics:
            left = Filing.objects.filter(entry=entry, topic__in=wish.remove_topics)
            changed |= bool(left.delete()[0])
        if self.topics:
            changed |= entries.file(entry, self.topics)
        if wish.add_tags or wish.remove_tags:
            gone = {name.casefold() for name in wish.remove_tags}
            kept = [n for n in entry.tags.names() if n.casefold() not in gone]
            changed |= entries.tag(entry, [*kept, *wish.add_tags])
        if wish.status and wish.status not in (entry.status, Status.BINNED):
            Entry.objects.filter(pk=entry.pk).update(status=wish.status)
            changed = True
        return changed or wish.status == Status.BINNED or wish.refresh

    def together(self, keys: list[int]) -> None:
        """Do what is done to many entries in one statement."""
        if self.wish.language:
            self.say_language(keys)
        if self.wish.status == Status.BINNED:
            bin.put_in(keys, by=self.by, now=self.now)
        if self.wish.refresh:
            chosen = Paper.objects.on_arxiv().filter(pk__in=keys)
            papers.ask(chosen, by=self.by, now=self.now)

    def say_language(self, keys: list[int]) -> None:
        """Say what the one summary of each entry is written in."""
        alone = Entry.objects.filter(pk__in=keys).annotate(n=Count("summaries"))
        wrong = Summary.objects.filter(entry__in=alone.filter(n=1).values("pk"))
        for summary in wrong.exclude(language=self.wish.language).order_by("pk"):
            summaries.relabel(summary, self.wish.language)
            self.changed += 1


def plain(wish: Wish) -> dict[str, Any]:
    """Return a wish as a run can keep it."""
    return {
        name: sorted(value) if isinstance(value, (list, tuple, set)) else value
        for name, value in asdict(wish).items()
    }
