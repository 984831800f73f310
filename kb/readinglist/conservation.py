"""Nothing that a person can see as a link is lost without a word.

What the parser kept is compared with what two plain searches find in the
source; the rest is reported with its line.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import accumulate
from typing import NamedTuple

from kb.readinglist.blocks import Block
from kb.readinglist.document import Entry, Unparsed
from kb.text import arxiv_ids, urls
from kb.text.sentences import Sentence

_SHOWN = 1000  # characters of a line
_REACH = 200  # how far before an address its image may begin
_IN_AN_IMAGE = Sentence("in an image")
_NOT_IN_AN_ENTRY = Sentence("not in an entry")
_REASONS = {
    "fence": Sentence("in a code block"),
    "code_block": Sentence("in a code block"),
    "html_block": Sentence("in HTML"),
    "heading": Sentence("in a heading"),
}


def unparsed(
    text: str, blocks: list[Block], entries: Iterable[Entry], kept_lines: set[int]
) -> list[Unparsed]:
    """Return the arXiv papers and addresses of `text` that no entry has.

    Those on `kept_lines` (from 0) stand in a text that is kept whole.
    """
    reasons = _reasons(blocks)
    kept = _Kept(entries)
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    lost: dict[int, list[str]] = defaultdict(list)
    why: dict[int, Sentence] = {}
    for seen in _seen(text):
        line = bisect_right(starts, seen.start) - 1
        if line not in kept_lines and seen not in kept:
            before = text[max(starts[line], seen.start - _REACH) : seen.start]
            guess = _IN_AN_IMAGE if "![" in before else _NOT_IN_AN_ENTRY
            why.setdefault(line, reasons.get(line, guess))
            lost[line].append(seen.url)
    return [
        Unparsed(line + 1, lines[line].strip()[:_SHOWN], why[line], tuple(found))
        for line, found in lost.items()
    ]


class _Kept:
    """The addresses and identifiers that entries hold."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        found = {
            url
            for entry in entries
            for url in [entry.url, *(link.url for link in entry.extra_links)]
            if url
        }
        self.urls = sorted(found)
        self.papers = {ref.id for url in found for ref in arxiv_ids.find_all(url)}

    def __contains__(self, seen: "_Seen") -> bool:
        known = seen.paper in self.papers
        if not seen.written:
            return known
        # Punctuation and escapes may make the two differ at the end; what follows an
        # arXiv identifier is cut off.
        url = unescape(seen.written)
        at = bisect_left(self.urls, url)
        near = self.urls[max(0, at - 1) : at + 1]
        return any(
            one.startswith(url)
            or _ends_alike(url, one)
            or (known and url.startswith(one))
            for one in near
        )


def _ends_alike(written: str, kept: str) -> bool:
    """Whether what was written is what was kept with more punctuation at its end."""
    rest = written[len(kept) :]
    return written.startswith(kept) and not any(map(str.isalnum, rest))


class _Seen(NamedTuple):
    """An address as written, "" for an identifier alone, and which paper it is."""

    start: int
    written: str
    paper: str | None

    @property
    def url(self) -> str:
        """The address, which an identifier has as well."""
        return self.written or f"https://arxiv.org/abs/{self.paper}"


def _seen(text: str) -> Iterator[_Seen]:
    """Yield every paper and every other address, in order."""
    found = [
        (one.start, one.start + len(one.url), one.url) for one in urls.find_urls(text)
    ]
    starts = [start for start, _, _ in found]
    paper_of: dict[int, str] = {}
    alone = []
    for mention in arxiv_ids.mentions(text):
        at = bisect_right(starts, mention.start) - 1
        if at >= 0 and mention.start < found[at][1]:
            paper_of.setdefault(at, mention.ref.id)
        else:
            alone.append(_Seen(mention.start, "", mention.ref.id))
    written = [
        _Seen(start, url, paper_of.get(at)) for at, (start, _, url) in enumerate(found)
    ]
    yield from sorted([*alone, *written])


def _reasons(blocks: list[Block]) -> dict[int, Sentence]:
    reasons: dict[int, Sentence] = {}
    waiting = list(blocks)
    while waiting:
        block = waiting.pop()
        waiting.extend(block.children)
        if reason := _REASONS.get(block.kind):
            reasons.update(dict.fromkeys(range(block.first, block.end), reason))
    return reasons
