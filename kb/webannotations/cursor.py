"""Read JSON that others wrote, and say where what is wrong.

A cursor is a place in the file. What it is asked for and does not have is a problem,
and None or nothing is returned, so that all problems are found in one reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kb.text.sentences import Sentence
from kb.webannotations.problems import Problem

LONGEST = 65_536  # characters of one text

_IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S{1,2000}", re.IGNORECASE)
_BROKEN = re.compile("[\0\ud800-\udfff]")  # which no database takes
_FURTHEST = 2**31 - 1


@dataclass(frozen=True)
class Cursor:
    """A value of the file, and its place."""

    value: Any
    path: str
    problems: list[Problem]

    def refuse(self, message: Sentence) -> None:
        """Say what is wrong here."""
        self.problems.append(Problem(self.path, message))

    def at(self, name: str) -> "Cursor | None":
        """Return what an object has under a name; null is nothing."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return None if found is None else self._within(found, f".{name}")

    def needed(self, name: str) -> "Cursor | None":
        """Return the same; that it is missing is a problem."""
        found = self.at(name)
        if found is None:
            self.refuse(Sentence("“%(name)s” is missing.", name=name))
        return found

    def each(self, name: str) -> Iterator["Cursor"]:
        """Yield what is under a name: one value, or each of a list."""
        found = self.at(name)
        if found is None:
            return
        if not isinstance(found.value, list):
            yield found
            return
        yield from found.listed()

    def listed(self) -> Iterator["Cursor"]:
        """Yield each value of a list; anything else is a problem."""
        if not isinstance(self.value, list):
            self.refuse(Sentence("A list is expected here."))
            return
        for index, value in enumerate(self.value):
            yield self._within(value, f"[{index}]")

    def is_a(self, name: str) -> bool:
        """Whether an object has this type, among others perhaps."""
        return name in (one.value for one in self.each("type"))

    def is_object(self) -> bool:
        """Whether it is an object; anything else is a problem."""
        if not isinstance(self.value, dict):
            self.refuse(Sentence("An object is expected here."))
        return isinstance(self.value, dict)

    def text(self) -> str:
        """Return a text, "" with a problem for anything else."""
        if not isinstance(self.value, str):
            self.refuse(Sentence("A text is expected here."))
            return ""
        if len(self.value) > LONGEST:
            self.refuse(
                Sentence("At most %(most)d characters can be kept.", most=LONGEST)
            )
        if _BROKEN.search(self.value):
            self.refuse(Sentence("There are characters in it that cannot be kept."))
        return self.value

    def iri(self) -> str:
        """Return an address or another name that is one in the whole world."""
        found = self.text()
        if isinstance(self.value, str) and not _IRI.fullmatch(found):
            self.refuse(Sentence("An address is expected here, with its “https:”."))
        return found

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.refuse(Sentence("Either true or false is expected here."))
        return self.value is True

    def place(self) -> int:
        """Return a number of characters."""
        if type(self.value) is not int or not 0 <= self.value <= _FURTHEST:
            self.refuse(Sentence("A whole number, 0 or greater, is expected here."))
            return 0
        return self.value

    def moment(self) -> datetime | None:
        """Return a time, which has a time zone."""
        try:
            found = datetime.fromisoformat(self.value)
            found.astimezone(UTC)  # which there is not for some years
        except (TypeError, ValueError, OverflowError):
            found = None
        if found and found.tzinfo:
            return found
        self.refuse(Sentence("A time like “2024-05-31T08:00:00Z” is expected."))
        return None

    def _within(self, value: object, step: str) -> "Cursor":
        return Cursor(value, self.path + step, self.problems)
