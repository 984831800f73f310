"""Citation keys: an entry always has the same, and no two have one."""

import re
import unicodedata
from collections.abc import Sequence

from kb.citations.references import Name

_LETTERS = re.compile(r"[a-z0-9]+")


def key(authors: Sequence[Name], year: int | None, number: int) -> str:
    """Return who wrote it first, the year, and the entry's number in the library.

    Without a word of the title, which arXiv may change; in ASCII, so that a name in
    Chinese gives way to "entry".

    >>> key([Name("Müller", "Jo")], 2023, 12), key([Name("王小明")], None, 7)
    ('muller2023-12', 'entry-7')
    """
    family = _ascii(authors[0].family) if authors else ""
    return f"{family or 'entry'}{year or ''}-{number}"


def _ascii(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).lower()
    return "".join(_LETTERS.findall(apart))
