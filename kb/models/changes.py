"""What changed that search can see: noted by triggers, read by the indexer.

Statement triggers see raw SQL, bulk writes and cascades as well, and note each
statement's entries together. A refresh that brings nothing new is not noted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from collections.abc import Callable

CHANNEL = "kb_change"  # what an indexer LISTENs to
KEPT = timedelta(days=7)  # an index that stood still for longer is made anew
OLD, NEW = {"old": "old_rows"}, {"new": "new_rows"}

NOTE = """
    WITH changed AS ({changed})
    INSERT INTO kb_change (entry_id, xid)
    SELECT DISTINCT entry_id, pg_current_xact_id()::text::bigint
    FROM ({entries}) AS seen (entry_id);
    IF FOUND THEN PERFORM pg_notify('{channel}', ''); END IF;
    RETURN NULL;
"""
INSERTED = "SELECT {columns} FROM new_rows"
DELETED = "SELECT {columns} FROM old_rows"
CAME = f"({INSERTED} EXCEPT ALL {DELETED})"
WENT = f"({DELETED} EXCEPT ALL {INSERTED})"
UPDATED = f"{WENT} UNION ALL {CAME}"  # an entry that lost a row changed as well
# A truncated table no longer tells whose rows it had; the history knows every entry.
EVERY = "SELECT id FROM kb_entry UNION SELECT pgh_obj_id FROM kb_entryevent"

M = TypeVar("M", bound=type[models.Model])


class Change(models.Model):
    """An entry that some transaction changed, as far as search can see.

    No foreign key: what is gone must be noted too. `xid` is the transaction's full
    id, so a reader can tell what may still appear from what is complete.
    """

    entry_id = models.BigIntegerField()
    xid = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """In the order in which they were noted."""

        ordering = ["pk"]
        default_permissions = ()  # nobody opens this table in the admin

    def __str__(self) -> str:
        """Return which entry changed in which transaction."""
        return f"{self.entry_id} in {self.xid}"


def searched(*fields: str, entry: str = "entry") -> Callable[[M], M]:
    """Note an entry when a row of it appears or goes, or one of `fields` changes.

    `entry` is the field that says which entry a row belongs to. TRUNCATE, of entries
    too, notes every entry that is or ever was.
    """

    def note(model: M) -> M:
        columns = _columns(model, (entry, *fields))
        entries = f"SELECT {_columns(model, (entry,))} FROM changed"  # noqa: S608
        return pgtrigger.register(  # type: ignore[no-any-return]
            _trigger(pgtrigger.Insert, NEW, INSERTED, columns, entries),
            _trigger(pgtrigger.Update, OLD | NEW, UPDATED, columns, entries),
            _trigger(pgtrigger.Delete, OLD, DELETED, columns, entries),
            _trigger(pgtrigger.Truncate, {}, EVERY, "", "SELECT id FROM changed"),
        )(model)

    return note


def searched_through(
    *fields: str, entries: str, whole: bool = False
) -> Callable[[M], M]:
    """Note the entries that show `fields` of a row of this model, when these change.

    `entries` is SQL that selects their ids; in it, the table `changed` holds
    `fields` as they are now. Rows that go take with them others which are watched,
    unless `whole`: then rows that come and go are noted as well.
    """

    def note(model: M) -> M:
        columns = _columns(model, fields)
        changed = UPDATED if whole else CAME
        triggers = [_trigger(pgtrigger.Update, OLD | NEW, changed, columns, entries)]
        if whole:
            triggers += [
                _trigger(pgtrigger.Insert, NEW, INSERTED, columns, entries),
                _trigger(pgtrigger.Delete, OLD, DELETED, columns, entries),
            ]
        return pgtrigger.register(*triggers)(model)  # type: ignore[no-any-return]

    return note


def _trigger(
    operation: pgtrigger.Operation,
    rows: dict[str, str],
    changed: str,
    columns: str,
    entries: str,
) -> pgtrigger.Trigger:
    """Return the trigger that notes what one kind of statement changed."""
    seen = pgtrigger.Referencing(**rows) if rows else None  # type: ignore[no-untyped-call]
    return pgtrigger.Trigger(
        name=f"searched_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=seen,
        func=NOTE.format(
            changed=changed.format(columns=columns), entries=entries, channel=CHANNEL
        ),
    )


def _columns(model: type[models.Model], fields: tuple[str, ...]) -> str:
    """Return the columns of `fields`, as SQL."""
    named = (model._meta.get_field(field) for field in fields)  # noqa: SLF001
    return ", ".join(f'"{field.column}"' for field in named)  # type: ignore[union-attr]
