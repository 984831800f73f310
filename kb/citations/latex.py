"""Text as LaTeX has it, and back: accents, special characters, formulas."""

import re

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexencode import unicode_to_latex

_FORMULA = re.compile(r"((?<!\\)\$[^$%#&]+\$)")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{letter: f"\\{letter}" for letter in "&%$#_"},
}
# Letters that LaTeX would join with the next, as two hyphens to a dash.
_JOINED = re.compile(r"-(?=-)|'(?=')|`(?=`)|[?!](?=`)")
# What the decoder does not know, or takes for another character.
_OWN = {
    r"\textbraceleft{}": ("\ue000", "{"),
    r"\textbraceright{}": ("\ue001", "}"),
    r"\textasciicircum{}": ("\ue002", "^"),
    r"\textasciitilde{}": ("\ue003", "~"),
    r"\textbackslash{}": ("\ue004", "\\"),
}
_LATIN = re.compile(r"[\u00c0-\u024f]")
_DECODER = LatexNodes2Text(math_mode="verbatim", strict_latex_spaces=False)


def encode(text: str) -> str:
    r"""Return a text so that LaTeX prints it; formulas between dollars stay.

    What is neither ASCII nor a Latin letter stays as well: today's LaTeX reads it.

    >>> encode("Gröbner & 王 at 5%")
    'Gr{\\"o}bner \\& 王 at 5\\%'
    """
    pieces = _FORMULA.split(" ".join(text.split()))
    return "".join(
        piece if at % 2 and _balanced(piece) else _encoded(piece)
        for at, piece in enumerate(pieces)
    )


def decode(text: str) -> str:
    """Return the text that LaTeX would print; formulas stay as they are."""
    if not re.search(r"[\\{}~$]|--|''|``|%", text):
        return " ".join(text.split())
    for macro, (stand_in, _) in _OWN.items():
        text = text.replace(macro, stand_in)
    text = _DECODER.latex_to_text(text.replace("\n", " "))
    for stand_in, letter in _OWN.values():
        text = text.replace(stand_in, letter)
    return " ".join(text.split())


def _balanced(formula: str) -> bool:
    depth = 0
    for letter in formula:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            return False
    return depth == 0


def _encoded(text: str) -> str:
    joined = {match.start() for match in _JOINED.finditer(text)}
    return "".join(
        _letter(letter) + "{}" * (at in joined) for at, letter in enumerate(text)
    )


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    return f"{{{unicode_to_latex(letter)}}}" if _LATIN.match(letter) else letter
