"""Read one annotation of the Web Annotation model.

What this site cannot keep is a problem, so that no annotation comes in half. Only what
repeats what is kept may be left out: another selector beside a quotation.
"""

from collections.abc import Iterator
from datetime import datetime

from kb.text.sentences import Sentence
from kb.webannotations.annotations import Annotation, Person
from kb.webannotations.cursor import Cursor
from kb.webannotations.targets import target
from kb.webannotations.vocabulary import MOTIVATIONS, RESOLVED, STATUS, TEXTS


def annotation(here: Cursor) -> Annotation:
    """Return one annotation; what is wrong is with the cursor's problems."""
    if here.is_object() and not here.is_a("Annotation"):
        here.refuse(Sentence("This is no annotation."))
    name = here.needed("id")
    replies = "replying" in list(_motivations(here))
    about = target(here)
    texts, tags = _said(here)
    answers = replies and about is not None and not (about.quote or about.position)
    read = Annotation(
        id=name.iri() if name else "",
        target=None if answers else about,
        reply_to=about.source if answers and about else "",
        text="\n\n".join(texts),
        tags=tuple(tags),
        creator=_creator(here),
        created=_moment(here, "created"),
        modified=_moment(here, "modified"),
        private=here.at("audience") is not None,  # we know no other one
        resolved=RESOLVED in (one.value for one in here.each(STATUS)),
    )
    if not (read.text or read.tags or (about and (about.quote or about.position))):
        here.refuse(Sentence("It says nothing and marks nothing."))
    return read


def _motivations(here: Cursor) -> Iterator[str]:
    for one in here.each("motivation"):
        named = one.text().removeprefix("oa:")
        if named not in MOTIVATIONS and ":" not in named:
            one.refuse(Sentence("“%(name)s” is no motivation.", name=named[:40]))
        yield named


def _said(here: Cursor) -> tuple[list[str], list[str]]:
    """Return the texts and the tags of the bodies."""
    value = here.at("bodyValue")
    if value and here.at("body"):
        value.refuse(Sentence("There is a “body” already."))
    texts, tags = [value.text() if value else ""], [""]
    for body in here.each("body"):
        text = _text(body)
        purposes = [one.value for one in body.each("purpose")]
        (tags if "tagging" in purposes else texts).append(text)
    return [text for text in texts if text], [tag for tag in tags if tag]


def _text(body: Cursor) -> str:
    if isinstance(body.value, str) or (
        isinstance(body.value, dict) and "value" not in body.value
    ):
        body.refuse(Sentence("Only a text that is in the file itself can be kept."))
        return ""
    for one in body.each("format"):
        if one.text() not in TEXTS:
            one.refuse(
                Sentence("Only text/markdown and text/plain can be kept as a text.")
            )
    found = body.needed("value") if body.is_object() else None
    return found.text() if found else ""


def _creator(here: Cursor) -> Person | None:
    creators = list(here.each("creator"))
    for one in creators[1:]:
        one.refuse(Sentence("Only one creator can be kept."))
    return _person(creators[0]) if creators else None


def _person(here: Cursor) -> Person | None:
    if isinstance(here.value, str):
        return Person(id=here.iri())
    if not here.is_object():
        return None
    names = (here.at(name) for name in ("name", "nickname"))
    name, address = next(filter(None, names), None), here.at("id")
    return Person(name.text() if name else "", address.iri() if address else "")


def _moment(here: Cursor, name: str) -> datetime | None:
    found = here.at(name)
    return found.moment() if found else None
