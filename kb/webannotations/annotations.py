"""Annotations as values: what this site keeps of the Web Annotation model."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Quote:
    """What was quoted, and what stood before and after it: a TextQuoteSelector."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Position:
    """From which character of the text to which, the end not included."""

    start: int
    end: int


@dataclass(frozen=True)
class Target:
    """The address of what an annotation is about, and which part of it.

    Without a quotation it is about the whole.
    """

    source: str
    quote: Quote | None = None
    position: Position | None = None


@dataclass(frozen=True)
class Person:
    """Who wrote it; the address of a person may be unknown, or be all that is known."""

    name: str = ""
    id: str = ""


@dataclass(frozen=True)
class Annotation:
    """One note or highlight; a reply names the annotation that it answers.

    `text` is Markdown, "" for a highlight. `tags` say what a highlight means. A private
    one is its writer's alone. Times have a time zone.
    """

    id: str
    target: Target | None = None
    reply_to: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    creator: Person | None = None
    created: datetime | None = None
    modified: datetime | None = None
    private: bool = False
    resolved: bool = False

    @property
    def motivation(self) -> str:
        """Why it was made, in the words of the model."""
        if self.reply_to:
            return "replying"
        return "commenting" if self.text else "highlighting"


@dataclass(frozen=True)
class Collection:
    """Annotations that belong together, in the order in which they are given."""

    id: str
    items: tuple[Annotation, ...] = ()
    label: str = ""
