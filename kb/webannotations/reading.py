"""Read a file of the Web Annotation model: a collection, a page, or one annotation.

https://www.w3.org/TR/annotation-model/#collections
"""

from collections.abc import Iterator

from kb.text.sentences import Sentence
from kb.webannotations.annotations import Annotation, Collection
from kb.webannotations.cursor import Cursor
from kb.webannotations.items import annotation
from kb.webannotations.vocabulary import CONTEXT

_PAGES = 1_000


def collection(root: Cursor) -> Collection:
    """Return what is in the file; what is wrong is with its problems."""
    if CONTEXT not in (one.value for one in root.each("@context")):
        root.refuse(Sentence("“@context” must be %(context)s.", context=CONTEXT))
    if root.is_a("Annotation"):
        one = annotation(root)
        return Collection(one.id, (one,))
    if root.is_a("AnnotationPage"):
        return Collection(_id(root), tuple(_items(root)), _label(root))
    if root.is_a("AnnotationCollection"):
        return _collection(root)
    root.refuse(Sentence("This is no collection, page or single one of annotations."))
    return Collection("")


def _collection(root: Cursor) -> Collection:
    items = tuple(one for page in _pages(root) for one in _items(page))
    total = root.at("total")
    if total and total.place() != len(items):
        total.refuse(
            Sentence("There are %(number)d annotations in the file.", number=len(items))
        )
    return Collection(_id(root), items, _label(root))


def _pages(root: Cursor) -> Iterator[Cursor]:
    """Yield the pages, which must all be inside of the file."""
    page = root.needed("first")
    for _ in range(_PAGES):
        if page is None or not page.is_object():
            return
        yield page
        page = page.at("next")
    root.refuse(Sentence("These are too many pages."))


def _items(page: Cursor) -> Iterator[Annotation]:
    if not page.is_a("AnnotationPage"):
        page.refuse(Sentence("This is no page of annotations."))
    items = page.needed("items")
    for one in items.listed() if items else ():
        yield annotation(one)


def _id(root: Cursor) -> str:
    found = root.needed("id")
    return found.iri() if found else ""


def _label(root: Cursor) -> str:
    found = next(root.each("label"), None)
    return found.text() if found else ""
