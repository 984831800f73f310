"""Keep a list and its file in a checkout of Git in step, both ways.

What the file says anew is imported first; what changed here is then written into its
lines and committed by the names of those who did it. What both changed stays in both as
it is, and is told. Nothing is pulled or pushed: that is for whoever keeps the checkout.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from kb.models import Entry, Filing, ReadingList, Run, Summary, TaggedEntry, Topic
from kb.models.history import events
from kb.models.runs import Outcome, RunKind
from kb.ops import runs
from kb.ops.acting import acting
from kb.ops.checkouts import Author, Checkout, plain, trailers
from kb.ops.errors import NotSynced, OpError
from kb.ops.imports.reading import read
from kb.ops.imports.report import Report
from kb.ops.imports.run import import_source
from kb.ops.same_list import Handed, same_list
from kb.ops.site import host
from kb.ops.topics import lock_tree
from kb.ops.watching import Part
from kb.readinglist.document import NotAList

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NAMED = 20  # titles in a message; a commit of more only counts the rest
SUBJECT = 60  # characters of a title in a message's first line
# Where it stands who changed what a list says of an entry, by these fields.
TELLING: tuple[tuple[type[Model], str], ...] = (
    (Entry, "pgh_obj"),
    (Filing, "entry"),
    (TaggedEntry, "content_object"),
    (Summary, "entry"),
    (Topic, "pgh_obj"),
)


def sync(name: str, path: str, *, now: datetime) -> Run | None:
    """Bring a list and its file in step; return the record, None if they were.

    What keeps them from it is recorded as a failure, once for as long as it lasts.
    """
    try:
        return _Sync(name, Checkout.at(path), now).run()
    except (OpError, NotAList) as refusal:
        return failed(name, str(refusal), now=now)


def failed(name: str, problem: str, *, now: datetime) -> Run:
    """Return the record of a failure, the newest one if it is the same."""
    newest = Run.objects.filter(kind=RunKind.SYNC, subject=name).first()
    if newest and newest.outcome == Outcome.FAILED and newest.problem == problem:
        return newest
    with acting(None, f"sync {name}"):
        run = runs.begin(RunKind.SYNC, name, by=None, now=now)
        runs.finish(run, now=now, problem=problem)
    run.refresh_from_db()
    return run


class _Sync:
    """One list and its file."""

    def __init__(self, name: str, checkout: Checkout, now: datetime) -> None:
        self.name, self.checkout, self.now = name, checkout, now

    def run(self) -> Run | None:
        """Do it whole or not at all. Raises OpError and NotAList."""
        self.checkout.refuse_unless_settled()
        if self.in_step():
            return None
        by = self.member()
        with acting(by, f"sync {self.name}"):
            lock_tree()  # imports and other syncs wait, and the file is read after them
            data, reading_list = self.checkout.read(), self.reading_list()
            half_done = self.half_done(data, reading_list)
            run = runs.begin(RunKind.SYNC, self.name, by=by, now=self.now)
            since = reading_list.imported_at if reading_list else self.now
            taken = self.take(data, run, by) if changed(reading_list, data) else None
            handed = same_list(ReadingList.objects.get(name=self.name))
            self.settle(handed, run, by)
            commit = ""
            if half_done or handed.data != data:
                handed = half_done or handed
                commit = self.commit(handed, data, since)
            self.end(run, taken, handed, commit)
        run.refresh_from_db()
        return run

    def in_step(self) -> bool:
        """Say whether there is nothing to do: most times it is asked, there is not."""
        reading_list, data = self.reading_list(), self.checkout.read()
        if changed(reading_list, data) or not self.checkout.committed():
            return False
        return bool(reading_list and same_list(reading_list).data == data)

    def reading_list(self) -> ReadingList | None:
        """Return the list as it is now, None if it was never imported."""
        return ReadingList.objects.filter(name=self.name).first()

    def half_done(self, data: bytes, reading_list: ReadingList | None) -> Handed | None:
        """Return what a sync wrote whose process was killed before it committed.

        Raises NotSynced for a file that somebody else is at work on.
        """
        if self.checkout.committed():
            return None
        if reading_list and (ours := same_list(reading_list)).data == data:
            return ours
        raise NotSynced(
            _("%(file)s has changes that are not committed. Commit them first.")
            % {"file": self.checkout.file}
        )

    def take(self, data: bytes, run: Run, by: "User | None") -> Report:
        """Bring in what the file says anew; what changed here is still owed to it."""
        source = read(data, self.checkout.file.name)
        return import_source(
            source, name=self.name, by=by, now=self.now, watch=Part(run), owing=True
        )

    def settle(self, handed: Handed, run: Run, by: "User | None") -> None:
        """Let the list remember what the file will say. Raises NotSynced."""
        source = read(handed.data, self.checkout.file.name)
        again = import_source(
            source, name=self.name, by=by, now=self.now, watch=Part(run)
        )
        if again.changes:
            raise NotSynced(
                _("The file would not be read as what is here. It is left alone.")
            )

    def commit(self, handed: Handed, data: bytes, since: datetime) -> str:
        """Write the file and commit it; return the commit's name."""
        first, *others = self.authors(handed, since) or [self.machine()]
        file = self.checkout.file.name
        titles = [title for _key, title in handed.changed + handed.renamed]
        words = message(file, titles)
        if others:
            words += f"\n\n{trailers(others)}"
        return self.checkout.commit(handed.data, data, words, first, self.machine())

    def end(self, run: Run, taken: Report | None, handed: Handed, commit: str) -> None:
        """Note what was done."""
        report: dict[str, Any] = taken.as_json() if taken else {}
        report |= {
            "taken": taken.changes if taken else 0,
            "written": len(handed.changed + handed.renamed) if commit else 0,
            "commit": commit,
            "head": self.checkout.head(),
            "unsaid": handed.unsaid,
        }
        runs.show(run, done=0, total=0, report=report)
        runs.finish(run, now=self.now)

    # --- People -----------------------------------------------------------------

    def member(self) -> "User | None":
        """Return who changed the file since the last sync, if that is one member."""
        done = Run.objects.filter(kind=RunKind.SYNC, subject=self.name)
        last = done.filter(outcome=Outcome.DONE).first()
        emails = self.checkout.emails(last.report.get("head", "") if last else "")
        if len(emails) != 1:
            return None
        active = get_user_model().objects.filter(is_active=True)
        for member in active:
            if emails & {member.email.casefold(), author(member).email.casefold()}:
                return member
        return None

    def authors(self, handed: Handed, since: datetime) -> Sequence[Author]:
        """Return who changed these entries, who did most of it first."""
        entries = [key for key, _title in handed.changed if key]
        topics = [key for key, _name in handed.renamed]
        acts: Counter[int] = Counter()
        for model, of in TELLING:
            rows: QuerySet[Any] = QuerySet(events(model))
            keys = topics if model is Topic else entries
            told = rows.filter(**{f"{of}__in": keys}, pgh_created_at__gt=since)
            acts.update(
                context.get("user")
                for context in told.values_list("pgh_context__metadata", flat=True)
                if context and context.get("user")
            )
        people = get_user_model().objects.in_bulk(acts)
        return [author(people[key]) for key, _n in acts.most_common() if key in people]

    def machine(self) -> Author:
        """Return who commits."""
        return Author("Zhaji", f"noreply@{host()}")


def changed(reading_list: ReadingList | None, data: bytes) -> bool:
    """Say whether the file says anything but what was imported last."""
    return reading_list is None or bytes(reading_list.source) != data


def author(member: "User") -> Author:
    """Return a member as an author; e-mail addresses are not given away."""
    name = plain(member.get_full_name() or member.get_username())
    local = member.get_username().replace("@", ".")
    return Author(name, f"{local}@users.noreply.{host()}")


def message(file: str, titles: Sequence[str]) -> str:
    """Return what a commit says: a title, how many more, and then a line for each."""
    if not titles:
        return f"Update {file}"
    named = [plain(title) for title in titles]
    more = f" and {len(named) - 1} more" if len(named) > 1 else ""
    lines = [f"Update {file}: {named[0][:SUBJECT]}{more}"]
    if more:
        lines += ["", *(f"- {title}" for title in named[:NAMED])]
    return "\n".join(lines)
