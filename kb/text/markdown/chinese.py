"""Two places where CommonMark does not fit text without spaces.

Emphasis: in `**重点（注意）**方法` CommonMark sees punctuation followed by a letter,
and leaves the asterisks. Here full-width punctuation counts as a letter, and a wide
character beside Western punctuation counts as a space.
https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run

Line ends: a line end between two wide characters is nothing, not a space.
"""

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from kb.text.cjk import is_wide, joins

# Brackets within brackets that may still be links: each costs the whole text again.
_LOOKAHEAD = 8


class ChineseInline(ParserInline):
    """The inline parser, with emphasis that fits Chinese."""

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - the base class's name
        """Pass over one token, looking less deep than the base class would."""
        start = state.pos
        if start not in state.cache:
            if state.level < _LOOKAHEAD:
                super().skipToken(state)
            else:
                state.cache[start] = state.posMax
        state.pos = state.cache[start]

    def parse(
        self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]
    ) -> list[Token]:
        """Parse `src` as the base class does, in a state of our own."""
        if not src:
            return tokens  # the empty cells of a wide table are many
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: FBT001, N802, N803 - the base class's name
        scanned = super().scanDelims(start, canSplitWord)
        if not canSplitWord:
            return scanned
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        return Scanned(_leans(before, after), _leans(after, before), scanned.length)


def _leans(outside: str, inside: str) -> bool:
    """Whether marks between the two belong to the text on the `inside`."""
    if isWhiteSpace(ord(inside)):
        return False
    if not _is_punctuation(inside) or is_wide(inside):
        return True
    return isWhiteSpace(ord(outside)) or _is_punctuation(outside) or is_wide(outside)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def join_lines(state: StateCore) -> None:
    """Turn soft breaks into text: nothing inside Chinese, a line end elsewhere."""
    for block in state.tokens:
        last, waiting = "", None
        for token in block.children or ():
            if token.type == "softbreak":
                waiting = token
                waiting.type, waiting.content = "text", "\n"
            elif token.content:
                if waiting and last and joins(last, token.content[0]):
                    waiting.content = ""
                last, waiting = token.content[-1], None
