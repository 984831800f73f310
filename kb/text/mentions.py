"""Who is spoken to: `@name` in what members write.

A name ends where it cannot go on: at a space, at a mark, or at Chinese, so that
`@li，看这里` and `@li看这里` both speak to li. Of the names that fit, the longest is
meant. What is code, a formula, a link or an e-mail address speaks to nobody.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from html import escape
from itertools import groupby
from typing import NamedTuple

from markdown_it.token import Token

from kb.text.anchors.plainform import Part, parts
from kb.text.cjk import HAN, KANA
from kb.text.markdown.parser import parse
from kb.text.markdown.source import checked

MOST = 50  # people one text can speak to

_WIDE = f"{HAN}{KANA}"
_AT = "@\uff20"
_SIGN = re.compile(rf"[{_AT}](?=[\w.+-])")
_BEGINS = re.compile(rf"(?<![.+/{_AT}-])(?<![^\W{_WIDE}])")
_END = re.compile(rf"[.+-]* (?: [{_AT}{_WIDE}] | (?![\w.+-]) )", re.VERBOSE)
_TAG = re.compile(r"<(/?)([a-z0-9]+)")
_SILENT = {"a", "code", "pre", "math"}


class Mention(NamedTuple):
    """A name, and where in the text it is with its sign."""

    start: int
    end: int
    name: str


def mentioned(source: str, names: Collection[str]) -> list[str]:
    """Return which of `names` a Markdown text speaks to: each once, in order.

    Case does not matter. At most MOST. Raises TooLong.

    >>> mentioned("请@Li看看，@wang.w. 不是 `@zhao`", ["li", "wang.w", "zhao"])
    ['li', 'wang.w']
    """
    book = _Names(names)
    tokens, _ = parse(checked(source))
    texts = (text for token in tokens for text in _texts(token.children or []))
    found = dict.fromkeys(one.name for text in texts for one in book.within(text))
    return list(found)[:MOST]


def linked(html: str, addresses: Mapping[str, str]) -> str:
    """Return rendered HTML with those names it speaks to as links to their addresses.

    >>> linked("<p>@li <code>@li</code></p>", {"li": "/people/li"})
    '<p><a class="mention" href="/people/li">@li</a> <code>@li</code></p>'
    """
    book, silent, written = _Names(addresses), 0, []
    for is_tag, group in groupby(parts(html), _is_tag):
        text = "".join(part.html for part in group)
        if is_tag:
            names = ((closes, name) for closes, name in _TAG.findall(text))
            silent += sum(
                -1 if closes else 1 for closes, name in names if name in _SILENT
            )
        elif not silent:
            text = _with_links(text, book, addresses)
        written.append(text)
    return "".join(written)


def _texts(tokens: list[Token]) -> Iterator[str]:
    """Yield the texts of a paragraph that are in no link.

    A name may go on in the next line, where Chinese has no space between.
    """
    links, text = 0, ""
    for token in tokens:
        links += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "text" and not links:
            text += token.content
        else:
            yield text
            text = ""
    yield text


def _is_tag(part: Part) -> bool:
    return part.html[0] == "<" and len(part.html) > 1


def _with_links(text: str, book: "_Names", addresses: Mapping[str, str]) -> str:
    pieces, at = [], 0
    for one in book.within(text):
        link = f'<a class="mention" href="{escape(addresses[one.name])}">'
        pieces += [text[at : one.start], link, text[one.start : one.end], "</a>"]
        at = one.end
    return "".join([*pieces, text[at:]])


class _Names:
    """The names that may be meant, whatever their case."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = {name.casefold(): name for name in names if name}
        self._lengths = sorted({len(name) for name in self._names}, reverse=True)

    def within(self, text: str) -> Iterator[Mention]:
        """Yield the mentions in a run of text, or of text that is escaped for HTML."""
        last = 0
        for sign in _SIGN.finditer(text):
            at = sign.start()
            name = self._at(text, at + 1)
            if name and (at == last or _BEGINS.match(text, at)):
                last = at + 1 + len(name)
                yield Mention(at, last, name)

    def _at(self, text: str, start: int) -> str | None:
        """Return the longest name that stands there whole."""
        for length in self._lengths:
            name = self._names.get(text[start : start + length].casefold())
            if name and _END.match(text, start + length):
                return name
        return None
