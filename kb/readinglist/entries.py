"""From a unit to an entry: which link is its own, its title and its summaries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kb.readinglist import document, inline, labels, naming, venues
from kb.readinglist.document import Entry, KindName, Link
from kb.readinglist.inline import Span
from kb.readinglist.units import Unit
from kb.text import arxiv_ids, urls
from kb.text.language import Language, language
from kb.text.sentences import Sentence

_OPENING = ("(", "[", "（", "【")
_AROUND_LINKS = " \t[(（【"
_PROSE = 4  # words before a link
_SEPARATOR = re.compile(r"\A[ \t]*(?:[,，:：]|[-\u2013\u2014|](?=\s)|\u2014{2,})?\s*")
_CLOSING = re.compile(r"\A\s*[\])）】]+")
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
    if own and not unit.taken.marks and _is_of_facts(note, unit.references):
        note = ""
    ref = arxiv_ids.parse(own.url) if own else None
    links = _extra_links(unit, own)
    told = unit.facts or venues.facts(_beside(unit, title))
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
        extra_links=links,
        tags=tuple(dict.fromkeys(unit.taken.tags)),
        syntax=_syntax(unit, own),
        source_lines=(unit.block.first + 1, unit.last_line),
        resources=_resources(links),
        authors=told.authors,
        venue=told.venue,
        year=told.year,
    )
    remarks = [*_remarks(unit, own, entry), *_left_out(unit, own, entry)]
    if has_pipe:
        text = Sentence('trailing "|" removed from summary')
        remarks.append(document.Warning(unit.last_line, "trailing-pipe", text))
    return entry, remarks


def titled(unit: Unit) -> tuple[str, str | None]:
    """Return the title of a unit, and where it stands; "" and None for none."""
    return _title(unit, _own_link(unit))


def has_title(unit: Unit) -> bool:
    """Whether a list item says itself what its link leads to."""
    return bool(titled(unit)[0])


def is_named(unit: Unit) -> bool:
    """Whether a paragraph is an entry: `[Title](url)` alone or before a comma."""
    first = next(iter(unit.inline.links), None)
    if not first or first.bare or not labels.is_title(first.label):
        return False
    if naming.RANK.sub("", unit.head[: first.start]).strip("*_ "):
        return False
    after = unit.head[first.end :].lstrip("*_ \t")
    return not after or after.startswith((",", "，", "\n"))


def is_paper(unit: Unit) -> bool:
    """Whether a paragraph links to a paper at arXiv."""
    return any(arxiv_ids.parse(link.url) for link in unit.inline.links)


def is_prose(unit: Unit) -> bool:
    """Whether the links of a paragraph stand in running text."""
    own = _own_link(unit)
    if not own or _title(unit, own)[1] not in {"link", None}:
        return False
    ahead = inline.plain(unit.head[: own.start], unit.references)
    return len(ahead.split()) >= _PROSE or len(ahead) >= _PROSE * 4


def _own_link(unit: Unit) -> Span | None:
    """Return the link that is what the entry is about."""
    links = unit.inline.links
    if not links:
        return None
    said = "entry" in unit.marks  # where a definition made a link of the note's words
    first_is_own = said or links[0].bare or labels.is_title(links[0].label)
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
        return naming.unstopped(unit.given_title), unit.title_source
    if "entry" in unit.marks and own.label and not own.bare:
        return own.label, "link"
    return naming.title(unit.head, own, unit.inline.links, unit.references)


def _syntax(unit: Unit, own: Span | None) -> Literal["plain", "link", "title", "row"]:
    if unit.facts:
        return "row"
    return "title" if not own else "plain" if own.bare else "link"


def _beside(unit: Unit, title: str) -> str:
    """Return what stands in the head besides the title and the links."""
    pieces, last = [], 0
    for link in unit.inline.links:
        pieces.append(unit.head[last : max(last, link.start)])
        last = max(last, link.end)
    pieces.append(unit.head[last:])
    beside = " ".join(pieces)
    below = unit.rest.lstrip("\n").partition("\n")[0]
    return f"{beside.replace(title, ' ') if title else beside}\n{below}"


def _note(unit: Unit, own: Span | None) -> str:
    """Return what follows the link, without the one separator between them."""
    if unit.note is not None:
        return unit.note
    if not own:
        return _SEPARATOR.sub("", unit.rest, count=1).strip()
    after = unit.head[_links_end(unit, own) :] + unit.rest
    for emphasis in ("**", "__", "*", "_"):
        if unit.head[: own.start].endswith(emphasis) and after.startswith(emphasis):
            after = after.removeprefix(emphasis)
    if unit.head[: own.start].rstrip().endswith(_OPENING):
        after = _CLOSING.sub("", after)
    return _SEPARATOR.sub("", after, count=1).strip()


def _links_end(unit: Unit, own: Span) -> int:
    """Return where the links end that stand right behind the title, such as to code."""
    end = own.end
    for link in unit.inline.links:
        between = unit.head[end : link.start]
        if link.start < own.end or link.bare or "entry" in unit.marks:
            continue
        if between.strip(_AROUND_LINKS) or not labels.said_kind(link.label):
            break
        end = link.end
        closed = _CLOSING.match(unit.head[end:])
        end += closed.end() if closed and between.strip() else 0
    return end


def _is_of_facts(note: str, references: dict[str, Any]) -> bool:
    """Whether a note says no more than by whom, where, when, and links to the rest."""
    rest = note
    for link in reversed(inline.read(note, references).links):
        named = labels.is_title(link.label) and not labels.said_kind(link.label)
        if link.bare or named:
            return False
        rest = rest[: link.start] + rest[link.end :]
    return bool(note) and not any(map(str.isalnum, venues.without(rest)))


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


def _resources(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return those of the links that belong to the entry, with what they are."""
    known = ((link, labels.resource_kind(link.url, link.label)) for link in links)
    return tuple(Link(link.url, link.label, kind) for link, kind in known if kind)


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
    before = naming.RANK.sub("", inline.plain(unit.head[: own.start], unit.references))
    if any(map(str.isalnum, before.replace(entry.title, ""))):
        text = Sentence("not kept beside the title: %(words)s", words=before)
        yield document.Warning(unit.line, "left-out", text)
