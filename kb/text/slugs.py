"""The part of an address that stands for a name."""

import re
import unicodedata

MAX_LENGTH = 80

_NOT_WORD = re.compile(r"[\W_]+")


def slug(name: str) -> str:
    """Return lower-case words joined by hyphens, "topic" when there are none.

    Letters of every script stay; at most `MAX_LENGTH` characters.

    >>> slug("Data/pretrain"), slug("新硬件")
    ('data-pretrain', '新硬件')
    """
    lowered = unicodedata.normalize("NFKC", name).lower()
    words = _NOT_WORD.sub("-", unicodedata.normalize("NFC", lowered)).strip("-")
    return words[:MAX_LENGTH].rstrip("-") or "topic"
