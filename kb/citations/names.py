"""A person's name in parts, and whole again."""

import re

from kb.citations.references import Name
from kb.text.cjk import HAN, KANA

_WIDE = re.compile(rf"[{HAN}{KANA}]")
# Words that belong to the family name after them, such as "van der Berg".
_PARTICLES = frozenset(
    (
        *("al", "ap", "ben", "bin", "da", "das", "de", "del", "della", "den", "der"),
        *("di", "do", "dos", "du", "el", "ibn", "la", "le", "ten", "ter", "van", "von"),
        *("zu", "zum", "zur"),
    )
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)


def split(name: str) -> Name:
    """Return the parts of a name in the order of speech.

    Chinese names, and names of one word, are kept whole.

    >>> split("Guido van Rossum"), split("王小明")
    (Name(family='van Rossum', given='Guido'), Name(family='王小明', given=''))
    """
    words = name.split()
    if len(words) < 2 or _WIDE.search(name):  # noqa: PLR2004
        return Name(" ".join(words))
    at = len(words) - 1
    if _SUFFIX.fullmatch(words[at]) and at > 1:
        at -= 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return Name(" ".join(words[at:]), " ".join(words[:at]))


def whole(name: Name) -> str:
    """Return a name in the order of speech."""
    return f"{name.given} {name.family}" if name.given else name.family


def inverted(text: str) -> Name:
    """Return the parts of a name whose family name comes first, before a comma."""
    family, comma, given = text.partition(",")
    return (
        Name(" ".join(family.split()), " ".join(given.split()))
        if comma
        else split(text)
    )


def initials(name: Name, *, dots: str = ".", between: str = " ") -> str:
    """Return the given name's first letters."""
    parts = re.split(r"[\s-]+", name.given.replace(".", ". "))
    return between.join(f"{part[0]}{dots}" for part in parts if part[:1].isalpha())


def is_wide(name: Name) -> bool:
    """Whether a name is written in Chinese or Japanese."""
    return bool(_WIDE.search(whole(name)))
