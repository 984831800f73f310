"""Whether the index says of every entry what the database says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tantivy import FieldType, Occur, Query

from kb.search import documents, index, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tantivy import Searcher

BATCH = 1000
LAST = 2**63 - 1  # the greatest key an entry can have


Stretch: TypeAlias = tuple[int, int, "Sequence[int]"]


class Differences(NamedTuple):
    """Entries by key: not in the index, only in it, and otherwise in it."""

    missing: list[int]
    extra: list[int]
    differing: list[int]


def differences(of: Differences | None = None) -> Differences:
    """Compare all entries with the index, or those of an earlier look again.

    What was changed a moment ago may not have reached the index yet. Raises
    index.NotBuilt.
    """
    found, searcher = Differences([], [], []), index.reader()
    for first, last, ids in _again(of) if of else _all(documents.indexed()):
        held = _digests(searcher, first, last)
        now = {key: it["digest"] for key, it in documents.project(ids).items()}
        found.missing.extend(sorted(now.keys() - held.keys()))
        found.extra.extend(sorted(held.keys() - now.keys()))
        common = sorted(now.keys() & held.keys())
        found.differing.extend(key for key in common if held[key] != [now[key]])
    return found


def _all(ids: Sequence[int]) -> Iterator[Stretch]:
    """Yield all keys in parts, each with the bounds of what lies before and in it."""
    first = 0
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        yield first, some[-1], some
        first = some[-1] + 1
    yield first, LAST, []


def _again(of: Differences) -> Iterator[Stretch]:
    """Yield some keys, each by itself."""
    for key in sorted({*of.missing, *of.extra, *of.differing}):
        yield key, key, [key]


def _digests(searcher: Searcher, first: int, last: int) -> dict[int, list[int]]:
    """Return the digests the index has under each key; more than one is wrong."""
    built = schema.build()
    entry = Query.term_query(built, "kind_of_document", schema.ENTRY)
    within = Query.range_query(built, "id", FieldType.Unsigned, first, last)
    both = Query.boolean_query([(Occur.Must, entry), (Occur.Must, within)])
    count = searcher.search(both, 1).count or 0  # type: ignore[attr-defined]
    hits = [address for _score, address in searcher.search(both, max(count, 1)).hits]
    held: dict[int, list[int]] = {}
    keys = searcher.fast_field_values("id", hits)
    for key, digest in zip(
        keys, searcher.fast_field_values("digest", hits), strict=True
    ):
        held.setdefault(int(key or 0), []).append(int(digest or 0))
    return held
