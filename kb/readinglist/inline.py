"""What stands in a line of Markdown: links with their places, and plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from kb.readinglist.commonmark import MARKDOWN
from kb.text import arxiv_ids, urls
from kb.text.cjk import HAN

_MAX_LENGTH = 100_000  # beyond this only bare addresses are looked for
_MARKUP = re.compile(r"[\\`*_\[\]<>&!]")
_HAN = re.compile(f"[{HAN}]")
_LABEL = re.compile(r"([^，。；！？,;!?\n。、（）()|]{1,40})[:：]\s*$")
_LABEL_REACH = 60


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

    links: list[Span]
    anchors: bool = False


def read(text: str, references: dict[str, Any]) -> Inline:
    """Return the links of `text` that lead to the web or to arXiv.

    An image is none; an address in a code span or a comment is none.
    """
    links: list[Span] = []
    pieces: list[str] = []
    anchors, last = False, 0
    for token, label in _taken(_tokens(text, references)):
        start, end = token.meta["span"]
        pieces += [text[last:start], " " * (end - start)]
        last = end
        if token.type == "link_open":
            url = address(str(token.attrs["href"]))
            anchors = anchors or url is None
            if url:
                bare = token.markup == "autolink"
                links.append(Span(start, end, url, "" if bare else label, bare=bare))
    links += _bare("".join([*pieces, text[last:]]))
    return Inline(sorted(links, key=lambda link: link.start), anchors)


def plain(text: str, references: dict[str, Any] | None = None) -> str:
    """Return `text` as it reads: no markup, no images, single spaces."""
    if not _MARKUP.search(text):
        return " ".join(text.split())
    return _joined(_tokens(text, references or {}))


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


def _tokens(text: str, references: dict[str, Any]) -> list[Token]:
    tokens: list[Token] = []
    if _MARKUP.search(text) and len(text) <= _MAX_LENGTH:
        MARKDOWN.inline.parse(text, MARKDOWN, {"references": references}, tokens)
    return tokens


def _taken(tokens: list[Token]) -> Iterator[tuple[Token, str]]:
    """Yield the tokens whose source is not running text, links with their label."""
    link: Token | None = None
    label: list[Token] = []
    for token in tokens:
        if token.type == "link_open":
            link, label = token, []
        elif token.type == "link_close" and link:
            yield link, _joined(label)
            link = None
        elif link:
            label.append(token)
        elif token.type in {"image", "code_inline"} or _is_comment(token):
            yield token, ""


def _is_comment(token: Token) -> bool:
    return token.type == "html_inline" and token.content.startswith("<!--")


def _joined(tokens: list[Token]) -> str:
    words = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
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
