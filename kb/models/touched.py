"""The rows that one act changed: as they were before it, and as it left them.

An act is what was done in one context of the history (`kb.ops.acting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models

from kb.models.history import events

if TYPE_CHECKING:
    from uuid import UUID

OF_THE_HISTORY = "pgh_"
INSERT, DELETE = "insert", "delete"


class Touched(NamedTuple):
    """A row by its columns; None where it was not there, or was no more."""

    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def changed(self) -> dict[str, Any]:
        """What the columns that the act changed held before; of a row that stayed."""
        after = self.after or {}
        old = (self.before or {}).items()
        return {name: value for name, value in old if after.get(name) != value}


def touched(model: type[models.Model], context: UUID) -> dict[int, Touched]:
    """Return the rows of a remembered table that an act changed, by their keys.

    Left out is a row that the history did not know before the act, and the act did
    not make: nobody can say what it was.
    """
    remembered: models.QuerySet[Any] = models.QuerySet(events(model))
    acted = remembered.filter(pgh_context=context)
    first: dict[int, dict[str, Any]] = {}
    last: dict[int, dict[str, Any]] = {}
    for event in acted.order_by("pgh_id").values():
        first.setdefault(event["pgh_obj_id"], event)
        last[event["pgh_obj_id"]] = event
    others = remembered.filter(pgh_obj__in=acted.values("pgh_obj")).order_by("pgh_id")
    former = {
        row: key
        for row, key in others.values_list("pgh_obj_id", "pgh_id")
        if key < first[row]["pgh_id"] and first[row]["pgh_label"] != INSERT
    }
    told = {
        event["pgh_obj_id"]: event
        for event in remembered.filter(pgh_id__in=former.values()).values()
    }
    found = {
        row: Touched(
            columns(told[row]) if row in told else None,
            None if event["pgh_label"] == DELETE else columns(event),
        )
        for row, event in last.items()
        if row in told or first[row]["pgh_label"] == INSERT
    }
    # What came and went within the act, it did not change.
    return {row: both for row, both in found.items() if both != (None, None)}


def columns(event: dict[str, Any]) -> dict[str, Any]:
    """Return what an event tells of its row."""
    return {
        name: value
        for name, value in event.items()
        if not name.startswith(OF_THE_HISTORY)
    }
