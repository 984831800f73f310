"""Footnotes, with labels short enough to be read once."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

ANCHOR = re.compile(r"#fn(?:ref)?-[0-9a-f]{8}-[0-9]+(?::[0-9]+)?")
_REFERENCE = re.compile(r"\[\^[^\s\[\]]{1,60}\]")


def install(md: MarkdownIt) -> None:
    """Add `[^label]` and `[^label]: text`; a note inside a sentence is not read."""
    footnote_plugin(md, inline=False)
    md.inline.ruler.at("footnote_ref", _reference)
    md.add_render_rule("footnote_caption", _caption)


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - a rule's signature
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    return bool(found and footnote_ref(state, silent))


def _caption(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType
) -> str:
    return f"[{tokens[index].meta['id'] + 1}]"
