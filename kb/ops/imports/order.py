"""Put entries in the list's order, in each topic and outside of all.

A list keeps papers and posts apart, so it can say nothing of their order among each
other: each kind is ordered by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection

from kb.models import Entry, Filing
from kb.ops.imports.identity import Known
from kb.ops.three_way import merged_order

UNFILED = 0
# A topic's key, or UNFILED, and a kind.
Place = tuple[int, str]
# Keys of entries in order.
Places = dict[Place, list[int]]

# One statement for a place, however many entries move.
MOVE = """
    UPDATE kb_entry SET position = moved.position
    FROM unnest(%(keys)s::bigint[], %(positions)s::bigint[]) AS moved (id, position)
    WHERE kb_entry.id = moved.id
"""
MOVE_IN_TOPIC = """
    UPDATE kb_filing SET position = moved.position
    FROM unnest(%(keys)s::bigint[], %(positions)s::bigint[]) AS moved (id, position)
    WHERE topic_id = %(topic)s AND entry_id = moved.id
"""


def order_before(known: Known) -> Places:
    """Return the order in which the list last had the entries."""
    spots: dict[Place, list[tuple[int, int]]] = {}
    for key, item in known.listed.items():
        for topic, spot in item.said.get("spots", {}).items():
            place = (int(topic), item.said.get("kind", ""))
            spots.setdefault(place, []).append((spot, key))
    return {place: [key for _, key in sorted(rows)] for place, rows in spots.items()}


def put_in_order(theirs: Places, before: Places) -> int:
    """Order each place as the list does where nobody here rearranged it.

    Returns how many entries took another place.
    """
    moved = 0
    for place, keys in theirs.items():
        rows = rows_of(place)
        here = [key for key in keys if key in rows]
        wanted = merged_order(before.get(place, []), list(rows), here)
        moved += renumber(place, rows, wanted)
    return moved


def rows_of(place: Place) -> dict[int, int]:
    """Return position by entry key, in order."""
    topic, kind = place
    if topic == UNFILED:
        unfiled = Entry.objects.unfiled().filter(kind=kind)
        return dict(unfiled.values_list("pk", "position"))
    rows = Filing.objects.filter(topic=topic, entry__kind=kind)
    return dict(rows.order_by("position", "pk").values_list("entry_id", "position"))


def renumber(place: Place, rows: Mapping[int, int], wanted: Sequence[int]) -> int:
    """Give the entries of a place the positions they have, in the wanted order.

    Returns how many moved; an order that is right is not written.
    """
    if list(rows) == list(wanted):
        return 0
    places = zip(wanted, increasing(rows.values()), strict=True)
    moved = {key: position for key, position in places if rows[key] != position}
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE if place[0] == UNFILED else MOVE_IN_TOPIC,
            {
                "keys": list(moved),
                "positions": list(moved.values()),
                "topic": place[0],
            },
        )
    return sum(key != other for key, other in zip(rows, wanted, strict=True))


def increasing(positions: Iterable[int]) -> Iterator[int]:
    """Yield positions in order, each beyond the one before."""
    last = 0
    for position in sorted(positions):
        last = max(position, last + 1)
        yield last
