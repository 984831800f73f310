"""Where the text of a query is cut: words, phrases, filters, and what joins them."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from kb.text import arxiv_ids, urls
from kb.text.cjk import HAN

# Between words; a stop of Chinese ends one as a space does.
_STOPS = r"\s，、；。！？"
# Punctuation around words that is no part of them.
_AROUND = "()[]{}<>《》〈〉【】（）〔〕:：;,.!?…·”’」』'"  # noqa: RUF001 (they are what is cut)
_EDGES = re.escape(_AROUND)
_WIDE_QUOTE, _DASHES = "\uff02", "-\uff0d"  # and the full-width dash
_QUOTES = f'"“「『{_WIDE_QUOTE}'
_LETTER = rf"[^{_STOPS}{_QUOTES}|｜]"

_GAP = re.compile(rf"[{_STOPS}{_EDGES}]+")
_OR = re.compile(rf"OR(?!{_LETTER})|或(?=[{_STOPS}]|$)|[|｜]+")
_AND = re.compile(rf"AND(?!{_LETTER})")  # as it is without
_NOT = re.compile(rf"[{_DASHES}]|NOT\s+")
_SIGNS = {"OR", "或", "AND", "NOT"}
_LEADING = re.compile(rf"[{_DASHES}{_EDGES}]+")
_ENDED = re.compile(rf"[{_STOPS}|｜]|$")
_QUOTED = re.compile(
    r'"((?:[^"]|"")*+)"|“([^”]*+)”|「([^」]*+)」|『([^』]*+)』'
    f"|{_WIDE_QUOTE}([^{_WIDE_QUOTE}]*+){_WIDE_QUOTE}"
)
_WORD = re.compile(f"{_LETTER}+")
_KEYWORD = re.compile(r"([^\W\d_]{1,20})[:：]")
_ADDRESS = re.compile("https?://", re.IGNORECASE)
_NUMBER = re.compile(
    rf"(?:arxiv|doi)\s?[:：]\s{{0,4}}{_LETTER}+(?:\s*\[[a-z.-]+\])?", re.IGNORECASE
)
_OPENING, _CLOSING = frozenset("([{（【"), ")]}）】,;"
# A digit between two Han characters stays with them: 第3章.
_SCRIPT = re.compile(rf"[{HAN}]+(?:[0-9.]+[{HAN}]+)*|[^{HAN}]+")
_SIMPLE = re.compile(r"\w[\w/.+#-]*")


class Kind(Enum):
    """What a piece of a query is, before anybody asks what it means."""

    WORD = auto()
    PHRASE = auto()  # in quotation marks
    IDENTIFIER = auto()  # an address, an arXiv id, a DOI
    FILTER = auto()  # keyword:value
    OR = auto()
    LONE_DASH = auto()
    UNCLOSED = auto()  # a quotation mark without its other half was left out


class Lexeme(NamedTuple):
    """A piece of a query; `source` is as typed, without the minus before it."""

    kind: Kind
    source: str
    text: str = ""  # the word, what is in the quotation marks, or a filter's value
    keyword: str = ""
    exact: bool = False  # a filter's value is in quotation marks
    negated: bool = False


def lexemes(text: str) -> Iterator[Lexeme]:
    """Yield the pieces of a query in order; punctuation around them is left out.

    >>> [(piece.kind.name, piece.text) for piece in lexemes('moe "a b" -tag:x')]
    [('WORD', 'moe'), ('PHRASE', 'a b'), ('FILTER', 'x')]
    """
    scanner = _Scanner(text)
    while scanner.skip():
        yield scanner.read()
    if scanner.unclosed:
        yield Lexeme(Kind.UNCLOSED, "")


def scripts(text: str) -> list[str]:
    """Cut a word where Chinese meets another script.

    >>> scripts("moe指令微调"), scripts("第3章")
    (['moe', '指令微调'], ['第3章'])
    """
    pieces = (piece.strip(_AROUND + _DASHES) for piece in _SCRIPT.findall(text))
    return [piece for piece in pieces if piece]


def is_word(text: str) -> bool:
    """Whether a text without spaces is read as one word, and no more."""
    return text not in _SIGNS and not _KEYWORD.match(text)


def in_quotes(text: str) -> str:
    """Return a text as a phrase; a quotation mark in it is doubled."""
    return '"' + text.replace('"', '""') + '"'


def as_value(text: str) -> str:
    """Return a text as it must stand after a keyword.

    >>> as_value("engineer/train"), as_value("a b")
    ('engineer/train', '"a b"')
    """
    return text if _SIMPLE.fullmatch(text) else in_quotes(text)


class _Scanner:
    """Goes through a text once. It drops the quotation marks that are not closed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.unclosed = False

    def skip(self) -> bool:
        """Go to where the next piece begins; whether there is one."""
        while self._take(_GAP) or self._take(_AND) or self._drop_unclosed():
            pass
        return self.at < len(self.text)

    def read(self) -> Lexeme:
        """Return the piece that begins here."""
        if joining := self._take(_OR):
            return Lexeme(Kind.OR, joining[0])
        dash = self._take(_NOT)
        if not dash:
            return self._piece()
        while self._take(_LEADING) or self._drop_unclosed():
            pass
        if _ENDED.match(self.text, self.at):
            return Lexeme(Kind.LONE_DASH, dash[0])
        return self._piece()._replace(negated=True)

    def _piece(self) -> Lexeme:
        if phrase := self._take(_QUOTED):
            return Lexeme(Kind.PHRASE, phrase[0], _inside(phrase))
        if identifier := self._identifier():
            self.at += len(identifier)
            return Lexeme(Kind.IDENTIFIER, identifier, identifier)
        start = self.at
        if keyword := self._take(_KEYWORD):
            value, exact = self._value()
            source = self.text[start : self.at]
            return Lexeme(Kind.FILTER, source, value, keyword[1], exact)
        typed = self._seen(_WORD)
        self.at += len(typed)
        word = typed.rstrip(_AROUND)
        return Lexeme(Kind.WORD, word, word)

    def _identifier(self) -> str:
        """Return the address or number that begins here, whatever is in it."""
        if _ADDRESS.match(self.text, self.at):
            found = next(urls.find_urls(self.text[self.at :]), None)
            return found.url if found and found.start == 0 else ""
        for form in (_NUMBER, _WORD):
            number = self._seen(form)
            if not number.endswith("]"):
                number = number.rstrip(_AROUND)
            if arxiv_ids.parse(number) or urls.doi(number):
                return number
        return ""

    def _value(self) -> tuple[str, bool]:
        while self._drop_unclosed():
            pass
        if phrase := self._take(_QUOTED):
            return _inside(phrase), True
        value = self._seen(_WORD)
        if _OPENING.isdisjoint(value):
            value = value.rstrip(_CLOSING)
        self.at += len(value)
        return value, False

    def _seen(self, form: re.Pattern[str]) -> str:
        match = form.match(self.text, self.at)
        return match[0] if match else ""

    def _take(self, form: re.Pattern[str]) -> re.Match[str] | None:
        match = form.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _drop_unclosed(self) -> bool:
        if self.text[self.at : self.at + 1] not in tuple(_QUOTES):
            return False
        if _QUOTED.match(self.text, self.at):
            return False
        self.text = self.text[: self.at] + self.text[self.at + 1 :]
        self.unclosed = True
        return True


def _inside(phrase: re.Match[str]) -> str:
    number = phrase.lastindex or 1
    return phrase[number].replace('""', '"') if number == 1 else phrase[number]
