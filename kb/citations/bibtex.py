"""BibTeX, which LaTeX reads.

Grammar: https://www.bibtex.org/Format/
"""

import logging
import re
from collections.abc import Iterable, Iterator

import bibtexparser.entrypoint
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock

from kb.citations import latex, names
from kb.citations.references import Kind, Name, Problem, Read, Reference, parts
from kb.text import arxiv_ids, urls
from kb.text.sentences import Sentence

TYPES: dict[Kind, str] = {"article": "article", "preprint": "misc", "webpage": "online"}
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_JOURNALS = ("journal", "journaltitle", "booktitle", "howpublished", "organization")
_PAGES = {"online", "webpage", "www", "electronic"}

_BROKEN = Sentence("This entry cannot be read: a brace or quote is not closed.")
_RUN_ON = Sentence("A comma is missing after “%(field)s” in “%(key)s”.")
_PIECE = re.compile(
    r'\s*(?:\{(?P<braced>(?:[^{}]|\{[^{}]*\})*)\}|"(?P<quoted>[^"]*)")\s*'
)
_NAMELESS = Sentence("“%(key)s” has neither a title nor an address.")

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # it is told as a problem


def write(references: Iterable[Reference]) -> str:
    """Return entries, one after the other."""
    return "".join(f"{entry(reference)}\n" for reference in references)


def entry(reference: Reference) -> str:
    """Return one entry; its title keeps its capitals."""
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(reference))
    return f"@{TYPES[reference.kind]}{{{reference.key},\n{fields}}}\n"


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    """Yield the fields that hold something, ready to be written."""
    place = "organization" if reference.kind == "webpage" else "journal"
    texts = {
        place: reference.journal,
        "primaryclass": reference.primary_category,
        "language": reference.language,
        "abstract": reference.abstract,
        "keywords": ", ".join(reference.keywords),
    }
    plain = {
        "eprint": reference.arxiv_id,
        "archiveprefix": "arXiv" * bool(reference.arxiv_id),
        "doi": _address(reference.doi),
        "url": _address(reference.url),
    }
    yield "title", f"{{{{{latex.encode(reference.title)}}}}}"
    if reference.authors:
        yield "author", f"{{{' and '.join(map(_author, reference.authors))}}}"
    yield from _dated(reference)
    every = {name: latex.encode(text) for name, text in texts.items()} | plain
    yield from ((name, f"{{{text}}}") for name, text in every.items() if text)


def _dated(reference: Reference) -> Iterator[tuple[str, str]]:
    if reference.year:
        yield "year", f"{{{reference.year}}}"
        if reference.month:
            yield "month", _MONTHS[reference.month - 1]
            if reference.day:
                yield "day", f"{{{reference.day}}}"


def _author(name: Name) -> str:
    family, given = latex.encode(name.family), latex.encode(name.given)
    return f"{family}, {given}" if given else f"{{{family}}}"


def _address(text: str) -> str:
    """Return an address as it is, without what would end the field."""
    return text.replace("{", "%7B").replace("}", "%7D")


# --- Reading ------------------------------------------------------------------


def read(text: str) -> Read:
    """Return what the entries of a file say, and which cannot be read."""
    library = bibtexparser.entrypoint.parse_string(text)
    references, problems = [], []
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock) and block.ignore_error_block:
            block = block.ignore_error_block  # noqa: PLW2901 - the entry it would be
        if isinstance(block, Entry):
            said, trouble = _said(block)
            problems += [Problem(line, one) for one in trouble]
            if found := _reference(block, said):
                references.append(found)
            else:
                problems.append(Problem(line, Sentence(_NAMELESS, key=block.key)))
        elif isinstance(block, ParsingFailedBlock):
            problems.append(Problem(line, _BROKEN))
    return Read(references, problems)


def _said(block: Entry) -> tuple[dict[str, str], list[Sentence]]:
    """Return the values of an entry's fields, and what is wrong about them."""
    said, trouble = {}, []
    for field in block.fields:
        value, name = str(field.value), field.key.lower()
        first = _PIECE.match(value)
        if field.enclosing == "no-enclosing" and first:
            pieces = value.split("#") if "#" in value else [value]
            whole = [_PIECE.fullmatch(piece) for piece in pieces]
            if not all(whole):
                trouble.append(Sentence(_RUN_ON, field=name, key=block.key))
                whole = [first]
            found = (
                piece["braced"] or piece["quoted"] or "" for piece in whole if piece
            )
            value = "".join(found)
        said[name] = value
    return said, trouble


def _reference(block: Entry, said: dict[str, str]) -> Reference | None:
    texts = {name: latex.decode(value) for name, value in said.items()}
    url = said.get("url", "").strip()
    if not texts.get("title") and not url:
        return None
    year, month, day = _date(texts)
    paper = arxiv_ids.parse(f"arXiv:{said['eprint']}") if "eprint" in said else None
    paper = paper or arxiv_ids.parse(url) or arxiv_ids.parse(said.get("doi", ""))
    journal = next((texts[name] for name in _JOURNALS if texts.get(name)), "")
    return Reference(
        key=block.key,
        kind=_kind(block.entry_type.lower(), is_paper=paper is not None),
        title=texts.get("title", ""),
        authors=tuple(_authors(said.get("author", ""))),
        year=year,
        month=month,
        day=day,
        journal=journal,
        doi=urls.doi(said.get("doi", "")) or "",
        arxiv_id=paper.id if paper else "",
        primary_category=texts.get("primaryclass", ""),
        url=url,
        abstract=texts.get("abstract", ""),
        language=texts.get("language", texts.get("langid", "")),
        keywords=tuple(_listed(texts.get("keywords", ""))),
        notes=tuple(filter(None, [texts.get("annote", texts.get("annotation", ""))])),
        line=(block.start_line or 0) + 1,
    )


def _kind(kind: str, *, is_paper: bool) -> Kind:
    if kind in _PAGES:
        return "webpage"
    return "preprint" if kind in {"misc", "unpublished"} and is_paper else "article"


def _date(texts: dict[str, str]) -> tuple[int | None, int | None, int | None]:
    if texts.get("date"):
        return parts(texts["date"])
    month = texts.get("month", "").lower()[:3]
    number = _MONTHS.index(month) + 1 if month in _MONTHS else texts.get("month", "")
    return parts(f"{texts.get('year', '')}-{number}-{texts.get('day', '')}")


def _authors(text: str) -> Iterator[Name]:
    """Yield authors; braces around one keep the name whole."""
    for written in _apart(text):
        whole = written.startswith("{") and _closes_at_end(written)
        name = latex.decode(written)
        if name and name.lower() != "others":
            yield Name(name) if whole else names.inverted(name)


def _apart(text: str) -> Iterator[str]:
    """Yield what stands between the word "and", outside of braces."""
    depth, last = 0, list[str]()
    for word in text.split():
        if word == "and" and not depth:
            yield " ".join(last)
            last = []
        else:
            last.append(word)
        depth += word.count("{") - word.count("}")
    yield " ".join(last)


def _closes_at_end(text: str) -> bool:
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if not depth:
            return at == len(text) - 1
    return False


def _listed(text: str) -> list[str]:
    parts = text.replace(";", ",").split(",")
    return [part.strip() for part in parts if part.strip()]
