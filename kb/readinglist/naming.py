"""What an entry is called: the ladder from the surest place of a title to the least."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from kb.readinglist import inline, labels, venues
from kb.readinglist.inline import Span

_OPENING = ("(", "[", "（", "【")
_AFTER_TITLE = " \t\n\u3000,，:：;；|｜、-\u2013\u2014" + "".join(_OPENING)
RANK = re.compile(r"\A(?:\d{1,4}\s?[.)、）]\s+|\[[ xX]\]\s+)")
_QUOTED = re.compile(r"[“\"《「]([^”\"》」]{4,300})[”\"》」]")
_FIELD = re.compile(
    r"^[ \t>*_+-]*(?:论文名称|论文标题|论文题目|标题|题目|名称|title|paper title)"
    r"[*_ ]*[:：][*_ \t]*(?P<title>[^\n]{4,300})",
    re.IGNORECASE | re.MULTILINE,
)
# A line of authors, or whatever else is set apart below a title.
_NEXT_LINE = re.compile(r"\n[ \t]*(?=[*_\[(]|\w{2,12}\s*[:：])|<br\s*/?>")
_CLOSED = re.compile(r"\A[\s\])）】,，:：.|*_\u2013\u2014-]*")
_SENTENCE = re.compile(r"\s+[|\[(（]|[，。；]|\s[-\u2013\u2014]\s|[,.;]\s|\n|\Z")
_STOPPED = re.compile(r"(?<![.\s])(?<![.\s][A-Za-z])(?<!\bet al)(?<!\bvs)\.\Z")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]?")
_MOST_WORDS, _CAPITALS = 25, 0.5  # of the words that follow a link and are a title


def title(
    head: str, own: Span, links: Iterable[Span], references: dict[str, Any]
) -> tuple[str, str | None]:
    """Return the title and where it was found; never one that is not there."""
    every = list(_rungs(head, own, links, references))
    for text, source in every:
        if labels.is_full_title(text):
            return unstopped(text), source
    short = ((text, source) for text, source in every if labels.is_title(text))
    return next(short, ("", None))


def unstopped(title: str) -> str:
    """Return a title without the full stop that ends it in some lists."""
    return title[:-1] if _STOPPED.search(title) else title


def before(head: str, own: Span, references: dict[str, Any]) -> str:
    """Return the words before a link, without what opens or separates it."""
    text = RANK.sub("", head[: own.start]).rstrip(_AFTER_TITLE)
    return inline.plain(text, references)


def _rungs(
    head: str, own: Span, links: Iterable[Span], references: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    if not own.bare:
        yield own.label, "link"
    ahead = head[: own.start]
    yield max(inline.bold(ahead), key=len, default=""), "bold"
    match = _QUOTED.search(inline.plain(ahead))
    yield match[1].strip(" ,.，。") if match else "", "quoted"
    for link in links:
        if link.end <= own.start and not link.bare:
            yield link.label, "link"
    field = _FIELD.search(ahead)
    yield inline.plain(field["title"], references) if field else "", "field"
    line = _NEXT_LINE.split(RANK.sub("", ahead), maxsplit=1)[0]
    text = inline.plain(line.rstrip(_AFTER_TITLE), references)
    if match := _BRACKETED.fullmatch(text):
        named = labels.is_title(own.label) and not own.bare
        text = "" if named else match[1]  # by whom it is, or what it is called
    yield venues.without_lead(text), "text"
    if own.label and not own.bare and not labels.is_title(own.label):
        yield from _after(head[own.end :], references)


def _after(after: str, references: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what follows a link that is called a link, where it reads as a title."""
    yield max(inline.bold(after), key=len, default=""), "bold-after"
    text = inline.plain(_CLOSED.sub("", after), references)
    match = _QUOTED.match(text)
    yield match[1].strip(" ,.，。") if match else "", "quoted-after"
    stop = _SENTENCE.search(text)
    text = text[: stop.start()] if stop else text
    yield (text, "text-after") if _reads_as_title(text) else ("", "text-after")


def _reads_as_title(text: str) -> bool:
    words = [word for word in text.split() if len(word) > 3]  # noqa: PLR2004 (a, of, with)
    capitals = sum(word[0].isupper() for word in words)
    return 1 < len(words) <= _MOST_WORDS and capitals >= len(words) * _CAPITALS
