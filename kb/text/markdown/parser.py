"""Markdown to tokens: CommonMark, what we add to it, and in which order."""

import hashlib
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, list_block
from markdown_it.token import Token

from kb.text.markdown import footnotes
from kb.text.markdown.chinese import ChineseInline, join_lines
from kb.text.markdown.formulas import block_formula, inline_formula, render_formula
from kb.text.markdown.limits import bounded_table, nested
from kb.text.markdown.links import bare_address, image_as_link, is_allowed
from kb.text.markdown.tree import (
    bound_references,
    class_aligned_cells,
    forget_languages,
    name_empty_links,
    shift_headings,
    tick_tasks,
)

_MAX_QUOTES = 3  # inside each other
_MAX_LISTS = 12  # inside each other
_MAX_NESTING = 48  # beyond what quotes and lists can reach: nothing is left out
_INTERRUPTS = ["paragraph", "reference", "blockquote", "list"]


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the base class's name
        return is_allowed(url)


def _parser() -> MarkdownIt:
    md = _Markdown("zero")
    md.inline = ChineseInline()
    md.configure("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    md.enable(["table", "strikethrough"])
    _limit_blocks(md)
    md.inline.ruler.before("newline", "bare_address", bare_address)
    md.inline.ruler.at("image", image_as_link)
    md.inline.ruler.before("escape", "formula", inline_formula)
    md.block.ruler.before("fence", "formula", block_formula, {"alt": _INTERRUPTS})
    footnotes.install(md)
    md.core.ruler.before("inline", "bound_references", bound_references)
    for rule in (
        shift_headings,
        class_aligned_cells,
        tick_tasks,
        forget_languages,
        name_empty_links,
        join_lines,
    ):
        md.core.ruler.push(rule.__name__, rule)
    md.add_render_rule("math_inline", render_formula)
    md.add_render_rule("math_block", render_formula)
    return md


def _limit_blocks(md: MarkdownIt) -> None:
    """Put bounded rules in the places of the ordinary ones."""
    ends = ["paragraph", "reference"]
    quote, items = nested(blockquote, _MAX_QUOTES), nested(list_block, _MAX_LISTS)
    md.block.ruler.at("table", bounded_table, {"alt": ends})
    md.block.ruler.at("blockquote", quote, {"alt": [*ends, "blockquote", "list"]})
    md.block.ruler.at("list", items, {"alt": [*ends, "blockquote"]})


_MARKDOWN = _parser()


def parse(source: str) -> tuple[list[Token], dict[str, Any]]:
    """Return the tokens of `source`, and what writing them as HTML needs to know.

    Footnote anchors carry a mark of the text, so that two texts can share a page.
    """
    digest = hashlib.blake2s(source.encode(), digest_size=4).hexdigest()
    environment = {"docId": digest}
    return _MARKDOWN.parse(source, environment), environment


def write(tokens: list[Token], environment: dict[str, Any]) -> str:
    """Return the HTML of parsed text, not yet sanitised."""
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, environment))
