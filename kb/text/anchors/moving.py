"""Carry anchors through an edit, with both versions of the text at hand.

What stayed of a text is known from comparing the two versions, so a quotation is taken
to the very letters it was made of; the same words elsewhere do not count.
"""

from kb.text.anchors.comparing import Comparison
from kb.text.anchors.evidence import said
from kb.text.anchors.finding import Found, find
from kb.text.anchors.quotes import Anchor, Unquotable, make
from kb.text.anchors.returning import brought_in
from kb.text.anchors.staying import stayed

_LEFT = 0.25  # of the words still in their place: they did not go elsewhere


class Edit:
    """One edit of a plain form: compared once, for all the anchors in the text."""

    def __init__(self, old: str, new: str) -> None:
        """Compare the two; about half a second for 64 KB that have little in common."""
        self._compared = Comparison(old, new)

    def moved(self, anchor: Anchor) -> Anchor | None:
        """Return the anchor of the same words in the new text; None: orphaned.

        One that was orphaned before is taken up again where its words come back.
        """
        old, new = self._compared.old, self._compared.new
        if old == new and old[anchor.start : anchor.end] == anchor.exact:
            return anchor
        found = self._found(anchor)
        if not found:
            return None
        found = _whole(anchor.exact, new, found) or found
        try:
            return make(new, found.start, found.end)
        except Unquotable:
            return None

    def _found(self, anchor: Anchor) -> Found | None:
        was = self._place(anchor)
        if not was:
            return brought_in(self._compared, anchor, None)
        kept = self._compared.kept(was.start, was.end)
        left = self._compared.weight(kept) >= _LEFT * said(anchor.exact)
        here = stayed(self._compared, was)
        return here if here or left else brought_in(self._compared, anchor, was)

    def _place(self, anchor: Anchor) -> Found | None:
        if self._compared.old[anchor.start : anchor.end] == anchor.exact:
            return Found(anchor.start, anchor.end, 1)
        return find(anchor, self._compared.old)


def moved(anchor: Anchor, old: str, new: str) -> Anchor | None:
    """Return the anchor of the same words after one edit; None: orphaned.

    >>> anchor = make("一个大模型。", 2, 5)
    >>> moved(anchor, "一个大模型。", "这是一个大模型。").start
    4
    """
    return Edit(old, new).moved(anchor)


def _whole(words: str, text: str, found: Found) -> Found | None:
    """Return where all of the words are, if that is about the same place.

    Where something like their beginning was written before them, their first letters
    may seem to belong to that.
    """
    slack = len(words) // 2
    at = text.find(words, max(0, found.start - slack), found.end + slack)
    return Found(at, at + len(words), 1) if at >= 0 else None
