"""How well real reading lists are read: python -m tests.bench.corpus, or make corpus.

Reads the lists beside the repository (ZHAJI_CORPUS names another folder of data), which
are not ours to ship; figures go to var/bench/lists.json, the table to docs/format.md.
"""

import functools
import gc
import gzip
import json
import os
import re
import sys
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from kb.readinglist.document import Document, Entry
from kb.readinglist.parser import parse
from kb.readinglist.source import decode
from kb.text import arxiv_ids, titles, urls
from tests.bench.figures import keep, say, table
from tests.bench.search import throwaway
from tests.bench.site import Failed
from tests.readinglist.kept import everything

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ZHAJI_CORPUS", ROOT.parent / "shared" / "data"))
PAGE = ROOT / "docs" / "format.md"
BEGIN, END = "<!-- lists: made by make corpus -->", "<!-- /lists -->"
GENERIC = {"paper", "pdf", "arxiv", "code", "link", "project", "论文", "链接", "here"}
ALIKE = 90  # of 100, for a title that is arXiv's
ROUNDS = 3

Figures = dict[str, Any]


@dataclass
class Seen:
    """What was found of one list, or of all."""

    bytes: int = 0
    seconds: float = 0.0
    ids: int = 0
    attached: int = 0
    conserved: int = 0
    urls: int = 0
    urls_conserved: int = 0
    titled: int = 0
    sane: int = 0
    known: int = 0
    true: int = 0
    topics: int = 0
    entries: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Seen") -> None:
        """Add the figures of another list."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def figures(self) -> Figures:
        """Return the shares."""
        return {
            "ids": self.ids,
            "ids_attached_share": share(self.attached, self.ids),
            "ids_conserved_share": share(self.conserved, self.ids),
            "urls_conserved_share": share(self.urls_conserved, self.urls),
            "sane_title_share": share(self.sane, self.titled),
            "true_title_share": share(self.true, self.known),
            "known_titles": self.known,
            "entries": self.entries,
            "topics": self.topics,
            "mb_per_s": round(self.bytes / 1e6 / self.seconds, 2),
        }


def main() -> int:
    """Measure, print the table, and return the exit code."""
    lists = sorted((DATA / "lists").glob("*__*.md"))
    if not lists:
        say(f"no lists in {DATA / 'lists'}: set ZHAJI_CORPUS to a folder of data")
        return 1
    names = arxiv_titles()
    every, each = Seen(), {}
    for file in lists:
        seen = looked_at(file.read_bytes(), file.name, names)
        every.add(seen)
        each[file.name] = seen.figures()
        for ours, theirs in seen.wrong if "-v" in sys.argv else ():
            say(f"{file.name[:20]}: {ours!r} is {theirs!r} at arXiv")
    told = printed(each)
    print(told)  # noqa: T201
    into_the_page(told)
    try:
        with throwaway():
            # Its imports need settings, which know the servers only now.
            back = import_module("tests.bench.returning").measured(
                {file.stem: file.read_bytes() for file in lists}
            )
    except Failed as failure:
        say(str(failure))
        return 1
    figures = every.figures() | back | {"lists": len(lists)}
    print(table(["figure", "value"], list(figures.items())))  # noqa: T201
    figures["by_list"] = each
    say(f"figures are in {keep('lists', figures)}")
    return 0


def looked_at(data: bytes, name: str, names: dict[str, str]) -> Seen:
    """Read one list, and compare what was read with what stands in it."""
    text = decode(data, name)
    seconds, document = timed(text)
    seen = Seen(len(data), seconds, topics=len(document.topics))
    seen.entries = len(document.entries)
    of_addresses(seen, text, document)
    for entry in document.entries:
        if entry.arxiv_id:
            of_title(seen, entry, names.get(entry.arxiv_id, ""))
    return seen


def timed(text: str) -> tuple[float, Document]:
    """Return the shortest time it takes to read a text, and what it says.

    Each time as if it were the first: nothing is remembered of the time before.
    """
    best, document = float("inf"), None
    remembering = [
        one for one in gc.get_objects() if type(one) is functools._lru_cache_wrapper
    ]
    for _ in range(ROUNDS):
        for one in remembering:
            one.cache_clear()
        began = time.perf_counter()
        document = parse(text)
        best = min(best, time.perf_counter() - began)
    assert document
    return best, document


def of_addresses(seen: Seen, text: str, document: Document) -> None:
    """Count which papers and addresses of the text are somewhere."""
    papers = {ref.id for ref in arxiv_ids.find_all(text)}
    linked = {
        link.url
        for entry in document.entries
        for link in (*entry.extra_links, *entry.resources)
    }
    attached = {entry.arxiv_id for entry in document.entries} | {
        ref.id for url in linked for ref in arxiv_ids.find_all(url)
    }
    kept = "\n".join(everything(document))
    known = {ref.id for ref in arxiv_ids.find_all(kept)}
    seen.ids, seen.attached = len(papers), len(papers & attached)
    seen.conserved = len(papers & (attached | known))
    written = {found.url for found in urls.find_urls(text)}
    seen.urls = len(written)
    seen.urls_conserved = sum(url in kept for url in written)


def of_title(seen: Seen, entry: Entry, theirs: str) -> None:
    """Count whether a paper's title can be one, and whether it is arXiv's."""
    if entry.title_source == "row-name":
        return  # a column of names says so
    seen.titled += 1
    seen.sane += is_sane(entry.title)
    if theirs:
        seen.known += 1
        if fuzz.ratio(titles.fold(entry.title), titles.fold(theirs)) >= ALIKE:
            seen.true += 1
        else:
            seen.wrong.append((entry.title, theirs))


def is_sane(title: str) -> bool:
    """Say whether a text looks like a title, by rules that are not the parser's."""
    words = re.findall(r"[^\W\d_]+", title)
    han = re.findall(r"[\u4e00-\u9fff]", title)
    said = [word for word in words if word.lower() not in GENERIC]
    enough = len(words) > 1 or len(han) > 3
    return bool(said) and enough and len(title) <= 300 and "://" not in title


def arxiv_titles() -> dict[str, str]:
    """Return arXiv's own titles by id, of the papers that are known here."""
    file = DATA / "arxiv" / "papers_100k.jsonl.gz"
    if not file.exists():
        return {}
    with gzip.open(file, "rt", encoding="utf-8", errors="replace") as lines:
        rows = (json.loads(line) for line in lines)
        return {row["id"]: row["title"] for row in rows if row.get("id")}


def share(some: int, all_: int) -> float:
    """Return a share with four digits, 1 of nothing."""
    return round(some / all_, 4) if all_ else 1.0


def printed(each: dict[str, Figures]) -> str:
    """Return the table for the page: a line for each list."""
    head = "| list | arXiv ids | attached | sane titles | entries | topics |"
    rows = [
        f"| {name.partition('__')[0]} | {of['ids']:,} | {of['ids_attached_share']:.2%} "
        f"| {of['sane_title_share']:.2%} | {of['entries']:,} | {of['topics']:,} |"
        for name, of in each.items()
    ]
    return "\n".join([head, "|---|---|---|---|---|---|", *rows])


def into_the_page(told: str) -> None:
    """Put the table where the page has its place for it."""
    page = PAGE.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        new = f"{before}{BEGIN}\n\n{told}\n\n{END}{after}"
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
