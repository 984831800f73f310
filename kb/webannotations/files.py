"""A file of annotations, whichever of the formats it is in."""

import json
from collections import Counter
from typing import NoReturn

from kb.text.sentences import Sentence
from kb.webannotations import hypothesis, reading
from kb.webannotations.annotations import Collection
from kb.webannotations.cursor import Cursor
from kb.webannotations.problems import NotAnnotations, Problem

MAX_BYTES = 16 * 1024 * 1024
MAX_ITEMS = 10_000


def read(content: bytes) -> Collection:
    """Return the annotations of a file, all of them. Raises NotAnnotations."""
    problems: list[Problem] = []
    root = Cursor(_json(content), "$", problems)
    found = _collection(root) if root.is_object() else Collection("")
    _check(root, found)
    if problems:
        raise NotAnnotations(problems)
    return found


def _collection(root: Cursor) -> Collection:
    if any(root.at(name) for name in hypothesis.LISTS):
        return hypothesis.collection(root)
    return reading.collection(root)


def _json(content: bytes) -> object:
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 1024 // 1024
        _refuse(Sentence("The file is larger than %(most)d MB.", most=most))
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        _refuse(Sentence("The file is no text in UTF-8."))
    except json.JSONDecodeError as error:
        _refuse(Sentence("The file is no JSON: see line %(line)d.", line=error.lineno))
    except RecursionError:
        _refuse(Sentence("The file has too many brackets inside each other."))


def _refuse(message: Sentence) -> NoReturn:
    raise NotAnnotations([Problem("$", message)])


def _check(root: Cursor, found: Collection) -> None:
    """Check what must be true of all together."""
    if len(found.items) > MAX_ITEMS:
        root.refuse(
            Sentence(
                "At most %(most)d annotations can be read at once.", most=MAX_ITEMS
            )
        )
    ids = Counter(one.id for one in found.items)
    for name, times in ids.items():
        if times > 1:
            root.refuse(
                Sentence(
                    "%(times)d annotations have the id %(id)s.", times=times, id=name
                )
            )
