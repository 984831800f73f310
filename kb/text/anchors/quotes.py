"""Anchors: a quotation with what stands around it, and where it was.

The first is W3C's TextQuoteSelector, the second its TextPositionSelector; both speak of
the plain form of a text, in code points, the end not included.
https://www.w3.org/TR/annotation-model/#selectors
"""

import re
from dataclasses import dataclass, replace
from unicodedata import category

from kb.text.sentences import Sentence

LONGEST = 2_000  # characters of a quotation: a whole abstract at arXiv
CONTEXT = 32  # characters before and after it
WIDEST = 256  # of them where the same words stand elsewhere too

_SPACES = re.compile(r"\s+")
_JOINER = "\u200d"
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]")
_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")


class Unquotable(ValueError):
    """What was selected cannot be quoted; the message is for who selected it."""


@dataclass(frozen=True)
class Anchor:
    """What of a text a note is about."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


def make(text: str, start: int, end: int) -> Anchor:
    """Return the anchor of a part of a plain form, spaces at its ends left out.

    Characters are taken whole: a letter with its accents, an emoji with its parts. The
    context grows where it would not tell the quotation from another. Raises Unquotable.

    >>> make("用指令微调模型。", 1, 5)
    Anchor(exact='指令微调', prefix='用', suffix='模型。', start=1, end=5)
    """
    start, end = _trimmed(text, max(0, start), min(end, len(text)))
    if start >= end:
        raise Unquotable(Sentence("Select some text of the summary or the abstract."))
    while not _is_border(text, start):
        start -= 1
    while not _is_border(text, end):
        end += 1
    if end - start > LONGEST:
        raise Unquotable(Sentence("Select at most %(most)d characters.", most=LONGEST))
    return _told_apart(text, start, end)


def in_plain_form(anchor: Anchor) -> Anchor:
    """Return an anchor from elsewhere with its spaces as the plain form has them."""
    exact, prefix, suffix = (
        _SPACES.sub(" ", text) for text in (anchor.exact, anchor.prefix, anchor.suffix)
    )
    return replace(anchor, exact=exact.strip(), prefix=prefix, suffix=suffix)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _told_apart(text: str, start: int, end: int) -> Anchor:
    """Return the anchor with as little context as tells it from others, or WIDEST."""
    width = CONTEXT
    while True:
        first, last = max(0, start - width), min(len(text), end + width)
        only = text.find(text[first:last]) == first
        if width >= WIDEST or (only and text.find(text[first:last], first + 1) < 0):
            break
        width *= 2
    while not _is_border(text, first):
        first += 1
    while not _is_border(text, last):
        last -= 1
    return Anchor(text[start:end], text[first:start], text[end:last], start, end)


def _is_border(text: str, at: int) -> bool:
    """Whether no character goes on here that began before."""
    if at in (0, len(text)):
        return True
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or _TONES.match(after):
        return False
    if category(after).startswith("M"):  # accents, signs of vowels, variants
        return False
    flags = _FLAGS.match(before) and _FLAGS.match(after)
    return not flags or not _flags_before(text, at) % 2


def _flags_before(text: str, at: int) -> int:
    """Return how many halves of flags stand right before a place."""
    count = 0
    while count < at and _FLAGS.match(text[at - count - 1]):
        count += 1
    return count
