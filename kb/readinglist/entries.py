"""From a unit to an entry: which link is its own, its title and its summaries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.readinglist import document, inline, labels
from kb.readinglist.document import Entry, KindName, Link
from kb.readinglist.inline import Span
from kb.readinglist.units import Unit
from kb.text import arxiv_ids, urls
from kb.text.language import Language, language
from kb.text.sentences import Sentence

_OPENING = ("(", "[", "（", "【")
_AFTER_TITLE = " \t\n\u3000,，:：;；|｜、-\u2013\u2014" + "".join(_OPENING)
_RANK = re.compile(r"\A(?:\d{1,4}\s?[.)、）]\s+|\[[ xX]\]\s+)")
_SEPARATOR = re.compile(r"\A[ \t]*(?:[,，:：]|[-\u2013\u2014](?=\s))?\s*")
_CLOSING = re.compile(r"\A\s*[\])）】]+")
_QUOTED = re.compile(r"[“\"《]([^”\"》]{4,300})[”\"》]")
_DOUBLED = re.compile(r"/(abs|pdf|html)//+")


@dataclass(frozen=True)
class Place:
    """Where in the list an entry stands."""

    kind: KindName
    section_path: tuple[str, ...]
    topic_path: tuple[str, ...]
    position: int


def read(unit: Unit, place: Place) -> tuple[Entry, list[document.Warning]]:
    """Return the entry that a unit is, and what a person should look at."""
    own = _own_link(unit)
    title, source = _title(unit, own)
    note, has_pipe = _without_pipe(_note(unit, own))
    ref = arxiv_ids.parse(own.url) if own else None
    entry = Entry(
        position=place.position,
        kind=place.kind,
        section_path=place.section_path,
        topic_path=place.topic_path,
        title=title,
        title_language=language(title),
        title_source=source,
        url=own.url if own else None,
        canonical_url=urls.canonical(own.url) if own else None,
        arxiv_id=ref.id if ref else None,
        arxiv_version=ref.version if ref else None,
        summaries=_summaries(unit, note),
        extra_links=_extra_links(unit, own),
        tags=tuple(dict.fromkeys(unit.taken.tags)),
        syntax="title" if not own else "plain" if own.bare else "link",
        source_lines=(unit.block.first + 1, unit.last_line),
    )
    remarks = [*_remarks(unit, own, entry), *_left_out(unit, own, entry)]
    if has_pipe:
        text = Sentence('trailing "|" removed from summary')
        remarks.append(document.Warning(unit.last_line, "trailing-pipe", text))
    return entry, remarks


def has_title(unit: Unit) -> bool:
    """Whether a list item says itself what its link leads to."""
    return bool(_title(unit, _own_link(unit))[0])


def is_named(unit: Unit) -> bool:
    """Whether a paragraph is an entry: `[Title](url)` alone or before a comma."""
    first = next(iter(unit.inline.links), None)
    if not first or first.start or first.bare or not labels.is_title(first.label):
        return False
    after = unit.head[first.end :].lstrip(" \t")
    return not after or after.startswith((",", "，", "\n"))


def _own_link(unit: Unit) -> Span | None:
    """Return the link that is what the entry is about."""
    links = unit.inline.links
    if not links:
        return None
    first_is_own = links[0].bare or labels.is_title(links[0].label)
    if first_is_own and not unit.given_title:
        return links[0]
    papers = (link for link in links if arxiv_ids.parse(link.url))
    named = (link for link in links if labels.is_title(link.label))
    return next(papers, None) or next(named, links[0])


def _title(unit: Unit, own: Span | None) -> tuple[str, str | None]:
    """Return the title and how it was found; never one that is not there."""
    if not own:
        return unit.name, "item"
    if unit.given_title:
        return unit.given_title, "parent"
    marked = "entry" in unit.marks
    if own.label and not own.bare and (marked or labels.is_title(own.label)):
        return own.label, "link"
    before = unit.head[: own.start]
    for title, source in _titles_before(before, unit, bare=own.bare):
        if labels.is_title(title):
            return title, source
    return "", None


def _titles_before(before: str, unit: Unit, *, bare: bool) -> Iterator[tuple[str, str]]:
    if not bare:
        yield max(inline.bold(before), key=len, default=""), "bold"
        match = _QUOTED.search(inline.plain(before))
        yield match[1].strip(" ,.，。") if match else "", "quoted"
    text = _RANK.sub("", before).rstrip(_AFTER_TITLE)
    yield inline.plain(text, unit.references), "text"


def _note(unit: Unit, own: Span | None) -> str:
    """Return what follows the link, without the one separator between them."""
    if not own:
        return _SEPARATOR.sub("", unit.rest, count=1).strip()
    after = unit.head[own.end :] + unit.rest
    if unit.head[: own.start].rstrip().endswith(_OPENING):
        after = _CLOSING.sub("", after)
    return _SEPARATOR.sub("", after, count=1).strip()


def _without_pipe(note: str) -> tuple[str, bool]:
    """Cut a stray `|` off the end, unless the last line is a table's row."""
    last = note.rpartition("\n")[2].lstrip()
    stray = note.endswith("|") and not (last.startswith("|") and last != "|")
    return (note.rstrip(" |"), True) if stray else (note, False)


def _summaries(unit: Unit, note: str) -> dict[Language, str]:
    summaries: dict[Language, str] = {language(note): note} if note else {}
    for name, section in unit.sections:
        text = section.rstrip().strip("\n")
        if text:
            earlier = summaries.get(name)
            summaries[name] = f"{earlier}\n\n{text}" if earlier else text
    return summaries


def _extra_links(unit: Unit, own: Span | None) -> tuple[Link, ...]:
    links = {
        link.url: Link(link.url, link.label, labels.link_kind(link.url))
        for link in reversed([*unit.inline.links, *unit.inner_links()])
        if not own or link.url != own.url
    }
    return tuple(reversed(links.values()))


def _remarks(unit: Unit, own: Span | None, entry: Entry) -> Iterator[document.Warning]:
    if not own:
        if "entry" not in unit.marks:
            yield document.Warning(
                unit.line, "title-only", Sentence("an entry without an address")
            )
        return
    line = unit.line_at(own.start)
    if entry.kind == "paper" and not entry.arxiv_id:
        text = Sentence("paper without an arXiv URL")
        yield document.Warning(line, "no-arxiv-id", text)
    if not entry.title:
        text = Sentence("no title beside %(address)s", address=own.url)
        yield document.Warning(line, "no-title", text)
    written = unit.head[own.start : own.end]
    if entry.arxiv_id and (match := _DOUBLED.search(own.url)):
        wrong, right = f"{match[1]}//{entry.arxiv_id}", f"{match[1]}/{entry.arxiv_id}"
        yield document.Warning(line, "url-normalised", f"{wrong} -> {right}")
    elif "](" in written and entry.arxiv_id and own.url not in written:
        yield document.Warning(line, "url-normalised", f"{written} -> {own.url}")


def _left_out(unit: Unit, own: Span | None, entry: Entry) -> Iterator[document.Warning]:
    """Tell of words before the link that are not part of the title."""
    if not own or not entry.title or entry.title_source == "text":
        return
    before = _RANK.sub("", inline.plain(unit.head[: own.start], unit.references))
    if any(map(str.isalnum, before.replace(entry.title, ""))):
        text = Sentence("not kept beside the title: %(words)s", words=before)
        yield document.Warning(unit.line, "left-out", text)
