"""What a tag may be."""

import re

LENGTH = 100


def usable(tag: str) -> bool:
    """Say whether a tag has an address: a letter, digit or Han, and a bounded length.

    >>> usable("长文本"), usable("🔥")
    (True, False)
    """
    return bool(re.search(r"[^\W_]", tag)) and len(tag) <= LENGTH
