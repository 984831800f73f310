"""The relevance set: a library, and what people would type to find things in it."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from kb.models import Entry, Paper
from kb.ops import entries, summaries, topics
from kb.ops.entries import Wanted
from kb.ops.imports.run import import_list
from kb.text import arxiv_ids
from tests.factories import NOW, topic_at

TOP = 3
SAMPLE = Path(__file__).parents[2] / "kb" / "sample" / "reading-list.md"
SET = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class Pair(NamedTuple):
    """A query, and the arXiv id or address of the entry it should find."""

    query: str
    expected: str


class Miss(NamedTuple):
    """A pair whose entry was not among the first, and the titles that were."""

    pair: Pair
    found: list[str]


PAIRS = [Pair(*pair) for part in ("english", "chinese") for pair in SET[part].items()]


def build() -> None:
    """Fill an empty library with the sample list and the entries of the set."""
    import_list(SAMPLE.read_text(encoding="utf-8"), name="sample", by=None, now=NOW)
    for path, name_zh in SET["topics"].items():
        topic = topic_at(path.split(" > "))
        topics.describe(topic, names={"zh": name_zh}, intro=topic.intro, by=None)
    for row in SET["entry"]:
        add(row)


def add(row: dict[str, Any]) -> None:
    """Add one entry as members and arXiv would have."""
    named = entries.understand(row["at"])
    under = [topic_at(row["topic"].split(" > "))]
    wanted = Wanted(row["title"], named.kind, under, row.get("tags", ()))
    entry = entries.add(named, wanted, by=None, now=NOW)
    if named.arxiv:
        Paper.objects.filter(pk=entry.pk).update(
            authors=[{"name": name, "affiliations": []} for name in row["authors"]],
            published_at=first_day(named.arxiv.id),
        )
    for language in ("zh", "en"):
        if text := row.get(language):
            summaries.save(entry, language, text, base=0, by=None, now=NOW)


def first_day(arxiv_id: str) -> datetime:
    """Return the first day of the month that an arXiv id names."""
    digits = arxiv_id.rpartition("/")[2]
    year = int(digits[:2])
    return datetime(
        year + (1900 if year > 90 else 2000), int(digits[2:4]), 1, tzinfo=UTC
    )


def misses(found: Callable[[str], list[int]]) -> Iterator[Miss]:
    """Yield the pairs that fail; `found` returns the keys a query finds, best first."""
    keys = dict(Entry.objects.values_list("url", "pk"))
    for pair in PAIRS:
        first = found(pair.query)[:TOP]
        if keys[address(pair.expected)] not in first:
            titles = Entry.objects.in_bulk(first)
            yield Miss(pair, [str(titles[key]) for key in first])


def address(expected: str) -> str:
    """Return the canonical address of an arXiv id or an address."""
    ref = arxiv_ids.parse(expected)
    return ref.abs_url if ref else expected


def percent(failed: list[Miss]) -> float:
    """Return how many of a hundred pairs hold."""
    return round(100 * (1 - len(failed) / len(PAIRS)), 1)


def told(failed: list[Miss]) -> str:
    """Return the score and the misses, one in each line."""
    lines = [f"{pair.query}: not {pair.expected} but {found}" for pair, found in failed]
    return "\n".join([f"{percent(failed)} %", *lines])
