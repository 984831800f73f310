"""What stands in a line of Markdown: links with their places, and plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from markdown_it.token import Token

from kb.readinglist.commonmark import MARKDOWN
from kb.text import arxiv_ids, urls
from kb.text.cjk import HAN

_MAX_LENGTH = 100_000  # beyond this only bare addresses are looked for
_SHORT = 2000  # what is longer is not remembered
_MARKUP = re.compile(r"[\\`*_\[\]<>&!]")
_HAN = re.compile(f"[{HAN}]")
_LABEL = re.compile(r"([^，。；！？,;!?\n。、（）()|]{1,40})[:：]\s*$")
_LABEL_REACH = 60
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ANCHOR = re.compile(
    r"""<a\s(?:[^>]*?\s)?href\s*=\s*["']?(?P<href>[^"'\s>]+)""", re.IGNORECASE
)
_CLOSING = re.compile(r"</a\s*>", re.IGNORECASE)

# What only the parser can tell: escapes, code, HTML, entities.
_DIFFICULT = re.compile(r"[\\`<]|&#?\w+;")
_HREF = r"[^()\s]+(?:\([^()\s]*\)[^()\s]*)*"
_PICTURE = rf"!\[[^\[\]]*\]\({_HREF}\)"
_IMAGE = re.compile(_PICTURE)
_SIMPLE = re.compile(
    rf"(?P<image>{_PICTURE})"
    rf"|(?<!!)\[(?P<label>(?:[^\[\]!]|{_PICTURE}|!(?!\[))*)\]\((?P<href>{_HREF})\)"
)
_ALL_BOLD = re.compile(r"(\*\*|__|\*|_)([^*_]+)\1")

# The start and end of a link, its target and its label: None for an address in <>; of
# what is no link, the target is None.
_Target = tuple[int, int, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Span:
    """A link in `text[start:end]`; `label` is plain text, maybe empty."""

    start: int
    end: int
    url: str
    label: str
    bare: bool  # an address in the text, not a Markdown link


@dataclass(frozen=True, slots=True)
class Inline:
    """The links of a text in order; whether it also links inside the page."""

    links: tuple[Span, ...]
    anchors: bool = False


def read(text: str, references: dict[str, Any]) -> Inline:
    """Return the links of `text` that lead to the web or to arXiv.

    An image is none; an address in a code span or a comment is none.
    """
    if references or len(text) > _SHORT:
        return _read(text, references)
    return _remembered(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> Inline:
    return _read(text, {})


def _read(text: str, references: dict[str, Any]) -> Inline:
    links: list[Span] = []
    pieces: list[str] = []
    anchors, last = False, 0
    for start, end, href, label in _targets(text, references):
        pieces += [text[last:start], " " * (end - start)]
        last = end
        if href is not None:
            url = address(href)
            bare = label is None
            anchors = anchors or url is None
            if url:
                links.append(Span(start, end, url, label or "", bare=bare))
    links += _bare("".join([*pieces, text[last:]]))
    return Inline(tuple(sorted(links, key=lambda link: link.start)), anchors)


def plain(text: str, references: dict[str, Any] | None = None) -> str:
    """Return `text` as it reads: no markup, no images, single spaces."""
    if not _MARKUP.search(text):
        return " ".join(text.split())
    if references or len(text) > _SHORT:
        return _joined(_tokens(text, references or {}))
    return _plain(text)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return _joined(_tokens(text, {}))


def bold(text: str) -> list[str]:
    """Return the strongly emphasised parts of `text`."""
    parts: list[str] = []
    inside = 0
    for token in _tokens(text, {}):
        inside += token.nesting if token.tag == "strong" else 0
        if token.type == "strong_open" and inside == 1:
            parts.append("")
        elif inside and parts:
            parts[-1] += token.content
    return parts


def address(href: str) -> str | None:
    """Return the address to keep for a link's target, or None.

    As written when it is a web address; arXiv's own when only its identifier
    can be read.
    """
    try:
        urls.canonical(href)
    except urls.NotAnAddress:
        found = next(arxiv_ids.mentions(href), None)
        return found.ref.abs_url if found else None
    if href.lower().startswith(("http://", "https://")):
        return href
    ref = arxiv_ids.parse(href)
    return ref.abs_url if ref else None


def _targets(text: str, references: dict[str, Any]) -> Iterator[_Target]:
    """Yield what is a link, or an image, code or comment, which hold none."""
    if not _MARKUP.search(text) or len(text) > _MAX_LENGTH:
        return
    simple = None if references else _simple(text)
    yield from _parsed(text, references) if simple is None else simple


def _simple(text: str) -> list[_Target] | None:
    """Return the links and images of a text, None where only the parser can tell.

    Most texts of a list have nothing but `[label](address)`: finding those takes a
    tenth of the time that the parser takes.
    """
    if _DIFFICULT.search(text):
        return None
    found: list[_Target] = []
    rest, last = [], 0
    for match in _SIMPLE.finditer(text):
        rest.append(text[last : match.start()])
        last = match.end()
        label, href = match["label"], match["href"]
        if label is None:
            found.append((*match.span(), None, None))
        else:
            found.append((*match.span(), href, _label_text(label)))
    rest.append(text[last:])
    return None if "](" in "".join(rest) else found


def _label_text(label: str) -> str:
    """Return the words of a link's label."""
    bare = _IMAGE.sub("", label) if "![" in label else label
    whole = _ALL_BOLD.fullmatch(bare)
    return plain(whole[2] if whole else bare)


def _parsed(text: str, references: dict[str, Any]) -> Iterator[_Target]:
    """Yield the same of any text."""
    opened: Token | None = None
    inside: list[Token] = []
    for token in _tokens(text, references):
        if _opens(token):
            opened, inside = token, []
        elif opened and _closes(token):
            yield _target(opened, token, inside)
            opened = None
        elif opened:
            inside.append(token)
        elif token.type in {"image", "code_inline"} or _is_comment(token):
            yield (*token.meta["span"], None, None)


def _opens(token: Token) -> bool:
    html = token.type == "html_inline" and _ANCHOR.match(token.content)
    return token.type == "link_open" or bool(html)


def _closes(token: Token) -> bool:
    html = token.type == "html_inline" and _CLOSING.match(token.content)
    return token.type == "link_close" or bool(html)


def _target(opened: Token, closed: Token, inside: list[Token]) -> _Target:
    """Return a link of Markdown, whose span is its own, or one of HTML."""
    start, end = opened.meta["span"]
    if tag := _ANCHOR.match(opened.content):
        end = closed.meta["span"][1] if closed.type == "html_inline" else end
        return start, end, unescape(tag["href"]), _joined(inside)
    bare = opened.markup == "autolink"
    return start, end, str(opened.attrs["href"]), None if bare else _joined(inside)


def _tokens(text: str, references: dict[str, Any]) -> list[Token]:
    tokens: list[Token] = []
    if _MARKUP.search(text) and len(text) <= _MAX_LENGTH:
        MARKDOWN.inline.parse(text, MARKDOWN, {"references": references}, tokens)
    return tokens


def _is_comment(token: Token) -> bool:
    return token.type == "html_inline" and token.content.startswith("<!--")


def _joined(tokens: list[Token]) -> str:
    words = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"} or _BREAK.match(token.content):
            words.append(" ")
        elif token.type not in {"image", "html_inline"}:
            words.append(token.content)
    return " ".join("".join(words).split())


def _bare(text: str) -> list[Span]:
    """Return web addresses and arXiv identifiers written as plain text."""
    links: list[Span] = []
    pieces: list[str] = []
    last = 0
    for found in urls.find_urls(text):
        if url := address(found.url):
            end = found.start + len(_unglued(found.url))
            pieces += [text[last : found.start], " " * (end - found.start)]
            last = end
            url, label = url[: end - found.start], _label(text, found.start)
            links.append(Span(found.start, end, url, label, bare=True))
    rest = "".join([*pieces, text[last:]])
    for mention in arxiv_ids.mentions(rest):
        url, label = mention.ref.abs_url, _label(text, mention.start)
        links.append(Span(mention.start, mention.end, url, label, bare=True))
    return links


def _unglued(url: str) -> str:
    """Cut Chinese that follows an arXiv identifier without a space."""
    found = next(arxiv_ids.mentions(url), None)
    han = _HAN.search(url, found.end) if found else None
    return url[: han.start()] if han else url


def _label(text: str, start: int) -> str:
    """Return what a bare address is called: the words before a colon before it."""
    match = _LABEL.search(text[max(0, start - _LABEL_REACH) : start])
    return match[1].strip() if match else ""
