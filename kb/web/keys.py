"""Keys of rows, as forms and addresses send them."""

from collections.abc import Iterable

LARGEST = 2**63 - 1


def keys_in(texts: Iterable[str]) -> list[int]:
    """Return the keys that texts are, each once and in order; others are left out.

    >>> keys_in(["7", "x", "7", "-1", "3"])
    [7, 3]
    """
    found = (int(text) for text in texts if text.isascii() and text.isdecimal())
    return [key for key in dict.fromkeys(found) if key <= LARGEST]
