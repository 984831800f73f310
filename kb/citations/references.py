"""A reference, as every format of citations has it; and what a file could not say."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from kb.text.sentences import Sentence

Kind: TypeAlias = Literal["article", "preprint", "webpage"]


class Name(NamedTuple):
    """Who wrote it; one name without a `given` one is written as it is."""

    family: str
    given: str = ""


@dataclass(frozen=True)
class Reference:
    """One thing to cite. Dates are as exact as they are known; "" is unknown.

    `journal` is the whole reference to where it appeared, or a site's name; `notes` are
    Markdown, and only formats for data hold them.
    """

    key: str
    kind: Kind
    title: str
    authors: tuple[Name, ...] = ()
    year: int | None = None
    month: int | None = None
    day: int | None = None
    journal: str = ""
    doi: str = ""
    arxiv_id: str = ""
    primary_category: str = ""
    url: str = ""
    abstract: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    collections: tuple[tuple[str, ...], ...] = ()  # paths in the program it is from
    line: int = field(default=0, compare=False)  # of the file it was read from

    def dated(self, separator: str) -> str:
        """Return the date as far as it is known, in the order of ISO 8601."""
        known = [f"{self.year:04}"] if self.year else []
        for part in (self.month, self.day):
            if known and part:
                known.append(f"{part:02}")
        return separator.join(known)


class Problem(NamedTuple):
    """What of a file could not be read, and on which line, from 1."""

    line: int
    message: Sentence


class Read(NamedTuple):
    """What was read of a file, and what was not."""

    references: list[Reference]
    problems: list[Problem]


def parts(text: str) -> tuple[int | None, int | None, int | None]:
    """Return year, month and day of a date such as 2023, 2023-07 or 2023/7/5.

    >>> parts("2023/07/05/")
    (2023, 7, 5)
    """
    numbers = [
        int(part) for part in text.replace("/", "-").split("-") if part.isdigit()
    ]
    year, month, day = (*numbers[:3], 0, 0, 0)[:3]
    known_month = month if month in range(1, 13) else None
    known_day = day if known_month and day in range(1, 32) else None
    return year if year in range(1000, 3000) else None, known_month, known_day
