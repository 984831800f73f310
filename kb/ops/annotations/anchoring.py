"""Find the part of an entry's texts that somebody wants to write about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from kb.models import Entry
from kb.models.annotations import Meaning
from kb.ops.annotations import texts
from kb.ops.errors import NotThere
from kb.text.anchors import Anchor, find, make
from kb.text.anchors.finding import occurrences
from kb.text.anchors.folding import folded

MOST = 20  # places to choose from

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Passage:
    """A part of one of an entry's texts as its reader saw it, and what they mean by it.

    Counted over the plain form, with what stands around the quote. Without a `start` it
    was typed and is looked for, in every text where `where` is "".
    """

    quote: str
    where: str = ""
    start: int | None = None
    prefix: str = ""
    suffix: str = ""
    meaning: str = Meaning.NONE

    @property
    def anchor(self) -> Anchor:
        """What was seen, as an anchor."""
        start = self.start or 0
        end = start + len(self.quote)
        return Anchor(self.quote, self.prefix, self.suffix, start, end)


@dataclass(frozen=True)
class Place:
    """Where a quote is: in which of the texts, and where there."""

    where: str
    anchor: Anchor


def located(entry: Entry, passage: Passage) -> Place:
    """Return where a passage is by now.

    Its words alone do not tell, as what stands around them must agree. Raises NotThere
    and anchors.Unquotable.
    """
    there = texts.plain_texts(entry)
    if passage.where:
        there = {passage.where: there.get(passage.where, "")}
    if passage.start is None:
        return only(list(islice(typed(there, passage.quote), MOST)))
    text = there.get(passage.where, "")
    place = seen(passage.anchor, text)
    if place is None:
        raise NotThere(
            _("The text was changed meanwhile and no longer has these words.")
        )
    return Place(passage.where, make(text, *place))


def seen(anchor: Anchor, text: str) -> tuple[int, int] | None:
    """Return from where to where a text has what somebody saw in it."""
    around = anchor.prefix + anchor.exact + anchor.suffix
    first = anchor.start - len(anchor.prefix)
    if anchor.exact and first >= 0 and text.startswith(around, first):
        return anchor.start, anchor.end
    found = find(anchor, text)
    return (found.start, found.end) if found else None


def only(places: list[Place]) -> Place:
    """Return the one place there is. Raises NotThere."""
    if not places:
        raise NotThere(_("None of this entry's texts has these words."))
    if len(places) > 1:
        question = _("These words are there more than once: which do you mean?")
        raise NotThere(question, places)
    return places[0]


def typed(there: dict[str, str], quote: str) -> Iterator[Place]:
    """Yield where texts have words that somebody typed, in whatever case and width."""
    words = folded(_SPACES.sub(" ", quote).strip())
    for where, text in there.items() if words else ():
        for start in occurrences(words, folded(text)):
            yield Place(where, make(text, start, start + len(words)))
