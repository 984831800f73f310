"""Annotations as JSON-LD, in the shape of W3C's Web Annotation model."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kb.webannotations.annotations import Annotation, Collection, Person, Target
from kb.webannotations.vocabulary import (
    CONTEXT,
    MARKDOWN,
    PRIVATE,
    RESOLVED,
    STATUS,
)


def write(collection: Collection) -> str:
    """Return a collection as the text of a file, with all annotations on one page."""
    return json.dumps(as_json(collection), ensure_ascii=False, indent=2) + "\n"


def as_json(collection: Collection) -> dict[str, Any]:
    """Return the same as an object."""
    page = {
        "id": f"{collection.id}#page",
        "type": "AnnotationPage",
        "startIndex": 0,
        "items": [_annotation(one) for one in collection.items],
    }
    return {
        "@context": CONTEXT,
        "id": collection.id,
        "type": "AnnotationCollection",
        **({"label": collection.label} if collection.label else {}),
        "total": len(collection.items),
        "first": page,
    }


def _annotation(one: Annotation) -> dict[str, Any]:
    """Return one, without what is not known of it."""
    said = {
        "id": one.id,
        "type": "Annotation",
        "motivation": one.motivation,
        "creator": _person(one.creator) if one.creator else None,
        "created": _moment(one.created),
        "modified": _moment(one.modified),
        "audience": PRIVATE if one.private else None,
        STATUS: RESOLVED if one.resolved else None,
        "body": list(_bodies(one)) or None,
        "target": one.reply_to or (_target(one.target) if one.target else None),
    }
    return {name: value for name, value in said.items() if value is not None}


def _person(person: Person) -> dict[str, str]:
    known = {"id": person.id, "type": "Person", "name": person.name}
    return {name: value for name, value in known.items() if value}


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _bodies(one: Annotation) -> Iterator[dict[str, str]]:
    if one.text:
        purpose = "replying" if one.reply_to else "commenting"
        yield {
            "type": "TextualBody",
            "value": one.text,
            "format": MARKDOWN,
            "purpose": purpose,
        }
    for tag in one.tags:
        yield {"type": "TextualBody", "value": tag, "purpose": "tagging"}


def _target(target: Target) -> str | dict[str, Any]:
    if not target.quote and not target.position:
        return target.source
    return {"source": target.source, "selector": list(_selectors(target))}


def _selectors(target: Target) -> Iterator[dict[str, Any]]:
    if quote := target.quote:
        selector = {
            "type": "TextQuoteSelector",
            "exact": quote.exact,
            "prefix": quote.prefix,
            "suffix": quote.suffix,
        }
        yield {name: value for name, value in selector.items() if value}
    if position := target.position:
        yield {
            "type": "TextPositionSelector",
            "start": position.start,
            "end": position.end,
        }
