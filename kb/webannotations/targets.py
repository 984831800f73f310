"""Read what an annotation is about: an address, and which part of what is there."""

from kb.text.sentences import Sentence
from kb.webannotations.annotations import Position, Quote, Target
from kb.webannotations.cursor import Cursor

QUOTE, POSITION = "TextQuoteSelector", "TextPositionSelector"


def target(here: Cursor) -> Target | None:
    """Return the one target of an annotation."""
    targets = list(here.each("target"))
    if not targets:
        here.needed("target")
    for one in targets[1:]:
        one.refuse(Sentence("Only one target can be kept."))
    return _target(targets[0]) if targets else None


def _target(here: Cursor) -> Target | None:
    if isinstance(here.value, str):
        return Target(here.iri())
    if not here.is_object():
        return None
    source = here.at("source") or here.needed("id")
    if source and isinstance(source.value, dict):
        source = source.needed("id")
    return _selected(here, source.iri() if source else "")


def _selected(here: Cursor, source: str) -> Target:
    selectors = list(here.each("selector"))
    quotes = [quote(one) for one in selectors if one.is_a(QUOTE)]
    positions = [_position(one) for one in selectors if one.is_a(POSITION)]
    if len(quotes) > 1 or len(positions) > 1:
        here.refuse(Sentence("Only one part of the text can be kept."))
    if selectors and not quotes and not positions:
        here.refuse(
            Sentence("Neither a TextQuoteSelector nor a TextPositionSelector is here.")
        )
    for one in selectors:
        if one.at("refinedBy"):
            one.refuse(Sentence("A selector that is refined cannot be kept."))
    return Target(source, next(iter(quotes), None), next(iter(positions), None))


def quote(here: Cursor) -> Quote:
    """Return a TextQuoteSelector."""
    exact = here.needed("exact")
    if exact and exact.value == "":
        exact.refuse(Sentence("The quotation is empty."))
    around = (here.at(name) for name in ("prefix", "suffix"))
    prefix, suffix = (one.text() if one else "" for one in around)
    return Quote(exact.text() if exact else "", prefix, suffix)


def _position(here: Cursor) -> Position:
    start, end = (here.needed(name) for name in ("start", "end"))
    first, last = (one.place() if one else 0 for one in (start, end))
    if end and first > last:
        end.refuse(Sentence("The end is before the start."))
    return Position(first, last)
