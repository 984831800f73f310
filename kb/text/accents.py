r"""LaTeX's accents as letters: `Erd\H{o}s` is Erdős."""

import re
import unicodedata

# Grave, acute, circumflex, tilde, diaeresis, macron, dot, breve, caron, double acute;
# cedilla, ogonek, ring, dot below, line below.
_MARKS = dict(
    zip(
        "`'^~\"=.uvHckrdb",
        "\u0300\u0301\u0302\u0303\u0308\u0304\u0307\u0306\u030c\u030b"
        "\u0327\u0328\u030a\u0323\u0331",
        strict=True,
    )
)
_LETTERS = dict(
    zip(
        ["o", "O", "l", "L", "ss", "ae", "AE", "oe", "OE", "aa", "AA", "i", "j"],
        "øØłŁßæÆœŒåÅ\u0131\u0237",
        strict=True,
    )
)
_BASE = r"(?: \\? (?P<{0}>[A-Za-z]) | \{{ \\? (?P<{0}b>[A-Za-z]) \}} )"
_ACCENT = re.compile(
    rf"""
    \{{? \\{{1,3}} (?:
        (?P<sign>[`'^~"=.]) \s* {_BASE.format("x")}
      | (?P<name>[uvHckrdb]) (?: \s+ | (?=\{{) ) {_BASE.format("y")}
      | (?P<letter>ss|ae|AE|oe|OE|aa|AA|[oOlLij]) (?: \{{\}} | \s+ | (?![A-Za-z]) )
    ) \}}?
    """,
    re.VERBOSE,
)


def decode(text: str) -> str:
    r"""Return `text` with the accents that stand for one letter; the rest stays.

    >>> decode(r"Dirk W\"ubben, {\O}bro and Fran\c{c}a")
    'Dirk Wübben, Øbro and França'
    """
    return _ACCENT.sub(_letter, text) if "\\" in text else text


def _letter(match: re.Match[str]) -> str:
    if match["letter"]:
        return _LETTERS[match["letter"]]
    base = match["x"] or match["xb"] or match["y"] or match["yb"]
    mark = _MARKS[match["sign"] or match["name"]]
    return unicodedata.normalize("NFC", base + mark)
