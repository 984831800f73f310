"""The same search in PostgreSQL alone: tsvector, GIN and ts_rank_cd on the same rows.

It is given the very terms our analyser makes, so Chinese is found there too, the topics
and the year of each entry in the same row, and memory enough: no join slows it down.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from taggit.models import Tag

from kb.models import Topic
from kb.models.topics import STEP
from kb.search.query import Asked, Filter, Span, Words
from kb.text import analyser
from tests.bench.library import SITE, Place, first_author, note, title
from tests.bench.papers import Source

WORD_BYTES, LAST_POSITION = 2046, 16_383  # a tsvector holds no more

TABLES = """
    CREATE UNLOGGED TABLE bench_source (source int, words tsvector);
    CREATE UNLOGGED TABLE bench_row
        (entry int, source int, names tsvector, topics int[], year int);
"""
JOIN = """
    CREATE UNLOGGED TABLE bench_baseline AS
    SELECT entry, names || words AS words, topics, year
    FROM bench_row JOIN bench_source USING (source);
    DROP TABLE bench_row, bench_source;
"""
INDEX = "CREATE INDEX bench_gin ON bench_baseline USING gin (words)"
ANSWER = """
    WITH found AS MATERIALIZED (
        SELECT entry, topics, ts_rank_cd(words, query) AS rank
        FROM bench_baseline, CAST(%(query)s AS tsquery) AS query
        WHERE words @@ query {filters}
    )
    SELECT (SELECT count(*) FROM found),
           ARRAY(SELECT entry FROM found ORDER BY rank DESC LIMIT 20),
           (SELECT json_object_agg(topic, entries) FROM (
                SELECT topic, count(*) AS entries
                FROM found, unnest(topics) AS topic GROUP BY topic
            ) AS counted)
"""
FILTERS = {
    "topic": "AND topics && %(topic)s::int[]",
    "year": "AND year BETWEEN %(low)s AND %(high)s",
}


def build(sources: Sequence[Source], places: Sequence[Place]) -> tuple[float, float]:
    """Make the table and its index; return the seconds for each."""
    began = time.perf_counter()
    used = range(min(len(sources), len(places)))
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        write("bench_source", ((at, vector(parts(sources[at]))) for at in used))
        write("bench_source", posts(sources, places))
        write("bench_row", rows(sources, places, Names()))
        cursor.execute(JOIN)
        filled = time.perf_counter()
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(INDEX)
        cursor.execute("VACUUM ANALYZE bench_baseline")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET jit = off")  # it only costs here
    return filled - began, time.perf_counter() - filled


def size_mb() -> float:
    """Return what the table and its index take."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('bench_baseline') / 1e6")
        return float(cursor.fetchone()[0])


def drop() -> None:
    """Take no room any longer."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_baseline")


def parts(source: Source) -> Iterator[tuple[str, str]]:
    """Yield what is known of a paper, with the weight of each text."""
    yield source.title, "A"
    for text in (*source.authors, source.comment, source.venue, source.abstract):
        yield text, "C"
    yield " ".join(source.chinese), "C"


def parts_of_post(source: Source, at: int) -> Iterator[tuple[str, str]]:
    """Yield what is known of a post."""
    yield title(source, at), "A"
    for text in (first_author(source), SITE, " ".join(source.chinese)):
        yield text, "C"


def posts(
    sources: Sequence[Source], places: Sequence[Place]
) -> Iterator[tuple[int, str]]:
    """Yield the words of posts, as sources of their own."""
    for at, place in enumerate(places):
        if place.blog:
            source = sources[at % len(sources)]
            yield len(sources) + at, vector(parts_of_post(source, at))


def rows(
    sources: Sequence[Source], places: Sequence[Place], names: Names
) -> Iterator[tuple[int, int, str, list[int], int | None]]:
    """Yield entries: source, what topics, tags and notes say, topics, year."""
    for at, place in enumerate(places):
        source = at % len(sources)
        under = names.under(place)
        called = ((name, "B") for name in names.called(place, under))
        noted = ((text, "C") for text in seen(sources, at + 1))
        words = vector([*called, *noted])
        of = len(sources) + at if place.blog else source
        yield at + 1, of, words, under, sources[source].year


def seen(sources: Sequence[Source], entry: int) -> Iterator[str]:
    """Yield the note on an entry, if the first member may see it."""
    found = note(sources, entry)
    if found and (found.seen_by == "team" or not found.author):
        yield " ".join(found.paragraphs)


class Names:
    """What topics and tags are called, and which topics are above which."""

    def __init__(self) -> None:
        """Read all of them."""
        columns = ("path", "pk", "name", "name_zh", "name_en")
        topics = list(Topic.objects.values_list(*columns))
        keys = {path: key for path, key, *_ in topics}
        self.topics = {key: list(filter(None, names)) for _, key, *names in topics}
        self.tags = dict(Tag.objects.values_list("pk", "name"))
        self.above = {
            key: [keys[path[:end]] for end in range(STEP, len(path) + 1, STEP)]
            for path, key in keys.items()
        }

    def under(self, place: Place) -> list[int]:
        """Return an entry's topics, with all above them."""
        return list(
            dict.fromkeys(k for topic in place.topics for k in self.above[topic])
        )

    def called(self, place: Place, under: list[int]) -> list[str]:
        """Return the names of an entry's topics and tags."""
        names = [name for topic in under for name in self.topics[topic]]
        return list(dict.fromkeys(names + [self.tags[tag] for tag in place.tags]))


def vector(texts: Iterable[tuple[str, str]]) -> str:
    """Return a tsvector with the terms of weighted texts, a gap between each two."""
    position, found = 0, []
    for text, weight in texts:
        for term in analyser.terms(text):
            position += 1
            if position < LAST_POSITION and len(term.encode()) < WORD_BYTES:
                found.append(f"'{escaped(term)}':{position}{weight}")
        position += 1
    return " ".join(found)


def escaped(term: str) -> str:
    """Return a term as it stands between quotes in a tsvector."""
    return term.replace("\\", "\\\\").replace("'", "''")


def write(table: str, lines: Iterable[Sequence[object]]) -> None:
    """Write rows by COPY."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as to:
        for line in lines:
            to.write_row(line)


def answer(asked: Asked, typed: bool = False) -> tuple[int, list[int], dict[str, int]]:
    """Return the number of entries, the first twenty, and how many each topic has."""
    nodes = [part.node for part in asked.parts]
    words = [node for node in nodes if isinstance(node, Words)]
    values: dict[str, Any] = {
        "query": " & ".join(phrase(node, typed and node is words[-1]) for node in words)
    }
    filters = []
    for node in nodes:
        if isinstance(node, Filter):
            addressed = Topic.objects.filter(address=node.value)
            values["topic"] = list(addressed.values_list("pk", flat=True))
            filters.append(FILTERS["topic"])
        if isinstance(node, Span):
            values |= {"low": node.low, "high": node.high}
            filters.append(FILTERS["year"])
    with connection.cursor() as cursor:
        cursor.execute(ANSWER.format(filters=" ".join(filters)), values)
        total, first, topics = cursor.fetchone()
    return total, first, topics or {}


def phrase(node: Words, typed: bool) -> str:
    """Return what asks for a word or phrase, as our own index is asked."""
    terms, prefix = analyser.asked(node.text)
    quoted = [f"'{escaped(term)}'" for term in terms]
    if prefix or typed:
        quoted[-1] += ":*"
    return f"({' <-> '.join(quoted)})"
