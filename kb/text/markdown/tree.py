"""Changes to the parsed text, before it is written as HTML or as plain text."""

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_HEADING_SHIFT = 2  # a summary stands below its page's h1 and h2
_DEEPEST_HEADING = 6
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_EXPANSION = 1_000_000  # characters that all reference links together may add


def shift_headings(state: StateCore) -> None:
    """Make `#` the third level, and nothing deeper than the sixth."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1:]) + _HEADING_SHIFT
            token.tag = f"h{min(level, _DEEPEST_HEADING)}"


def class_aligned_cells(state: StateCore) -> None:
    """Say a column's alignment by a class: pages allow no style attribute."""
    for token in state.tokens:
        style = token.attrs.pop("style", None)
        if style:
            token.attrs["class"] = str(style).removeprefix("text-align:")


def tick_tasks(state: StateCore) -> None:
    """Show `[ ]` and `[x]` at the start of a list item as boxes."""
    for item, _, block in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if item.type == "list_item_open" and block.children:
            first = block.children[0]
            box = _BOXES.get(block.content[:4])
            if box and first.content[:4] in _BOXES:
                first.content = box + first.content[4:]


def forget_languages(state: StateCore) -> None:
    """Write code without its language: nothing here would colour it."""
    for token in state.tokens:
        if token.type == "fence":
            token.info = ""


def name_empty_links(state: StateCore) -> None:
    """Show the address of a link without a text."""
    for block in state.tokens:
        if block.children:
            block.children = _with_named_links(block.children)


def _with_named_links(tokens: list[Token]) -> list[Token]:
    named: list[Token] = []
    for token in tokens:
        before = named[-1] if named else None
        if token.type == "link_close" and before and before.type == "link_open":
            content = str(before.attrs["href"])
            named.append(Token("text", "", 0, content=content, hidden=before.hidden))
        named.append(token)
    return named


def bound_references(state: StateCore) -> None:
    """Forget references so long that, used everywhere, they would swell the page."""
    most = _EXPANSION // (1 + state.src.count("]"))
    references = state.env.get("references", {})
    for label, reference in list(references.items()):
        if len(reference["href"]) + len(reference["title"]) > most:
            del references[label]
