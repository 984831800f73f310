"""Which of the two languages a text is written in."""

import re
from typing import Literal, TypeAlias

from kb.text.cjk import HAN

Language: TypeAlias = Literal["zh", "en"]

_HAN = re.compile(f"[{HAN}]")
_NOT_PROSE = re.compile(
    r"""(`{3,}) .*? (?: \1 | \Z ) | `[^`\n]*` | https?:// [^\s<>()，。；、）]+""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ZH_SHARE = 0.2  # half of a Chinese note on a paper may be English terms


def language(text: str) -> Language:
    """Return "zh" when a fifth of the letters are Han, else "en"."""
    return "zh" if han_share(text) >= _ZH_SHARE else "en"


def han_share(text: str) -> float:
    """Return the share of Han among the letters, addresses and code left out."""
    prose = _NOT_PROSE.sub(" ", text)
    letters = sum(map(str.isalpha, prose))
    return len(_HAN.findall(prose)) / letters if letters else 0.0
