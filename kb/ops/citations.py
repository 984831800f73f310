"""Hand entries back as citations, and as rows of everything."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from kb.citations import bibtex, csl, keys, names, ris, tables
from kb.citations.references import Reference
from kb.models import Blog, Entry, Paper, Topic
from kb.models.topics import STEP
from kb.search.documents import month
from kb.text.language import language

CHUNK = 500  # entries that are loaded at once


class Format(NamedTuple):
    """A format to download: its name for people, its media type, its file's end."""

    label: str
    media_type: str
    ending: str
    write: Callable[[Iterable[Entry]], Iterator[str]]


def reference(entry: Entry) -> Reference:
    """Return an entry as formats of citations have it."""
    paper, blog = getattr(entry, "paper", None), getattr(entry, "blog", None)
    known = of_paper(paper) if paper else of_post(blog) if blog else {}
    listed = tuple(names.split(name) for name in known.pop("names", ()) if name)
    return Reference(
        key=keys.key(listed, known.get("year"), entry.pk),
        title=entry.title,
        authors=listed,
        url=entry.url or "",
        language=language(entry.title),
        keywords=tuple(sorted(tag.name for tag in entry.tags.all())),
        notes=tuple(summary.body for summary in entry.summaries.all()),
        **known,
    )


def of_paper(paper: Paper) -> dict[str, Any]:
    """Return what arXiv says of a paper; its id tells the month at least."""
    appeared = paper.published_at.date() if paper.published_at else None
    told = appeared or (month(paper.arxiv_id) if paper.arxiv_id else None)
    return {
        "kind": "article" if paper.journal_ref or not paper.arxiv_id else "preprint",
        "names": paper.author_names,
        "year": told and told.year,
        "month": told and told.month,
        "day": appeared and appeared.day,
        "journal": " ".join(paper.journal_ref.split()),
        "doi": paper.doi,
        "arxiv_id": paper.arxiv_id or "",
        "primary_category": paper.primary_category,
        "abstract": " ".join(paper.abstract.split()),
    }


def of_post(blog: Blog) -> dict[str, Any]:
    """Return what is known of a post."""
    when = blog.published_on
    return {
        "kind": "webpage",
        "names": [blog.author],
        "year": when and when.year,
        "month": when and when.month,
        "day": when and when.day,
        "journal": blog.site,
    }


def row(entry: Entry, paths: dict[str, str]) -> dict[str, Any]:
    """Return all that is known of an entry, for a table; `paths` names topics."""
    told = reference(entry)
    summaries = {one.language: one.body for one in entry.summaries.all()}
    filed = (filing.topic.path for filing in entry.filings.all())
    return {
        "number": entry.pk,
        "kind": entry.kind,
        "title": entry.title,
        "authors": list(map(names.whole, told.authors)),
        "date": told.dated("-"),
        "published_in": told.journal,
        "arxiv_id": told.arxiv_id,
        "doi": told.doi,
        "url": told.url,
        "topics": [paths[path] for path in filed if path in paths],
        "tags": list(told.keywords),
        "summary_zh": summaries.get("zh", ""),
        "summary_en": summaries.get("en", ""),
        "abstract": told.abstract,
        "citation_key": told.key,
        "status": entry.status,
        "added_at": entry.added_at.isoformat(),
    }


def rows(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Yield all that is known of each; one query names the topics."""
    known = dict(Topic.objects.values_list("path", "name"))
    ends = {path: range(STEP, len(path) + 1, STEP) for path in known}
    paths = {
        path: " / ".join(known[path[:end]] for end in ends[path] if path[:end] in known)
        for path in known
    }
    for entry in entries:
        yield row(entry, paths)


def _bibtex(entries: Iterable[Entry]) -> Iterator[str]:
    return (f"{bibtex.entry(reference(entry))}\n" for entry in entries)


def _ris(entries: Iterable[Entry]) -> Iterator[str]:
    return (ris.record(reference(entry)) for entry in entries)


def _csl(entries: Iterable[Entry]) -> Iterator[str]:
    return tables.json_list(csl.item(reference(entry)) for entry in entries)


def _csv(entries: Iterable[Entry]) -> Iterator[str]:
    return tables.comma_separated(rows(entries))


def _json(entries: Iterable[Entry]) -> Iterator[str]:
    return tables.json_list(rows(entries))


FORMATS = {
    "bibtex": Format("BibTeX", "application/x-bibtex", "bib", _bibtex),
    "ris": Format("RIS", "application/x-research-info-systems", "ris", _ris),
    "csl": Format(
        "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl.json", _csl
    ),
    "csv": Format("CSV", "text/csv", "csv", _csv),
    "json": Format("JSON", "application/json", "json", _json),
}
