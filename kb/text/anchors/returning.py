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
_MARGIN = 0.1  # by which one of several places must fit better


def brought_in(edit: Comparison, anchor: Anchor, was: Found | None) -> Found | None:
    """Return the words, or about the same, in what is new, where that is sure.

    `was` is where they were; without it they may have been gone for long.
    """
    words = folded(anchor.exact)
    before = list(islice(occurrences(words, folded(edit.old)), _MOST))
    if before and not was:
        return None
    places = [
        Found(at, at + len(words), context(anchor, edit.new, at, at + len(words)).score)
        for at in islice(occurrences(words, folded(edit.new)), _MOST)
        if edit.share_new(at, at + len(words)) >= _NEW
    ]
    if not places:
        return _rewritten(edit, anchor, was)
    if was:
        places = [one for one in places if _is_from(edit, was, one, before)]
    return _only(edit, anchor, places)


def _only(edit: Comparison, anchor: Anchor, places: list[Found]) -> Found | None:
    """Return the one place that fits, None where it might be another."""
    if not places:
        return None
    best, *others = sorted(places, key=lambda one: -one.score)
    if others and best.score - others[0].score < _MARGIN:
        return None
    around = context(anchor, edit.new, best.start, best.end)
    alone = not others and around.words >= SURE
    return best if alone or around.sure else None


def _is_from(edit: Comparison, was: Found, now: Found, before: list[int]) -> bool:
    """Whether a place is more like where the words were than like others before."""
    size = now.end - now.start
    ours = _in_a_row(edit, was.start, now.start, size)
    return all(
        _in_a_row(edit, at, now.start, size) < ours for at in before if at != was.start
    )


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
