"""Compare what the list said before, what the library has, and what the list says."""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum, auto
from typing import TypeVar

from kb.text.language import Language

K = TypeVar("K")


class Verdict(Enum):
    """Whose text stands."""

    SAME = auto()  # there is nothing to do
    TAKE = auto()  # the list's: nobody here has touched ours
    KEEP = auto()  # ours: the list still says what it said
    CLASH = auto()  # ours, and people must decide


def judge(before: str | None, ours: str, theirs: str) -> Verdict:
    """Say whose text stands; `before` is None when the list never spoke of it.

    Silence removes nothing: where the list says nothing, ours stays. What was emptied
    here stays empty while the list says what it said.
    """
    if theirs in (ours, ""):
        return Verdict.SAME
    if ours == before or (before is None and not ours):
        return Verdict.TAKE
    return Verdict.KEEP if theirs == before else Verdict.CLASH


def merged_set(
    before: Collection[K], ours: Collection[K], theirs: Collection[K]
) -> set[K]:
    """Apply to `ours` what the list added and removed since `before`."""
    added, removed = set(theirs) - set(before), set(before) - set(theirs)
    return (set(ours) | added) - removed


def merged_order(
    before: Sequence[K], ours: Sequence[K], theirs: Sequence[K]
) -> list[K]:
    """Return the keys of `ours` and `theirs` in one order.

    Where nobody here rearranged what the list had `before`, the list's order
    rules; else ours does. What only one side has follows its neighbour there.
    """
    known = set(before) & set(ours)
    untouched = [key for key in ours if key in known] == [
        key for key in before if key in known
    ]
    ruling, other = (theirs, ours) if untouched else (ours, theirs)
    return interleaved(ruling, other)


def interleaved(ruling: Sequence[K], other: Sequence[K]) -> list[K]:
    """Return `ruling` with what only `other` has put behind its neighbour there."""
    followers: dict[K | None, list[K]] = {}
    present, anchor = set(ruling), None
    for key in other:
        if key in present:
            anchor = key
        else:
            followers.setdefault(anchor, []).append(key)
    result = followers.pop(None, [])
    for key in ruling:
        result.append(key)
        result.extend(followers.get(key, []))
    return result


def texts(by_language: Mapping[Language, str]) -> dict[str, str]:
    """Return texts by field name: a language is the name of a field here."""
    return {str(language): text for language, text in by_language.items()}
