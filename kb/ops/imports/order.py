"""Put entries in the list's order, in each topic and outside of all."""

from collections.abc import Mapping, Sequence

from kb.models import Entry, Filing
from kb.ops.imports.identity import Known
from kb.ops.imports.three_way import merged_order

# Keys of entries in order, by place: a topic's key, or a kind for those filed nowhere.
Places = dict[int | str, list[int]]


def put_in_order(theirs: Places, known: Known) -> int:
    """Order each place as the list does where nobody here rearranged it.

    Returns how many entries took another place.
    """
    moved, before = 0, order_before(known)
    for place, keys in theirs.items():
        rows = rows_of(place)
        here = [key for key in keys if key in rows]
        wanted = merged_order(before.get(place, []), list(rows), here)
        moved += renumber(place, rows, wanted)
    return moved


def order_before(known: Known) -> Places:
    """Return the order the list last had."""
    order: Places = {}
    for item in sorted(known.listed.values(), key=lambda item: item.line):
        for place in item.said.get("topics") or [item.said.get("kind", "")]:
            order.setdefault(place, []).append(item.entry_id or 0)
    return order


def rows_of(place: int | str) -> dict[int, int]:
    """Return position by entry key, in order: of a topic, or of a kind's unfiled."""
    if isinstance(place, int):
        rows = Filing.objects.filter(topic=place).order_by("position", "pk")
        return dict(rows.values_list("entry_id", "position"))
    unfiled = Entry.objects.unfiled().filter(kind=place)
    return dict(unfiled.values_list("pk", "position"))


def renumber(place: int | str, rows: Mapping[int, int], wanted: Sequence[int]) -> int:
    """Put the entries of a place into the wanted order; return how many moved.

    Only an order that differs is written.
    """
    if list(rows) == list(wanted):
        return 0
    for position, key in enumerate(wanted, start=1):
        if rows[key] == position:
            continue
        if isinstance(place, int):
            Filing.objects.filter(topic=place, entry=key).update(position=position)
        else:
            Entry.objects.filter(pk=key).update(position=position)
    return sum(key != other for key, other in zip(rows, wanted, strict=True))
