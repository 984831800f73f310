"""What a tag may be."""

import re
from unicodedata import normalize

LENGTH = 100


def usable(tag: str) -> bool:
    """Say whether a tag has an address: a letter, digit or Han, and a bounded length.

    >>> usable("长文本"), usable("🔥")
    (True, False)
    """
    folded = normalize("NFKC", tag)  # as its address will be
    longest = max(len(tag), len(folded))
    return bool(re.search(r"[^\W_]", folded)) and longest <= LENGTH
