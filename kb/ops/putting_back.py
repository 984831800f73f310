"""Put rows back as they were before an act, as far as nobody changed them since."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import models

from kb.models.touched import Touched

ONCE = ("url", "arxiv_id")  # what no two rows may have


def put_back(
    model: type[models.Model], rows: Mapping[int, Touched], *, leave: frozenset[str]
) -> set[int]:
    """Give rows the columns an act changed, as they were; return those that stayed so.

    Column by column: what somebody changed since stays, and what was given to another
    row. Columns in `leave` are not put back. Rows the act added or took away are not
    its business.
    """
    wanted = {
        key: {name: old for name, old in row.changed.items() if name not in leave}
        for key, row in rows.items()
        if row.before and row.after
    }
    current = model._default_manager.in_bulk(wanted)  # noqa: SLF001 - public API
    stayed: set[int] = set()
    alike: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
    for key, there in current.items():
        ours, after = vars(there), rows[key].after or {}
        free = {
            name: old
            for name, old in wanted[key].items()
            if ours[name] == after[name] and not taken(model, name, old)
        }
        stayed |= {key} if free.keys() != wanted[key].keys() else set()
        for name, old in free.items():
            setattr(there, name, old)
        alike[tuple(sorted(free))].append(there)
    for names, changed in alike.items():
        if names:
            fields = [model._meta.get_field(name).name for name in names]  # noqa: SLF001
            model._default_manager.bulk_update(  # noqa: SLF001
                changed, fields, batch_size=1000
            )
    return stayed


def put_again(model: type[models.Model], row: Mapping[str, Any]) -> bool:
    """Make a row once more that an act took away, where it still has a place."""
    for name, value in row.items():
        field = model._meta.get_field(name)  # noqa: SLF001
        if field.remote_field and value is not None:
            target = field.remote_field.model._default_manager  # noqa: SLF001
            if not target.filter(pk=value).exists():
                return False
    with_others = {name: row[name] for name in row if name not in ("id", "position")}
    if model._default_manager.filter(**with_others).exists():  # noqa: SLF001
        return False
    model(**row).save(force_insert=True)
    return True


def added(row: Touched) -> bool:
    """Say whether the act made the row."""
    return row.before is None and row.after is not None


def taken(model: type[models.Model], name: str, value: Any) -> bool:
    """Say whether another row has a value that only one may have."""
    rows = model._default_manager.filter(**{name: value})  # noqa: SLF001
    return name in ONCE and value is not None and rows.exists()
