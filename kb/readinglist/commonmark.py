"""The one configured markdown-it, which also tells where things stand.

CommonMark: https://spec.commonmark.org/0.31.2/
"""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import (
    StateInline,
    autolink,
    backtick,
    html_inline,
    image,
    link,
)

# Half of this is the deepest nesting of lists; enough for the deepest topics.
_MAX_NESTING = 100

InlineRule = Callable[[StateInline, bool], bool]


class _AsWritten(MarkdownIt):
    """markdown-it that accepts every address and leaves it as it is written."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (theirs)
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (theirs)
        return url


def _located(rule: InlineRule) -> InlineRule:
    """Make `rule` note the span of source that its token stands for."""

    def located(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (theirs)
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        # Text that was waiting may have become a token just before ours.
        for token in state.tokens[count : count + 2]:
            token.meta.setdefault("span", (start, state.pos))
        return True

    return located


def _note_offset(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 (theirs)
    """Remember in which column content begins; a rule that never matches."""
    state.env["offsets"].setdefault((line, state.level), state.blkIndent)
    return False


MARKDOWN = _AsWritten("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
MARKDOWN.block.ruler.before("code", "offset", _note_offset)
for _name, _rule in {
    "backticks": backtick,
    "link": link,
    "image": image,
    "autolink": autolink,
    "html_inline": html_inline,
}.items():
    MARKDOWN.inline.ruler.at(_name, _located(_rule))
