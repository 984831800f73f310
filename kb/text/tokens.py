"""The pieces of a text that are compared as wholes: words, single Han, marks.

Together they are the text again. An address or a formula between dollar signs is one
piece: half of an old one and half of a new one would be neither.
"""

import re
from typing import Final

from kb.text.cjk import FULL_WIDTH, HAN, KANA

_MARKS = "\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef"  # noqa: E501
_WIDE = f"{HAN}{KANA}"

_TOKEN = re.compile(
    rf"""
    https?://[^\s<>()\[\]{{}}"'|{_WIDE}{FULL_WIDTH}]+
    | \$(?![\s$])[^$\n]{{1,200}}(?<!\s)\$(?![0-9])
    | \n
    | [^\S\n]+
    | [0-9]+(?:[.,][0-9]+)*
    | (?:(?![{_WIDE}0-9_])\w[{_MARKS}]*)+ (?:['\u2019](?:(?![{_WIDE}0-9_])\w)+)*
    | .[{_MARKS}]*
    """,
    re.VERBOSE | re.DOTALL,
)
_HAN: Final = re.compile(f"[{_WIDE}]")
_HAN_WEIGHT = 3  # a character says about as much as three letters


def tokens(text: str) -> list[str]:
    """Return the pieces of a text; joined they are the text.

    >>> tokens("用FLAN-v2微调，don't stop.")
    ['用', 'FLAN', '-', 'v', '2', '微', '调', '，', "don't", ' ', 'stop', '.']
    """
    return _TOKEN.findall(text)


def weight(token: str) -> int:
    """Return how much a piece says: its letters, none for spaces and marks.

    >>> weight("stop"), weight("调"), weight("，")
    (4, 3, 0)
    """
    if not token[0].isalnum():
        return sum(map(str.isalnum, token)) if len(token) > 1 else 0
    return _HAN_WEIGHT if _HAN.match(token) else len(token)
