"""References to write and read back: real ones where the corpus is, else made here."""

import gzip
import json
import os
from itertools import islice
from pathlib import Path

from kb.citations import names
from kb.citations.references import Name, Reference

DATA = Path(os.environ.get("ZHAJI_CORPUS", Path(__file__).parents[3] / "shared/data"))
PAPERS = DATA / "arxiv" / "papers_100k.jsonl.gz"

ODD = (
    Reference(
        key="gröbner-1",
        kind="preprint",
        title="Gröbner & {Bases}: 100% of $O(n^2)$ -- an “Überblick” #1 with a_b ~ x",
        authors=(
            *(Name("van Rossum", "Guido"), Name("王小明"), Name("The LIGO Team")),
            *(Name("Łukasiewicz", "Żanna Ñ."), Name("O'Neil", "J. R."), Name("Plato")),
        ),
        year=2023,
        month=7,
        day=5,
        journal="J. Phys. A 12 (2023) 34--56",
        doi="10.1000/a_b(c)",
        arxiv_id="2307.02486",
        primary_category="cs.CL",
        url="https://arxiv.org/abs/2307.02486?a=1&b=%20c_d#e",
        abstract="A backslash \\ and `quotes'' of $5, 强化学习。",
        language="en",
        keywords=("long context", "注意力"),
    ),
    Reference(
        "b", "webpage", "复杂推理", url="https://example.org/推理", language="zh"
    ),
    Reference("c", "article", "Only a year", year=1999, authors=(Name("Ng", "A."),)),
    Reference("d", "preprint", "Old", arxiv_id="hep-th/9901001", year=1999, month=1),
)


def papers(number):
    """Return at most so many real papers as references, none without the corpus."""
    if not PAPERS.exists():
        return []
    with gzip.open(PAPERS, "rt", encoding="utf-8", errors="replace") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, number * 50, 50)]
    return [reference(number, row) for number, row in enumerate(rows)]


def reference(number, row):
    """Return a paper of the corpus as a reference."""
    authors = row.get("authors") or []
    said = (one if isinstance(one, str) else one.get("name", "") for one in authors)
    listed = [name for name in said if name.strip() and " and " not in f" {name} "]
    identifier = row.get("id") or ""
    return Reference(
        key=f"paper-{number}",
        kind="preprint" if identifier else "article",
        title=" ".join(row["title"].split()),
        authors=tuple(map(names.split, listed)),
        year=row.get("year") or (2000 + int(identifier[:2]) if identifier else None),
        arxiv_id=identifier,
        primary_category=(row.get("categories") or [""])[0] if identifier else "",
        url=f"https://arxiv.org/abs/{identifier}" if identifier else "",
        abstract=" ".join((row.get("abstract") or "").split()),
    )
