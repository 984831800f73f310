"""Where the words of a quotation are that an edit took from their place.

They are looked for in what the edit brought in, and nowhere else: what was there before
is other text, whatever it says.
"""

from itertools import islice

from kb.text.anchors.comparing import Comparison
from kb.text.anchors.evidence import SURE, alike, context, said
from kb.text.anchors.finding import RIVAL, Found, occurrences, partial, resembling
from kb.text.anchors.folding import folded
from kb.text.anchors.quotes import WIDEST, Anchor

_NEW = 0.8  # of the characters of what was moved
_LONG = 2 * SURE  # the weight of words that are known again when edited and moved
_MOST = 200  # places looked at
_MARGIN = 12  # characters around it by which one of several places must fit better


def brought_in(edit: Comparison, anchor: Anchor, was: Found | None) -> Found | None:
    """Return the words, or about the same, in what is new, where that is sure.

    `was` is where they were; without it they may have been gone for long.
    """
    words = folded(anchor.exact)
    before = list(islice(occurrences(words, folded(edit.old)), _MOST))
    if before and not was:
        return None
    size = len(words)
    places = [
        at
        for at in islice(occurrences(words, folded(edit.new)), _MOST)
        if edit.share_new(at, at + size) >= _NEW
    ]
    if not places:
        return _rewritten(edit, anchor, was)
    if was:
        places = [at for at in places if _is_from(edit, was, at, before)]
    at = _only(edit, was, size, places)
    if at is None:
        return None
    around = context(anchor, edit.new, at, at + size)
    alone = len(places) == 1 and said(anchor.exact) >= SURE
    return Found(at, at + size, around.score) if alone or around.sure else None


def _is_from(edit: Comparison, was: Found, at: int, before: list[int]) -> bool:
    """Whether a place is more like where the words were than like others before."""
    size = was.end - was.start
    ours = _in_a_row(edit, was.start, at, size)
    return all(
        _in_a_row(edit, other, at, size) < ours
        for other in before
        if other != was.start
    )


def _only(
    edit: Comparison, was: Found | None, size: int, places: list[int]
) -> int | None:
    """Return the one place, or the one that fits much better than the others."""
    if len(places) == 1:
        return places[0]
    if not (was and places):
        return None
    fit = {at: _in_a_row(edit, was.start, at, size) for at in places}
    best, second = sorted(places, key=lambda at: -fit[at])[:2]
    return best if fit[best] - fit[second] >= _MARGIN else None


def _in_a_row(edit: Comparison, old: int, new: int, size: int) -> int:
    """Return how many characters right before and after the words are the same."""
    before = edit.old[max(0, old - WIDEST) : old], edit.new[max(0, new - WIDEST) : new]
    old, new = old + size, new + size
    after = edit.old[old : old + WIDEST], edit.new[new : new + WIDEST]
    return alike(before[0][::-1], before[1][::-1]) + alike(*after)


def _rewritten(edit: Comparison, anchor: Anchor, was: Found | None) -> Found | None:
    """Return about the same words, if nothing else was about the same before."""
    if said(anchor.exact) < _LONG:
        return None
    found = [
        place._replace(start=first + place.start, end=first + place.end)
        for first, last in edit.gaps
        if (place := resembling(anchor.exact, edit.new[first:last]))
    ]
    if len(found) != 1:
        return None
    words = folded(edit.new[found[0].start : found[0].end])
    start, end = (was.start, was.end) if was else (0, 0)
    others = folded(edit.old[:start]), folded(edit.old[end:])
    rival = max(partial(words, other) for other in others)
    return found[0] if rival < found[0].score - RIVAL else None
