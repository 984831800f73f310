"""Several papers in one item, and several items about one paper."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kb.readinglist import entries, inline, labels
from kb.readinglist.blocks import Block
from kb.readinglist.inline import Span
from kb.readinglist.units import Unit
from kb.text import arxiv_ids

_BETWEEN = 2  # words between two links of a run, at most: "and", "see also"
_ENDS = " \t\n,，;；、|/·&+-\u2013\u2014"


def split(unit: Unit) -> list[Unit]:
    """Return the papers of a run of links as units of their own, in order.

    A link in running text is no other entry but a part of the note.
    """
    starts = [link.start for link in _others(unit)]
    if not starts:
        return [unit]
    bounds = [0, *starts, len(unit.head)]
    pieces = [unit.head[start:end].strip(_ENDS) for start, end in pairwise(bounds)]
    *first, last = (replace(unit, head=piece, rest="") for piece in pieces)
    return [*first, replace(last, rest=unit.rest)]


def _others(unit: Unit) -> Iterator[Span]:
    """Yield the links that are papers of their own, after the first link."""
    if unit.given_title or unit.marks or unit.sections or not unit.inline.links:
        return
    before, *links = unit.inline.links
    known, named = {_paper(before)}, _is_named(before)
    for link in links:
        between = _words(unit.head[before.end : link.start])
        run = named and len(between) <= _BETWEEN
        paper, named = _paper(link), _is_named(link)
        if run and named and paper and paper not in known:
            yield link
        known.add(paper)
        before, named = link, named or run


def _paper(link: Span) -> str | None:
    ref = arxiv_ids.parse(link.url)
    return ref.id if ref else None


def _is_named(link: Span) -> bool:
    return not link.bare and labels.is_full_title(link.label)


def _words(gap: str) -> list[str]:
    return [word for word in inline.plain(gap).split() if any(map(str.isalnum, word))]


def children(unit: Unit, inner: Sequence[Unit]) -> list[Unit]:
    """Return the nested items that are papers of their own."""
    if unit.sections or unit.marks or unit.given_title:
        return []
    return [one for one in inner if _is_own(one)]


def _is_own(unit: Unit) -> bool:
    first = next(iter(unit.inline.links), None)
    if not first or not arxiv_ids.parse(first.url) or unit.sections:
        return False
    title, source = entries.titled(unit)
    at_front = source in {"link", "bold", "quoted"} and labels.is_full_title(title)
    ahead = inline.plain(unit.head[: first.start])
    return at_front and len(ahead.replace(title, "").split()) <= _BETWEEN


def titled_list(above: Block, below: Block, items: Sequence[Unit]) -> Unit | None:
    """Return the one entry of a title and a list of its links, None where it is none.

    Such as a bold line, and below it "Paper: https://…" and "Code: https://…".
    """
    links = [link for item in items for link in item.inline.links]
    references = items[0].references if items else {}
    title = inline.plain(above.content, references)
    papers = {ref.id for link in links if (ref := arxiv_ids.parse(link.url))}
    fits = (
        labels.is_full_title(title)
        and not inline.read(above.content, references).links
        and all(item.inline.links and not item.marks for item in items)
        and all(link.label and not labels.is_title(link.label) for link in links)
        and len(papers) <= 1
    )
    if not fits or not links:
        return None
    head = "\n".join(item.head for item in items)
    block = Block("paragraph", above.first, below.end, children=[above])
    unit = replace(items[0], block=block, head=head, rest="", given_title=title)
    unit.last_line = max(item.last_line for item in items)
    unit.line = above.first + 1
    unit.note = ""
    return unit
