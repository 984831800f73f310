r"""Formulas between dollar signs, as MathML.

`$a_i^2$` in a line, `$$…$$` on display; `$5 and $6` is money. What cannot be typeset
is shown as it was written.
"""

import html
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import Converter
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

MAX_LENGTH = 1_000  # characters of one formula
MAX_DEPTH = 50  # elements inside each other
MAX_TOTAL = 32_000  # characters of all formulas in one text, and _EACH for each
_EACH = 24

_BODY = rf"((?:[^$\\]|\\.){{1,{MAX_LENGTH}}}?)"
_INLINE = re.compile(
    rf"(?<![0-9])\$(?![\s$]){_BODY}(?<!\s)\$(?![0-9$])|\$\${_BODY}\$\$", re.DOTALL
)
# A macro may stand for itself twice over, and again: a short text of endless length.
_MACROS = re.compile(r"\\(?:def|newcommand|newenvironment|DeclareMathOperator)\b")
_REFERENCE = re.compile(r"&#x[0-9A-Fa-f]+;")
_LENGTHS = ("linethickness", "width", "lspace", "rspace", "minsize", "maxsize")
_LENGTH = re.compile(r"-?[0-3]?(?:\.[0-9]+)?(?:em|ex)|0(?:px)?")


def inline_formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - a rule's signature
    """Take the formula that starts here, in the middle of a paragraph."""
    found = _INLINE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = found[1] or found[2]
        token.markup = "$" if found[1] else "$$"
    state.pos = found.end()
    return True


def block_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - a rule's signature
    """Take the display formula that fills these lines: no mark in it is Markdown."""
    opening = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("$$", opening) or state.is_code_block(start):
        return False
    last = _closing_line(state, opening, range(start, end))
    if last is None:
        return False
    if not silent:
        lines = state.getLines(start, last + 1, state.blkIndent, keepLastLF=False)
        token = state.push("math_block", "math", 0)
        token.content, token.markup = lines.strip()[2:-2], "$$"
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _closing_line(state: StateBlock, opening: int, lines: range) -> int | None:
    """Return the line that the second `$$` ends, if only the formula is before it."""
    closing = state.src.find("$$", opening + 3, opening + MAX_LENGTH)
    for line in lines if closing > 0 else ():
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return None
        if closing < state.eMarks[line]:
            rest = state.src[closing + 2 : state.eMarks[line]]
            return None if rest.strip() else line
    return None


def render_formula(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType
) -> str:
    """Write one formula as HTML, until the text has used up MAX_TOTAL."""
    token = tokens[index]
    env["formulas"] = env.get("formulas", 0) + len(token.content) + _EACH
    written = f"{token.markup}{token.content}{token.markup}"
    typeset = None
    if env["formulas"] <= MAX_TOTAL:
        typeset = mathml(token.content, display=token.markup == "$$")
    typeset = typeset or f'<code class="math">{html.escape(written)}</code>'
    return f"<p>{typeset}</p>\n" if token.type == "math_block" else typeset


def mathml(latex: str, *, display: bool) -> str | None:
    """Return well-formed MathML, or nothing for what cannot be typeset."""
    if len(latex) > MAX_LENGTH or _MACROS.search(latex):
        return None
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(
            latex
        )
        _tame(tree, MAX_DEPTH)
        return tostring(tree, encoding="unicode")
    except Exception:  # the converter has as many errors as there are typing mistakes
        return None


def _tame(element: Element, depth: int) -> None:
    """Decode the converter's references, so that escaping is left to the writer.

    Lengths that would push a formula over its neighbours are dropped, and nesting
    beyond `depth` is an error: what is typeset must not depend on the caller's stack.
    """
    if not depth:
        raise RecursionError
    if element.text:
        element.text = _REFERENCE.sub(
            lambda found: html.unescape(found[0]), element.text
        )
    for name in _LENGTHS:
        if not _LENGTH.fullmatch(element.get(name, "0")):
            del element.attrib[name]
    for child in element:
        _tame(child, depth - 1)
