"""A large library, written straight into the tables: the verbs would take hours.

No trigger fires meanwhile, so there is neither history nor a log of changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from itertools import accumulate, product
from random import Random
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import connection, models
from psycopg.types.json import Jsonb
from taggit.models import Tag

from kb.models import (
    Annotation,
    Blog,
    Entry,
    Filing,
    Paper,
    Reading,
    Summary,
    TaggedEntry,
    Topic,
)
from kb.ops import topics
from kb.text import markdown
from tests.bench.papers import Source
from tests.bench.words import words
from tests.factories import person, topic_at

SEED = 5
NOW = datetime(2026, 3, 4, tzinfo=UTC)
SITE = "papers.example.org"
MADE_BY_MIGRATIONS = {
    *("django_migrations", "django_content_type"),
    *("auth_permission", "auth_group", "auth_group_permissions"),
}
BLOG_EVERY = 33  # entries: about three of a hundred
MEMBERS = ("li", "wang", "zhang", "chen", "garcia")
TAGS = 300

TOP = (
    *(("Models", "模型"), ("Training", "训练"), ("Inference", "推理加速")),
    *(("Data", "数据"), ("Alignment", "对齐"), ("Evaluation", "评测")),
    *(("Multimodal", "多模态"), ("Agents", "智能体"), ("Retrieval", "检索")),
    ("Applications", "应用"),
)
MIDDLE = (("Methods", "方法"), ("Systems", "系统"), ("Theory", "理论"), ("Surveys", ""))
LOW = (
    *(("Efficiency", "效率"), ("Robustness", ""), ("Scaling", "规模")),
    *(("Language", "语言"), ("Vision", "视觉")),
)


class Ranked:
    """Numbers from 1, the first chosen most often, by Zipf's law."""

    def __init__(self, number: int, random: Random) -> None:
        """Choose among so many."""
        self.range, self.random = range(1, number + 1), random
        self.weights = list(accumulate(1 / rank for rank in self.range))

    def some(self, number: int) -> list[int]:
        """Return at most so many, each once."""
        if not number:
            return []
        chosen = self.random.choices(self.range, cum_weights=self.weights, k=number)
        return list(dict.fromkeys(chosen))


class Place(NamedTuple):
    """What the library says an entry is about, and when it appeared."""

    topics: list[int]
    tags: list[int]
    blog: bool


class Note(NamedTuple):
    """A member's note; `author` is their place among the members."""

    seen_by: str
    author: int
    paragraphs: list[str]


def empty() -> None:
    """Remove what people made, and begin to count anew."""
    tables = set(connection.introspection.table_names()) - MADE_BY_MIGRATIONS
    named = ", ".join(f'"{table}"' for table in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {named} RESTART IDENTITY")


def fill(sources: Sequence[Source], number: int) -> list[Place]:
    """Put `number` entries in, the sources again and again; return where each is.

    The entry of key k is made of source k - 1, modulo their number.
    """
    users = [person(name, curator=name == MEMBERS[0]) for name in MEMBERS]
    make_topics()
    make_tags()
    places = list(where(number))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no triggers
    entries(sources, places, users)
    papers(sources, places)
    blogs(sources, places)
    attached(places)
    written(sources, number, users)
    with connection.cursor() as cursor:
        cursor.execute("RESET session_replication_role")
        cursor.execute("SELECT setval('kb_entry_id_seq', %s)", [number])
        cursor.execute("VACUUM ANALYZE")
    return places


def make_topics() -> None:
    """Make 230 topics in three levels, most with a name in each language."""
    for (top, top_zh), (middle, middle_zh), at in product(TOP, MIDDLE, range(5)):
        if at == 4 and middle in {"Theory", "Surveys"}:
            continue  # 18 below each top topic
        low, low_zh = LOW[at]
        path = (top, middle, low)
        for depth, name_zh in enumerate((top_zh, middle_zh, low_zh), 1):
            topic = topic_at(path[:depth])
            if name_zh and not topic.name_zh:
                topics.describe(topic, names={"zh": name_zh}, intro="", by=None)


def make_tags() -> None:
    """Make the tags."""
    names = [" ".join(pair) for pair in product(*words("tags").values())][:TAGS]
    Tag.objects.bulk_create(
        Tag(name=name, slug=f"tag-{at}") for at, name in enumerate(names)
    )


def where(number: int) -> Iterator[Place]:
    """Yield what each entry is about: one or two topics, up to four tags."""
    random = Random(SEED)  # noqa: S311
    filed = list(Topic.objects.filter(depth__gt=1).values_list("pk", flat=True))
    random.shuffle(filed)
    ranked, tags = Ranked(len(filed), random), Ranked(TAGS, random)
    for at in range(number):
        under = [filed[rank - 1] for rank in ranked.some(random.randint(1, 2))]
        yield Place(under, tags.some(random.randint(0, 4)), at % BLOG_EVERY == 7)


def title(source: Source, at: int) -> str:
    """Return the title of an entry; a post has its source's Chinese one."""
    chinese = at % BLOG_EVERY == 7 and source.chinese
    return (chinese[0] if chinese else source.title)[:500]


def arxiv_id(source: Source, at: int, different: int) -> str | None:
    """Return the source's id; the second time, one that arXiv has not given yet."""
    if at < different or not source.arxiv_id:
        return source.arxiv_id or None
    month = at // 90_000
    return f"{30 + month // 12}{1 + month % 12:02}.{10_000 + at % 90_000}"


def entries(sources: Sequence[Source], places: list[Place], users: list[User]) -> None:
    """Write the rows every entry has."""

    def rows() -> Iterator[tuple[Any, ...]]:
        for at, place in enumerate(places):
            source = sources[at % len(sources)]
            identifier = None if place.blog else arxiv_id(source, at, len(sources))
            url = f"https://{SITE}/{at}"
            if identifier:
                url = f"https://arxiv.org/abs/{identifier}"
            added = NOW - timedelta(minutes=at % 1_000_000)
            kind = "blog" if place.blog else "paper"
            by = users[at % len(users)].pk
            yield at + 1, kind, title(source, at), url, by, added

    copy(Entry, ("id", "kind", "title", "url", "added_by", "added_at"), rows())


def papers(sources: Sequence[Source], places: list[Place]) -> None:
    """Write what is known of papers."""
    named = (
        *("entry_ptr", "arxiv_id", "arxiv_title", "authors", "abstract", "categories"),
        *("published_at", "comment", "journal_ref", "refresh_due_at"),
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        for at, place in enumerate(places):
            source = sources[at % len(sources)]
            if place.blog:
                continue
            authors = [{"name": name, "affiliations": []} for name in source.authors]
            yield (
                at + 1,
                arxiv_id(source, at, len(sources)),
                source.title,
                Jsonb(authors),
                source.abstract,
                source.categories,
                datetime(source.year, 1 + at % 12, 1, tzinfo=UTC)
                if source.year
                else None,
                source.comment,
                source.venue,
                NOW + timedelta(days=365),
            )

    copy(Paper, named, rows())


def blogs(sources: Sequence[Source], places: list[Place]) -> None:
    """Write what is known of posts."""

    def rows() -> Iterator[tuple[Any, ...]]:
        for at, place in enumerate(places):
            source = sources[at % len(sources)]
            if place.blog:
                appeared = date(source.year, 1 + at % 12, 1) if source.year else None
                yield at + 1, SITE, first_author(source), appeared

    copy(Blog, ("entry_ptr", "site", "author", "published_on"), rows())


def first_author(source: Source) -> str:
    """Return who wrote a post."""
    return source.authors[0][:200] if source.authors else ""


def attached(places: list[Place]) -> None:
    """File and tag all entries."""
    filings = (
        (topic, at, at) for at, place in enumerate(places, 1) for topic in place.topics
    )
    tagged = ((at, tag) for at, place in enumerate(places, 1) for tag in place.tags)
    copy(Filing, ("topic", "entry", "position"), filings)
    copy(TaggedEntry, ("content_object", "tag"), tagged)


def written(sources: Sequence[Source], number: int, users: list[User]) -> None:
    """Write what members did: summaries, notes, stars, and what they have read."""
    numbers = range(1, number + 1)
    named = (
        "language",
        "body",
        "html",
        "excerpt",
        "renderer",
        "edited_by",
        "edited_at",
    )

    def summaries() -> Iterator[tuple[Any, ...]]:
        for entry in numbers:
            paragraphs = sources[(entry - 1) % len(sources)].chinese
            if paragraphs:
                by = users[entry % len(users)].pk
                yield entry, "zh", *text(paragraphs), markdown.RENDERER, by, NOW

    copy(Summary, ("entry", *named), summaries())
    annotated = (
        "entry",
        "author",
        "body",
        "html",
        "renderer",
        "visibility",
        "written_at",
    )
    copy(Annotation, annotated, notes(sources, number, users))
    marks = (
        (entry, user.pk, bool(mark % 2), "read" if mark > 1 else "", NOW)
        for user in users
        for entry in numbers
        if (mark := (entry * 7919 + user.pk * 104_729) % 200) in {1, 2, 3}
    )
    copy(Reading, ("entry", "member", "starred", "state", "changed_at"), marks)


def notes(
    sources: Sequence[Source], number: int, users: list[User]
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of notes."""
    for entry in range(1, number + 1):
        if found := note(sources, entry):
            body, html, _ = text(found.paragraphs)
            by = users[found.author].pk
            yield entry, by, body, html, markdown.RENDERER, found.seen_by, NOW


def note(sources: Sequence[Source], entry: int) -> Note | None:
    """Return the note on an entry: one of 200 has one of the team, one a private."""
    seen_by = {3: "team", 103: "private"}.get(entry % 200)
    if not seen_by:
        return None
    source = sources[(entry * 31) % len(sources)]
    paragraphs = [source.title, *source.chinese[:1]]
    return Note(seen_by, entry // 200 % len(MEMBERS), paragraphs)


def text(paragraphs: list[str]) -> tuple[str, str, str]:
    """Return Markdown of paragraphs, its HTML, and its beginning."""
    html = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs)
    return "\n\n".join(paragraphs), html, " ".join(paragraphs)[:180]


def copy(
    model: type[models.Model], named: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows by COPY; fields that are not named get their defaults."""
    given: list[Any] = [model._meta.get_field(name) for name in named]
    rest = [
        field for field in model._meta.local_concrete_fields if wanting(field, given)
    ]
    tail = tuple(default(field) for field in rest)
    columns = ", ".join(f'"{field.column}"' for field in (*given, *rest))
    into = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(into) as target:
        for row in rows:
            target.write_row((*row, *tail))


def wanting(field: Any, given: Sequence[Any]) -> bool:
    """Say whether a column needs a value from us: PostgreSQL gives none."""
    numbered = isinstance(field, models.AutoField) and field.primary_key
    return not numbered and field not in given and not field.has_db_default()


def default(field: Any) -> Any:
    """Return the value Django would store."""
    return field.get_db_prep_save(field.get_default(), connection)
