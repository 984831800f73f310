"""What an annotation from elsewhere says, as a note says it."""

import re
from hashlib import sha256

from kb.models.annotations import Meaning
from kb.webannotations import Annotation

LONGEST_ID = 300  # characters of `Annotation.source_id`

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$])")


def meaning(item: Annotation) -> str:
    """Return what a highlight says of its text, "" for nothing that we know."""
    known = (tag for tag in item.tags if tag in Meaning.values)
    return next(known, Meaning.NONE)


def body(item: Annotation, meant: str, own: str | None) -> str:
    """Return its text, with the tags that are not what is `meant`.

    Words of others than `own` are marked as theirs; None marks nobody's.
    """
    tags = [f"#{tag}" for tag in item.tags if tag != meant]
    whose = "" if own is None else signature(item, own)
    parts = [item.text.strip("\n"), plain(" ".join(tags)), whose]
    return "\n\n".join(part for part in parts if part)


def signature(item: Annotation, own: str) -> str:
    """Return who said it, "" for oneself and for nobody that is known."""
    who = item.creator
    name = (who.name or who.id) if who else ""
    return f"— {plain(name)}" if name and name.lower() != own.lower() else ""


def plain(text: str) -> str:
    r"""Return a text as Markdown that shows it as it is, in one line.

    >>> plain("#key [a](b)")
    '\\#key \\[a\\]\\(b\\)'
    """
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def kept_id(name: str) -> str:
    """Return the id that one has where it comes from, as it is kept with the note."""
    if len(name) <= LONGEST_ID:
        return name
    return f"sha256:{sha256(name.encode()).hexdigest()}"
