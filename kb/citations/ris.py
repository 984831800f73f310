"""RIS, which most reference managers read.

Tags: https://en.wikipedia.org/wiki/RIS_(file_format)
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import rispy

from kb.citations import names
from kb.citations.references import Kind, Name, Problem, Read, Reference, parts
from kb.text import arxiv_ids, urls
from kb.text.sentences import Sentence

TYPES: dict[Kind, str] = {"article": "JOUR", "preprint": "UNPB", "webpage": "ELEC"}
_KINDS: dict[str, Kind] = {"ELEC": "webpage", "BLOG": "webpage", "WEB": "webpage"}
_TITLES = ("title", "primary_title", "short_title")
_JOURNALS = ("secondary_title", "journal_name", "alternate_title3", "name_of_database")
_AUTHORS = ("authors", "first_authors")
_NUMBER = re.compile(r"\s*\d*\.?\s*")  # which some programs write before a record
_BEGIN, _END = re.compile(r"TY {1,2}-"), re.compile(r"ER {1,2}-")

_OUTSIDE = Sentence("This line belongs to no record: a record begins with “TY  - ”.")
_OPEN = Sentence("This record has no end: “ER  - ” is missing.")
_BROKEN = Sentence("This record cannot be read.")
_NAMELESS = Sentence("This record has neither a title nor an address.")


def write(references: Iterable[Reference]) -> str:
    """Return records, one after the other."""
    return "".join(map(record, references))


def record(reference: Reference) -> str:
    """Return one record."""
    written = str(rispy.dumps([_row(reference)], skip_unknown_tags=True))
    return written.partition("\n")[2].strip("\n") + "\n\n"  # its number is no use


def _row(reference: Reference) -> dict[str, Any]:
    row = {
        "type_of_reference": TYPES[reference.kind],
        "id": reference.key,
        "title": reference.title,
        "authors": list(map(_author, reference.authors)),
        "year": str(reference.year or ""),
        "date": reference.dated("/"),
        "secondary_title": reference.journal,
        "doi": reference.doi,
        "accession_number": f"arXiv:{reference.arxiv_id}" * bool(reference.arxiv_id),
        "custom1": reference.primary_category,
        "urls": [reference.url] if reference.url else [],
        "abstract": " ".join(reference.abstract.split()),
        "language": reference.language,
        "keywords": list(reference.keywords),
    }
    return {name: value for name, value in row.items() if value}


def _author(name: Name) -> str:
    return f"{name.family}, {name.given}" if name.given else f"{name.family},"


# --- Reading ------------------------------------------------------------------


def read(text: str) -> Read:
    """Return what the records of a file say, and which cannot be read."""
    references, problems = [], []
    for line, record, trouble in _records(text):
        if trouble:
            problems.append(Problem(line, trouble))
        if found := _parsed(record, line) if record else None:
            references.append(found)
        elif record:
            problems.append(Problem(line, _NAMELESS if _rows(record) else _BROKEN))
    return Read(references, sorted(problems, key=lambda one: one.line))


def _records(text: str) -> Iterator[tuple[int, str, Sentence | None]]:
    """Yield each record with its first line, and what is wrong about its ends."""
    first, lines = 0, list[str]()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if _BEGIN.match(line):
            if first:
                yield first, "\n".join([*lines, "ER  - "]), _OPEN
            first, lines = number, [line]
        elif _END.match(line) and first:
            yield first, "\n".join([*lines, "ER  - "]), None
            first = 0
        elif first:
            lines.append(line)
        elif not _NUMBER.fullmatch(line):
            yield number, "", _OUTSIDE
    if first:
        yield first, "\n".join([*lines, "ER  - "]), _OPEN


def _rows(record: str) -> list[dict[str, Any]]:
    try:
        return list(rispy.loads(record, skip_unknown_tags=True))
    except (ValueError, KeyError, IndexError, OSError, TypeError):
        return []


def _parsed(record: str, line: int) -> Reference | None:
    row = next(iter(_rows(record)), {})
    title, address = _first(row, _TITLES), _first(row, ("urls",))
    if not title and not address:
        return None
    year, month, day = parts(row.get("date") or row.get("year") or "")
    said_year = parts(str(row.get("year") or row.get("publication_year") or ""))[0]
    paper = arxiv_ids.parse(str(row.get("accession_number", "")))
    paper = paper or arxiv_ids.parse(address) or arxiv_ids.parse(row.get("doi", ""))
    kind = _KINDS.get(str(row.get("type_of_reference", "")))
    usual: Kind = "preprint" if row.get("type_of_reference") == "UNPB" else "article"
    return Reference(
        key=str(row.get("id", "")),
        kind=kind or usual,
        title=title,
        authors=tuple(_name(one) for field in _AUTHORS for one in row.get(field, [])),
        year=year or said_year,
        month=month,
        day=day,
        journal=_first(row, _JOURNALS),
        doi=urls.doi(row.get("doi", "")) or "",
        arxiv_id=paper.id if paper else "",
        primary_category=str(row.get("custom1", "")),
        url=address,
        abstract=_first(row, ("abstract", "notes_abstract")),
        language=str(row.get("language", "")),
        keywords=tuple(row.get("keywords", [])),
        notes=tuple(row.get("notes", [])),
        line=line,
    )


def _first(row: dict[str, Any], fields: Iterable[str]) -> str:
    for field in fields:
        value = row.get(field)
        if value:
            return str(value[0] if isinstance(value, list) else value).strip()
    return ""


def _name(text: str) -> Name:
    return names.inverted(text)
