"""Read a file of whatever format: a Markdown list, or citations of other programs."""

import re
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import NamedTuple

from kb.citations import bibtex, csl, names, ris, zotero
from kb.citations.references import Read, Reference
from kb.readinglist import document
from kb.readinglist.document import Document, Entry, KindName, Topic, Unparsed
from kb.readinglist.parser import parse
from kb.readinglist.source import decode
from kb.text import urls
from kb.text.language import Language, language

Reader = Callable[[str], Read]

READERS: dict[str, Reader] = {
    ".bib": bibtex.read,
    ".ris": ris.read,
    ".json": csl.read,
    ".rdf": zotero.read,
}
# How a file begins that was pasted, or has another name.
_BEGINS: dict[str, re.Pattern[str]] = {
    ".bib": re.compile(r"\s*(?:%[^\n]*\s*)*@[a-zA-Z]+\s*[{(]"),
    ".ris": re.compile(r"\s*TY {1,2}- [A-Z]"),
    ".json": re.compile(r"\s*\[\s*\{\s*\""),
    ".rdf": re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<rdf:RDF"),
}


class Source(NamedTuple):
    """What was read, and of what; `kept` is a list as it came, nothing of others."""

    document: Document
    text: str
    kept: bytes = b""


def read(data: bytes, name: str) -> Source:
    """Return what a file says; its name or its beginning tells in which format.

    Raises NotAList.
    """
    text = decode(data, name)
    ending = PurePath(name).suffix.lower()
    if ending not in READERS:
        begins = (key for key, begin in _BEGINS.items() if begin.match(text))
        ending = next(begins, "")
    if reader := READERS.get(ending):
        return Source(of_references(reader(text)), text)
    return Source(parse(text), text, data)


def of_references(read: Read) -> Document:
    """Return citations as a list has them: their collections are its topics."""
    placed = [
        (one, path) for one in read.references for path in one.collections or ((),)
    ]
    topics: dict[tuple[KindName, tuple[str, ...]], Topic] = {}
    for reference, path in placed:
        for depth in range(1, len(path) + 1):
            kind, part = _kind(reference), path[:depth]
            topic = Topic(part, kind, "heading", reference.line, depth)
            topics.setdefault((kind, part), topic)
    return Document(
        headings=len(topics),
        kinds=(),
        topics=tuple(topics.values()),
        entries=tuple(
            entry(reference, path, at) for at, (reference, path) in enumerate(placed, 1)
        ),
        warnings=tuple(_remarks(read.references)),
        unparsed=tuple(
            Unparsed(problem.line, "", problem.message) for problem in read.problems
        ),
    )


def entry(reference: Reference, path: tuple[str, ...], position: int) -> Entry:
    """Return a reference as an entry of a list."""
    url = address(reference)
    return Entry(
        position=position,
        kind=_kind(reference),
        section_path=path,
        topic_path=path,
        title=reference.title,
        title_language=language(reference.title),
        title_source="citation",
        url=url,
        canonical_url=urls.canonical(url) if url else None,
        arxiv_id=reference.arxiv_id or None,
        arxiv_version=None,
        summaries=_summaries(reference),
        extra_links=(),
        tags=reference.keywords,
        syntax="link",
        source_lines=(reference.line, reference.line),
        authors=tuple(map(names.whole, reference.authors)),
        venue=reference.journal,
        year=reference.year,
        abstract=reference.abstract,
    )


def address(reference: Reference) -> str | None:
    """Return the address to keep: arXiv's own, the one given, or the DOI's."""
    if reference.arxiv_id:
        return f"https://arxiv.org/abs/{reference.arxiv_id}"
    try:
        if reference.url and urls.canonical(reference.url):
            return reference.url
    except urls.NotAnAddress:
        pass
    return f"https://doi.org/{reference.doi}" if reference.doi else None


def _kind(reference: Reference) -> KindName:
    return "blog" if reference.kind == "webpage" else "paper"


def _summaries(reference: Reference) -> dict[Language, str]:
    """Return the notes by their language, one after the other."""
    summaries: dict[Language, str] = {}
    for note in reference.notes:
        code = language(note)
        summaries[code] = f"{summaries[code]}\n\n{note}" if code in summaries else note
    return summaries


def _remarks(references: list[Reference]) -> Iterator[document.Warning]:
    for one in references:
        if not one.title:
            yield document.Warning(one.line, "no-title", one.url)
