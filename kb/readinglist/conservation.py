"""Nothing that a person can see as a link is lost without a word.

What the parser kept is compared with what two plain searches find in the
source; the rest is reported with its line.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import accumulate

from kb.readinglist.blocks import Block
from kb.readinglist.document import Entry, Unparsed
from kb.text import arxiv_ids, urls
from kb.text.sentences import Sentence

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
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    lost = []
    for start, written in _seen(text):
        line = bisect_right(starts, start) - 1
        if line not in kept_lines and written not in kept:
            before = text[max(starts[line], start - _REACH) : start]
            guess = _IN_AN_IMAGE if "![" in before else _NOT_IN_AN_ENTRY
            reason = reasons.get(line, guess)
            lost.append(Unparsed(line + 1, written, reason))
    return lost


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

    def __contains__(self, written: str) -> bool:
        if ref := arxiv_ids.parse(written):
            return ref.id in self.papers
        # Punctuation and escapes may make the two differ at the end.
        url = unescape(written)
        at = bisect_left(self.urls, url)
        near = self.urls[max(0, at - 1) : at + 1]
        return any(one.startswith(url) or url.startswith(one) for one in near)


def _seen(text: str) -> Iterator[tuple[int, str]]:
    """Yield every paper and every other address, with its offset, in order."""
    papers = [(m.start, m.end, m.ref.abs_url) for m in arxiv_ids.mentions(text)]
    ends = [end for _, end, _ in papers]
    seen = [(start, url) for start, _, url in papers]
    for found in urls.find_urls(text):
        at = bisect_right(ends, found.start)
        if at == len(papers) or papers[at][0] >= found.end:
            seen.append((found.start, found.url))
    yield from sorted(seen)


def _reasons(blocks: list[Block]) -> dict[int, Sentence]:
    reasons: dict[int, Sentence] = {}
    waiting = list(blocks)
    while waiting:
        block = waiting.pop()
        waiting.extend(block.children)
        if reason := _REASONS.get(block.kind):
            reasons.update(dict.fromkeys(range(block.first, block.end), reason))
    return reasons
