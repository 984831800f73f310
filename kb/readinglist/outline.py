"""What the writer is given: a whole list, as a tree."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Written:
    """An entry as one topic lists it: with a title, an address or both.

    Summaries are by language, "zh" or "en", and written in the order given.
    """

    title: str
    url: str | None = None
    summaries: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # to code and the like: label and address


@dataclass(frozen=True)
class Branch:
    """A topic with what is in it; `names` are its names in other languages."""

    name: str
    names: dict[str, str] = field(default_factory=dict)
    intro: str = ""
    entries: list[Written] = field(default_factory=list)
    topics: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """All papers or all blogs (`kind`); `entries` are those in no topic."""

    kind: str
    entries: list[Written] = field(default_factory=list)
    topics: list[Branch] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    """A whole list."""

    sections: list[Section] = field(default_factory=list)
