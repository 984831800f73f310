"""Addresses: which may be linked, where a bare one ends, and images as links.

A bare address ends at full-width punctuation, and at Chinese that follows a letter or
a digit; Chinese that follows a separator is part of it, as in an encyclopedia's paths.
"""

import re

from markdown_it.rules_inline import StateInline, link

from kb.text.cjk import FULL_WIDTH, HAN, KANA

SCHEMES = frozenset({"http", "https", "mailto"})
_MAX_LENGTH = 2_000

# A path of this site; `//` and `/\` would lead to another.
_ALLOWED = re.compile(rf"(?:{'|'.join(sorted(SCHEMES))}):|/(?![/\\])", re.IGNORECASE)
_WORD = rf"{HAN}{KANA}"
_ADDRESS = re.compile(
    rf"""
    (?<![a-z0-9]) https?://[a-z0-9]
    (?: [!#$%&'()+,\-./:;=?@_~a-z0-9]          # RFC 3986, without brackets
      | \*(?!\*)                               # two are emphasis
      | (?<=[/=_\#~+(\-{_WORD}])[{_WORD}]
      | [^\W\x00-\x7f{_WORD}{FULL_WIDTH}]      # letters of other scripts
    )*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TRAILING = "!'(*,.:;?~"


def is_allowed(url: str) -> bool:
    """Whether a member's link may lead to `url`: the web, mail, or a page of ours."""
    return len(url) <= _MAX_LENGTH and bool(_ALLOWED.match(url))


def bare_address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - a rule's signature
    """Link the address whose `://` is at the current place."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    start = state.pos - (5 if state.src[state.pos - 1] in "sS" else 4)
    found = _ADDRESS.match(state.src, max(start, 0), state.posMax)
    if not found or found.start() + 4 > state.pos:
        return False
    address = _trimmed(found[0])
    if not silent:
        state.pending = state.pending[: found.start() - state.pos]
        _push_link(state, address)
    state.pos = found.start() + len(address)
    return True


def _trimmed(address: str) -> str:
    """Cut the bracket that closes one outside the address, and closing punctuation."""
    depth = 0
    for position, character in enumerate(address):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            address = address[:position]
            break
    return address.rstrip(_TRAILING)


def _push_link(state: StateInline, address: str) -> None:
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        state.append_pending(address)
        return
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)


def image_as_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - a rule's signature
    """Show an image as a link to it: pages load nothing from elsewhere.

    The link's text is the image's description; inside a link that is all there is.
    """
    if not state.src.startswith("![", state.pos):
        return False
    first = len(state.tokens) + bool(state.pending)
    state.pos += 1
    if not link(state, silent):
        state.pos -= 1
        return False
    if not silent and state.linkLevel:
        state.tokens[first].hidden = state.tokens[-1].hidden = True
    return True
