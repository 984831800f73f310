"""Zotero's RDF, which has the collections and notes that other formats leave out."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kb.citations import names
from kb.citations.references import Kind, Name, Problem, Read, Reference, parts
from kb.text import arxiv_ids, urls
from kb.text.sentences import Sentence

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_Z = "{http://www.zotero.org/namespaces/export#}"
_BIB = "{http://purl.org/net/biblio#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_FOAF = "{http://xmlns.com/foaf/0.1/}"
_LINK = "{http://purl.org/rss/1.0/modules/link/}"
_PAGES = {"webpage", "blogPost", "forumPost"}
_BLOCK = re.compile(r"</(?:p|div|li|h\d)>|<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")

_BROKEN = Sentence("This is no XML that can be read: export the library anew as RDF.")
_NAMELESS = Sentence("This item has neither a title nor an address.")


def read(text: str) -> Read:
    """Return the items of an export, with their collections and notes."""
    try:
        root = fromstring(text.lstrip("\ufeff").encode())
    except ParseError as error:
        return Read([], [Problem(error.position[0], _BROKEN)])
    except (DefusedXmlException, ValueError):
        return Read([], [Problem(1, _BROKEN)])
    about = {_about(element): element for element in root if _about(element)}
    filed, notes = _filed(root, about), _notes(root)
    references, problems = [], []
    for at, element in enumerate(filter(_is_item, root), 1):
        found = _reference(element, at, notes)
        if found:
            paths = tuple(filed.get(_about(element), ()))
            references.append(_with(found, paths))
        else:
            problems.append(Problem(at, _NAMELESS))
    return Read(references, problems)


def _with(reference: Reference, paths: tuple[tuple[str, ...], ...]) -> Reference:
    return Reference(**{**vars(reference), "collections": paths})


def _about(element: Element) -> str:
    return element.get(f"{_RDF}about", "")


def _is_item(element: Element) -> bool:
    kind = element.findtext(f"{_Z}itemType", "")
    other = {f"{_Z}Collection", f"{_Z}Attachment", f"{_BIB}Memo", f"{_BIB}Journal"}
    return (
        bool(kind) and kind not in {"attachment", "note"} and element.tag not in other
    )


def _filed(
    root: Element, about: dict[str, Element]
) -> dict[str, list[tuple[str, ...]]]:
    """Return the paths of collections that each item is in, by what it is about."""
    members = {
        _about(one): [
            part.get(f"{_RDF}resource", "") for part in one.iter(f"{_TERMS}hasPart")
        ]
        for one in root.iter(f"{_Z}Collection")
    }
    above = {
        part: one
        for one, inside in members.items()
        for part in inside
        if part in members
    }
    filed: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one, inside in members.items():
        path: list[str] = []
        at, seen = one, set[str]()
        while at and at not in seen:
            seen.add(at)
            path.insert(0, _words(about[at].findtext(f"{_DC}title", "")))
            at = above.get(at, "")
        for part in inside:
            if part not in members:
                filed[part].append(tuple(filter(None, path)))
    return filed


def _notes(root: Element) -> dict[str, str]:
    """Return the notes as text, by what they are about."""
    return {
        _about(memo): _plain(memo.findtext(f"{_RDF}value", ""))
        for memo in root.iter(f"{_BIB}Memo")
    }


def _plain(html: str) -> str:
    lines = unescape(_TAG.sub("", _BLOCK.sub("\n\n", html))).split("\n\n")
    return "\n\n".join(filter(None, (_words(line) for line in lines)))


def _words(text: str) -> str:
    return " ".join(text.split())


def _reference(element: Element, at: int, notes: dict[str, str]) -> Reference | None:
    title = _words(element.findtext(f"{_DC}title", ""))
    said = [_words(one.text or "") for one in element.iter(f"{_DC}identifier")]
    said += [_words(one.text or "") for one in element.iter(f"{_RDF}value")]
    url = next((one for one in said if "://" in one), "")
    if not title and not url:
        return None
    doi = next((one for one in said if one.startswith("DOI ")), "").removeprefix("DOI ")
    year, month, day = parts(element.findtext(f"{_DC}date", ""))
    paper = next(filter(None, map(arxiv_ids.parse, [url, doi, *said])), None)
    kind = element.findtext(f"{_Z}itemType", "")
    usual: Kind = "preprint" if kind == "preprint" else "article"
    journal = element.find(f"{_TERMS}isPartOf")
    named = journal.iter(f"{_DC}title") if journal is not None else iter(())
    mine = (
        one.get(f"{_RDF}resource", "")
        for one in element.iter(f"{_TERMS}isReferencedBy")
    )
    return Reference(
        key=element.findtext(f"{_Z}citationKey", ""),
        kind="webpage" if kind in _PAGES else usual,
        title=title,
        authors=tuple(_authors(element)),
        year=year,
        month=month,
        day=day,
        journal=next((_words(one.text or "") for one in named), ""),
        doi=urls.doi(doi) or "",
        arxiv_id=paper.id if paper else "",
        url=url,
        abstract=_words(element.findtext(f"{_TERMS}abstract", "")),
        language=element.findtext(f"{_Z}language", ""),
        keywords=tuple(_keywords(element)),
        notes=tuple(filter(None, (notes.get(one, "") for one in mine))),
        line=at,
    )


def _authors(element: Element) -> Iterator[Name]:
    authors = element.find(f"{_BIB}authors")
    for person in authors.iter(f"{_FOAF}Person") if authors is not None else ():
        family = _words(person.findtext(f"{_FOAF}surname", ""))
        given = _words(person.findtext(f"{_FOAF}givenName", ""))
        if family:
            yield Name(family, given)
        elif given:
            yield names.split(given)


def _keywords(element: Element) -> Iterator[str]:
    for subject in element.findall(f"{_DC}subject"):
        word = _words(subject.text or "") or _words(
            subject.findtext(f".//{_RDF}value", "")
        )
        if word:
            yield word
