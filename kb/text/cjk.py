"""Which characters are set as Chinese is: full width, without spaces between words."""

import re

# Ranges for a regular expression's character class.
# Radicals, the iteration mark, the zero, the unified ideographs and extension A, the
# compatibility ideographs, planes 2 and 3.
HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
KANA = "\u3040-\u30ff"
# CJK punctuation, vertical forms, full-width ASCII and signs.
FULL_WIDTH = "\u3000-\u3004\u3006\u3008-\u303f\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6"

_WIDE = re.compile(f"[{HAN}{KANA}{FULL_WIDTH}]")
# Marks that Chinese and Western text share; the other neighbour decides.
_SHARED_MARKS = frozenset("\u2018\u2019\u201c\u201d…—·")


def is_wide(character: str) -> bool:
    """Whether the first character is Han, kana or full-width punctuation."""
    return bool(_WIDE.match(character))


def joins(last: str, first: str) -> bool:
    """Whether a line ending in `last` and one starting with `first` need no space.

    >>> joins("注", "意"), joins("a", "意"), joins("”", "意")
    (True, False, True)
    """
    if is_wide(last):
        return is_wide(first) or first in _SHARED_MARKS
    return last in _SHARED_MARKS and is_wide(first)
