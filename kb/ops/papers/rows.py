"""Write many papers at once, and of each the columns that are arXiv's.

One statement for all of them: the triggers that note what search must read anew then
run once. PostgreSQL makes rows of a table from JSON by itself.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from kb.models import Milestone, Paper
from kb.models.entries import TITLE_LENGTH
from kb.models.papers import BOOKKEEPING
from kb.ops.papers.applying import FROM_ARXIV, Taken
from kb.ops.papers.facts import SOURCE_TYPE_LENGTH

SET = """
    UPDATE kb_paper SET {columns}
    FROM jsonb_populate_recordset(NULL::kb_paper, %s::jsonb) AS told
    WHERE kb_paper.entry_ptr_id = told.entry_ptr_id
"""
INSERT = """
    INSERT INTO kb_paper
    SELECT * FROM jsonb_populate_recordset(NULL::kb_paper, %s::jsonb)
"""
# Only while nobody has given a title, whatever we have read before.
RETITLE = """
    UPDATE kb_entry SET title = told.title
    FROM jsonb_populate_recordset(NULL::kb_entry, %s::jsonb) AS told, kb_paper
    WHERE kb_entry.id = told.id AND kb_paper.entry_ptr_id = told.id
        AND kb_paper.title_from_arxiv
"""
# What is known of a version is added to, never taken away.
KEEP_VERSIONS = """
    INSERT INTO kb_paperversion AS kept (
        paper_id, number, submitted_at, title, abstract_sha256, size_bytes, source_type
    )
    SELECT paper_id, number, submitted_at, title, abstract_sha256, size_bytes,
        source_type
    FROM jsonb_populate_recordset(NULL::kb_paperversion, %s::jsonb)
    ON CONFLICT (paper_id, number) DO UPDATE SET
        submitted_at = EXCLUDED.submitted_at,
        title = COALESCE(NULLIF(EXCLUDED.title, ''), kept.title),
        abstract_sha256 =
            COALESCE(NULLIF(EXCLUDED.abstract_sha256, ''), kept.abstract_sha256),
        size_bytes = COALESCE(EXCLUDED.size_bytes, kept.size_bytes),
        source_type = COALESCE(NULLIF(EXCLUDED.source_type, ''), kept.source_type)
"""


def write(taken: Sequence[Taken]) -> None:
    """Write what papers took over; the caller holds their rows."""
    set_columns([one.paper for one in taken if one.changed], FROM_ARXIV)
    set_columns([one.paper for one in taken], BOOKKEEPING)
    retitled = [one.paper for one in taken if one.retitled]
    tell(RETITLE, [{"id": paper.pk, "title": paper.title} for paper in retitled])
    tell(KEEP_VERSIONS, [row for one in taken for row in version_rows(one)])
    Milestone.objects.bulk_create(each for one in taken for each in one.happened)


def insert(taken: Sequence[Taken]) -> None:
    """Make the papers of entries that have just been made, by the entries' keys."""
    fields = Paper._meta.local_concrete_fields  # noqa: SLF001 - public API
    tell(
        INSERT,
        [
            {field.column: getattr(one.paper, field.attname) for field in fields}
            for one in taken
        ],
    )
    tell(KEEP_VERSIONS, [row for one in taken for row in version_rows(one)])


def set_columns(papers: Iterable[Paper], fields: Sequence[str]) -> None:
    """Set these columns, and no others, to what the papers in hand say."""
    columns = ", ".join(f"{name} = told.{name}" for name in fields)
    named = ("pk", *fields)
    rows = [{name: getattr(paper, name) for name in named} for paper in papers]
    tell(
        SET.format(columns=columns), [row | {"entry_ptr_id": row["pk"]} for row in rows]
    )


def version_rows(taken: Taken) -> Iterator[dict[str, Any]]:
    """Yield what is to be kept of each version that arXiv told of."""
    for version in taken.versions:
        facts = taken.facts
        latest = facts if facts and facts.version == version.number else None
        yield {
            "paper_id": taken.paper.pk,
            "number": version.number,
            "submitted_at": version.submitted_at,
            "title": latest.title[:TITLE_LENGTH] if latest else "",
            "abstract_sha256": latest.abstract_sha256 if latest else "",
            "size_bytes": version.size_bytes,
            "source_type": version.source_type[:SOURCE_TYPE_LENGTH],
        }


def tell(sql: str, rows: Sequence[dict[str, Any]]) -> None:
    """Run a statement over rows given as JSON, unless there are none."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, [as_json(rows)])


def as_json(rows: Any) -> str:
    """Return JSON in which a time is written so that PostgreSQL reads it back."""
    return json.dumps(rows, default=str)
