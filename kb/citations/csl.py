"""CSL-JSON, which citation processors read.

Schema: https://docs.citationstyles.org/en/stable/specification.html
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kb.citations import names
from kb.citations.references import Kind, Name, Problem, Read, Reference, parts
from kb.text import arxiv_ids, urls
from kb.text.sentences import Sentence

TYPES: dict[Kind, str] = {
    "article": "article-journal",
    "preprint": "article",
    "webpage": "webpage",
}
_PAGES = {"webpage", "post", "post-weblog"}

_NO_LIST = Sentence("This is no list of items: a CSL-JSON file begins with “[”.")
_BROKEN = Sentence("From here on it is no JSON: %(what)s.")
_UNFINISHED = Sentence("The file ends here without “]”: something may be missing.")
_NO_ITEM = Sentence("This is no item: an item is written in braces.")
_NAMELESS = Sentence("This item has neither a title nor an address.")


def write(references: Iterable[Reference]) -> str:
    """Return a list of items."""
    return json.dumps(list(map(item, references)), ensure_ascii=False, indent=1) + "\n"


def item(reference: Reference) -> dict[str, Any]:
    """Return one item."""
    date = [reference.year, reference.month, reference.day]
    row = {
        "id": reference.key,
        "type": TYPES[reference.kind],
        "title": reference.title,
        "author": list(map(_author, reference.authors)),
        "issued": {"date-parts": [[part for part in date if part]]}
        if date[0]
        else None,
        "container-title": reference.journal,
        "DOI": reference.doi,
        "number": f"arXiv:{reference.arxiv_id}" * bool(reference.arxiv_id),
        "archive": "arXiv" * bool(reference.arxiv_id),
        "archive_location": reference.primary_category,
        "URL": reference.url,
        "abstract": reference.abstract,
        "language": reference.language,
        "keyword": ", ".join(reference.keywords),
        "note": "\n\n".join(reference.notes),
    }
    return {name: value for name, value in row.items() if value}


def _author(name: Name) -> dict[str, str]:
    if name.given:
        return {"family": name.family, "given": name.given}
    return {"literal": name.family}


# --- Reading ------------------------------------------------------------------


def read(text: str) -> Read:
    """Return what the items of a file say, and which cannot be read."""
    references, problems = [], []
    for line, found in _items(text):
        if isinstance(found, Sentence):
            problems.append(Problem(line, found))
        elif not isinstance(found, dict):
            problems.append(Problem(line, _NO_ITEM))
        elif reference := _reference(found, line):
            references.append(reference)
        else:
            problems.append(Problem(line, _NAMELESS))
    return Read(references, problems)


def _items(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the items of a list with their lines, as far as it is JSON."""
    decoder, text = json.JSONDecoder(), text.removeprefix("\ufeff")
    at = _after(text, 0, " \t\r\n")
    if text[at : at + 1] == "{":  # one item, without its list
        text = f"{text[:at]}[{text[at:]}]"
    if text[at : at + 1] != "[":
        yield 1, _NO_LIST
        return
    at = _after(text, at + 1)
    while at < len(text) and text[at] != "]":
        line = text.count("\n", 0, at) + 1
        try:
            found, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            what = getattr(error, "msg", "it is nested too deep")
            yield getattr(error, "lineno", line), Sentence(_BROKEN, what=what)
            return
        yield line, found
        at = _after(text, at)
    if at >= len(text):
        yield text.count("\n") + 1, _UNFINISHED


def _after(text: str, at: int, passed: str = " \t\r\n,") -> int:
    while at < len(text) and text[at] in passed:
        at += 1
    return at


def _reference(row: dict[str, Any], line: int) -> Reference | None:
    said = {name: value for name, value in row.items() if isinstance(value, str)}
    title, address = said.get("title", "").strip(), said.get("URL", "").strip()
    if not title and not address:
        return None
    year, month, day = _date(row.get("issued"))
    paper = arxiv_ids.parse(said.get("number", "")) or arxiv_ids.parse(address)
    paper = paper or arxiv_ids.parse(said.get("DOI", ""))
    kind = said.get("type", "")
    usual: Kind = "preprint" if kind == "article" else "article"
    authors = row.get("author")
    return Reference(
        key=str(row.get("id", "")),
        kind="webpage" if kind in _PAGES else usual,
        title=" ".join(title.split()),
        authors=tuple(_names(authors if isinstance(authors, list) else [])),
        year=year,
        month=month,
        day=day,
        journal=said.get("container-title", ""),
        doi=urls.doi(said.get("DOI", "")) or "",
        arxiv_id=paper.id if paper else "",
        primary_category=said.get("archive_location", ""),
        url=address,
        abstract=said.get("abstract", ""),
        language=said.get("language", ""),
        keywords=tuple(
            filter(None, map(str.strip, said.get("keyword", "").split(",")))
        ),
        notes=tuple(filter(None, [said.get("note", "")])),
        line=line,
    )


def _date(issued: Any) -> tuple[int | None, int | None, int | None]:
    """Return a date in parts, or of the words that some programs write."""
    if not isinstance(issued, dict):
        return None, None, None
    found = issued.get("date-parts")
    if isinstance(found, list) and found and isinstance(found[0], list):
        return parts("-".join(str(part) for part in found[0][:3]))
    return parts(str(issued.get("raw") or issued.get("literal") or ""))


def _names(rows: list[Any]) -> Iterator[Name]:
    for row in rows:
        said = row if isinstance(row, dict) else {}
        family, given = str(said.get("family", "")), str(said.get("given", ""))
        particle = str(said.get("non-dropping-particle", ""))
        whole = " ".join(filter(None, [particle, family]))
        if said.get("literal"):
            yield Name(str(said["literal"]))
        elif whole:
            yield Name(whole, given)
        elif given:
            yield names.split(given)
