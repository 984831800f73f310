"""Papers to fill a library with: real ones where the corpus is, else generated."""

import gzip
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import generator

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "arxiv" / "papers_100k.jsonl.gz"
GENERATED = 100_000  # different ones at most; a larger library repeats them


@dataclass(frozen=True, slots=True)
class Source:
    """What the library is to know of one paper; `chinese` is a summary, in lines."""

    title: str
    authors: list[str] = field(default_factory=list)
    abstract: str = ""
    categories: list[str] = field(default_factory=list)
    comment: str = ""
    venue: str = ""
    arxiv_id: str = ""
    year: int | None = None
    chinese: list[str] = field(default_factory=list)


def sources(number: int) -> list[Source]:
    """Return at most `number` different papers, always the same."""
    file = Path(os.environ.get("ZHAJI_CORPUS") or CORPUS)
    if file.exists():
        return list(corpus(file, number))
    return [Source(**row) for row in generator.papers(min(number, GENERATED))]


def corpus(file: Path, number: int) -> Iterator[Source]:
    """Read papers, one in each line of JSON."""
    with gzip.open(file, "rt", encoding="utf-8", errors="replace") as lines:
        for line, _ in zip(lines, range(number), strict=False):
            yield source(json.loads(line))


def source(row: dict[str, Any]) -> Source:
    """Return a paper of the corpus as the library is to know it."""
    identifier = row.get("id") or ""
    year = row.get("year") or (2000 + int(identifier[:2]) if identifier else None)
    return Source(
        title=" ".join(row["title"].split())[:500],
        authors=authors(row.get("authors") or []),
        abstract=(row.get("abstract") or "").strip(),
        categories=[one for one in row.get("categories") or [] if len(one) <= 40],
        comment=row.get("comment") or "",
        venue=row.get("venue") or "",
        arxiv_id=identifier,
        year=year,
        chinese=chinese(row),
    )


def authors(names: list[str]) -> list[str]:
    """Return each name once; some rows hold all in one, or all twice."""
    split = [part.strip() for name in names for part in re.split(r"[,;]", name)]
    return list(dict.fromkeys(name for name in split if name))


def chinese(row: dict[str, Any]) -> list[str]:
    """Return what the corpus says of a paper in Chinese."""
    told = row.get("summary_zh") or {}
    parts = [row.get("title_zh"), row.get("abstract_zh"), row.get("tldr_zh")]
    return [part.strip() for part in [*parts, *told.values()] if part and part.strip()]
