"""Where the words of a quotation are that an edit left in their place."""

from kb.text.anchors.comparing import Comparison, Kept
from kb.text.anchors.evidence import SURE, said
from kb.text.anchors.finding import Found

_STAYED = 0.7  # of a quotation, by weight
_OURS = 0.6  # of what lies between its ends now
_AROUND = 64  # characters on each side: of a text so short that nothing in it is sure,
_FEW = 0.6  # so much must have stayed


def stayed(edit: Comparison, was: Found) -> Found | None:
    """Return where what is left of the words stands, if that is most of them."""
    kept = _together(edit, _sure(edit, edit.kept(was.start, was.end)))
    if not kept:
        return None
    start, end = kept[0].new, kept[-1].end
    words = edit.old[was.start : was.end]
    if words == edit.new[start:end]:
        return Found(start, end, 1)
    share = edit.weight(kept) / max(1, said(words))
    if share < _STAYED:
        return None
    return Found(start, end, min(share, 1))


def _sure(edit: Comparison, kept: list[Kept]) -> list[Kept]:
    """Leave out what may be at an end of the words by chance."""
    sure = [at for at, part in enumerate(kept) if _is_sure(edit, part)]
    return kept[sure[0] : sure[-1] + 1] if sure else []


def _together(edit: Comparison, kept: list[Kept]) -> list[Kept]:
    """Leave out what was cut off by what is written between now."""
    while len(kept) > 1:
        now = said(edit.new[kept[0].new : kept[-1].end])
        if edit.weight(kept) >= _OURS * now:
            break
        first_is_less = edit.weight(kept[:1]) < edit.weight(kept[-1:])
        kept = kept[1:] if first_is_less else kept[:-1]
    return kept


def _is_sure(edit: Comparison, part: Kept) -> bool:
    """Whether it stayed in a row of words that is long, and is nowhere twice."""
    row = edit.row(part.old)
    start, end = max(0, part.old - _AROUND), part.old + part.size + _AROUND
    in_row = row.within(start, end)
    words = edit.old[in_row.old : in_row.old + in_row.size]
    if said(words) < min(SURE, _FEW * said(edit.old[start:end])):
        return False
    whole = edit.old[row.old : row.old + row.size]
    return all(
        text.find(whole, text.find(whole) + 1) < 0 for text in (edit.old, edit.new)
    )
