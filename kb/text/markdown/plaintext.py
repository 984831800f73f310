"""Markdown as plain text: for excerpts, search and mail."""

import logging
import re

from markdown_it.token import Token

from kb.text.cjk import joins
from kb.text.markdown.parser import parse
from kb.text.markdown.source import checked

_ELLIPSIS = "…"
_WORD_END = re.compile(r"[0-9A-Za-z]+$")
_LONGEST_WORD = 30

_logger = logging.getLogger(__name__)


def plain(source: str) -> str:
    """Return the words of `source`: a line for each block, formulas as written.

    Raises TooLong.
    """
    text = checked(source)
    try:
        tokens, _ = parse(text)
    except Exception:
        _logger.exception("A text of %d characters was not read", len(text))
        return text
    lines = (_block_text(token).strip() for token in tokens)
    return "\n".join(line for line in lines if line)


def _block_text(token: Token) -> str:
    if token.type == "inline":
        return "".join(_inline_text(child) for child in token.children or ())
    return _inline_text(token)


def _inline_text(token: Token) -> str:
    if token.type.startswith("math_"):
        return f"{token.markup}{token.content}{token.markup}"
    return "\n" if token.type == "hardbreak" else token.content


def excerpt(source: str, length: int = 160) -> str:
    """Return the first words of `source` on one line, at most `length` characters.

    Raises TooLong.
    """
    text = _on_one_line(plain(source))
    if len(text) <= length:
        return text
    cut = text[: length - len(_ELLIPSIS)]
    if text[len(cut)].isascii() and text[len(cut)].isalnum():
        cut = _without_half_a_word(cut)
    return cut.rstrip() + _ELLIPSIS


def _on_one_line(text: str) -> str:
    joined = ""
    for line in text.splitlines():
        space = "" if not joined or joins(joined[-1], line[:1] or " ") else " "
        joined += space + line.strip()
    return joined


def _without_half_a_word(text: str) -> str:
    word = _WORD_END.search(text)
    if word and word.start() > 0 and len(word[0]) < _LONGEST_WORD:
        return text[: word.start()]
    return text
