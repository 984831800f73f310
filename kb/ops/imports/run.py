"""The import itself: one transaction, which a dry run takes back."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import IntegrityError

from kb.models import Entry, ListItem, ReadingList
from kb.models.runs import RunKind
from kb.ops import runs
from kb.ops.acting import acting, context
from kb.ops.agreeing import state
from kb.ops.imports.choices import Choice, choose
from kb.ops.imports.entries import EntryImport
from kb.ops.imports.reading import Source
from kb.ops.imports.report import Report
from kb.ops.imports.topics import TopicImport
from kb.ops.topics import lock_tree
from kb.ops.watching import Watch
from kb.ops.words import kept
from kb.readinglist.parser import parse

if TYPE_CHECKING:
    from django.contrib.auth.models import User


NAME_LENGTH = 200
CHUNK = 2000  # entries looked at together


class TakenBack(Exception):
    """Raised to undo what a dry run wrote."""


def import_list(
    text: str,
    *,
    name: str,
    by: "User | None",
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Bring the Markdown `text` into the library as the list called `name`.

    Idempotent: a list that is in step changes nothing. A dry run does the same
    work and takes it back, so its report is what an import would say.
    """
    source = Source(parse(text), text, text.encode())
    return import_source(source, name=name, by=by, now=now, dry_run=dry_run)


def import_source(  # noqa: PLR0913
    source: Source,
    *,
    name: str,
    by: "User | None",
    now: datetime,
    dry_run: bool = False,
    choice: Choice | None = None,
    watch: Watch | None = None,
    owing: bool = False,
) -> Report:
    """Do the same with what was read, in whatever format it is.

    Without a choice the list is imported as it was the last time. A `watch` is
    told how far it is, and may raise Stopped. With `owing`, what changed here since
    the last import is still to be written into the list, and not taken as settled.
    """
    name = name.strip()[:NAME_LENGTH]
    try:
        return attempt(
            source, choice, watch, owing, name=name, by=by, now=now, dry_run=dry_run
        )
    except IntegrityError:  # a member added one of its pages meanwhile
        return attempt(
            source, choice, watch, owing, name=name, by=by, now=now, dry_run=dry_run
        )


def attempt(  # noqa: PLR0913
    source: Source,
    choice: Choice | None,
    watch: Watch | None,
    owing: bool,  # noqa: FBT001
    *,
    name: str,
    by: "User | None",
    now: datetime,
    dry_run: bool,
) -> Report:
    """Do it once, whole or not at all."""
    report = Report(name=name, dry_run=dry_run, first_import=False)
    report.watch = watch or Watch()
    document = source.document
    report.warnings = [asdict(one) | kept(one.message) for one in document.warnings]
    report.unparsed = [asdict(one) | kept(one.reason) for one in document.unparsed]
    with suppress(TakenBack), acting(by, f"import {name}"):
        apply(source, choice, report, owing=owing, by=by, now=now)
        if dry_run:
            raise TakenBack
        told = report.as_json()
        report.watch.end(len(report.rows), told)
        report.run = report.watch.run or runs.record(
            RunKind.IMPORT, name, by=by, started=now, now=now, report=told
        )
        runs.remember(report.run, context())
    return report


def apply(
    source: Source,
    choice: Choice | None,
    report: Report,
    *,
    owing: bool,
    by: "User | None",
    now: datetime,
) -> None:
    """Write the document into the library and fill the report."""
    document, digest = source.document, sha256(source.text.encode()).hexdigest()
    reading_list, report.first_import = ReadingList.objects.get_or_create(
        name=report.name,
        defaults={"sha256": digest, "imported_at": now, "imported_by": by},
    )
    # Two imports of one list take turns, and nobody moves topics meanwhile.
    lock_tree()
    reading_list = ReadingList.objects.select_for_update().get(pk=reading_list.pk)
    chose = choose(reading_list, choice)
    topics = TopicImport(reading_list, report, owing=owing, by=by)
    topics.write(document.topics)
    entries = EntryImport(reading_list, report, topics, owing=owing, by=by, now=now)
    entries.write(document.entries)
    same = bytes(reading_list.source) == source.kept
    if reading_list.sha256 != digest or report.changes or chose or not same:
        reading_list.source = source.kept
        reading_list.sha256, reading_list.imported_by = digest, by
        if not owing:  # what was added here since is still to be written
            reading_list.imported_at = now
        reading_list.save()
    agree(entries.items)
    keep_items(reading_list, [*topics.items.values(), *entries.items])


def agree(items: Sequence[ListItem]) -> None:
    """Note what the library says now of each entry, to tell later what changed here."""
    keys = [item.entry_id for item in items if item.entry_id]
    for start in range(0, len(keys), CHUNK):
        found = Entry.objects.for_list().in_bulk(keys[start : start + CHUNK])
        for item in items[start : start + CHUNK]:
            owed = item.said.get("ours", {})
            item.said["ours"] = state(found[item.entry_id or 0]) | owed


def keep_items(reading_list: ReadingList, items: Sequence[ListItem]) -> None:
    """Remember what the list says now, for the next import to compare with."""
    fresh = [item for item in items if not item.pk]
    kept = [item for item in items if item.pk]
    ListItem.objects.bulk_create(fresh, batch_size=1000)
    ListItem.objects.bulk_update(kept, ["line", "last_line", "said"], batch_size=1000)
