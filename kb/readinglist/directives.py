"""The comments of the standard form, which say what Markdown cannot.

On a line alone: `<!-- en -->`, `<!-- zh -->` (a summary begins) and
`<!-- intro -->` … `<!-- /intro -->`. At the end of a line: `<!-- entry -->`,
`<!-- topic -->`, `<!-- tags: a, b -->`, `<!-- en: Name -->`. Where a note
itself contains such a comment, it is written with one `=` more.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.text.language import Language

_WORDS = r"(?:entry|topic|/?intro|en|zh|tags)\b"
_PLAIN = re.compile(rf"(<!-- ?=*)(?={_WORDS})")
_QUOTED = re.compile(rf"(<!-- ?=*)=(?={_WORDS})")
_LANGUAGE_LINE = re.compile(r"^<!-- ?(en|zh) ?-->[ \t]*(?:\n|\Z)", re.MULTILINE)
_DIRECTIVE = re.compile(
    r"""(?: (?<! [\ \t] ) [\ \t]+ | (?<! \\ ) ) <!--\ ?
    (?: (?P<mark> entry | topic )
      | (?P<key> tags | en | zh ) : (?P<value> (?: [^\n-] | -(?!-) )* )
    ) \ ? -->""",
    re.VERBOSE,
)
_INTRO = re.compile(r"([ \t]*)<!-- ?intro ?-->[ \t]*")
_INTRO_END = re.compile(r"[ \t]*<!-- ?/intro ?-->[ \t]*")


@dataclass
class Taken:
    """A text without its directives, and what they said."""

    text: str
    marks: set[str] = field(default_factory=set)
    tags: list[str] = field(default_factory=list)
    names: dict[Language, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Region:
    """Lines set apart as the introduction of the topic above; `end` is after them."""

    first: int
    end: int
    text: str


def take(text: str) -> Taken:
    """Take the directives out of `text`, and one `=` off the quoted ones."""
    taken = Taken(text)
    if "<!--" not in text:
        return taken

    def note(match: re.Match[str]) -> str:
        if match["mark"]:
            taken.marks.add(match["mark"])
        elif match["key"] == "tags":
            words = (html.unescape(word).strip() for word in match["value"].split(","))
            taken.tags += [word for word in words if word]
        else:
            language: Language = "en" if match["key"] == "en" else "zh"
            taken.names[language] = html.unescape(match["value"]).strip()
        return ""

    taken.text = unquoted(_DIRECTIVE.sub(note, text))
    return taken


def unquoted(text: str) -> str:
    """Take one `=` off the quoted directives of `text`."""
    return _QUOTED.sub(r"\1", text)


def quoted(text: str) -> str:
    """Return `text` so that reading it gives it back."""
    return _PLAIN.sub(r"\1=", text)


def by_language(text: str) -> tuple[str, list[tuple[Language, str]]]:
    """Split an item at its language lines: what comes before, then each part."""
    before, *parts = _LANGUAGE_LINE.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return before, [("en" if name == "en" else "zh", part) for name, part in pairs]


def mark(word: str) -> str:
    """Return the directive that is a single word."""
    return f"<!-- {word} -->"


def tagged(tags: Iterable[str]) -> str:
    """Return the directive that names tags."""
    return f"<!-- tags: {', '.join(_value(tag, ',') for tag in tags)} -->"


def named(language: str, name: str) -> str:
    """Return the directive that gives a topic's name in another language."""
    return f"<!-- {language}: {_value(name)} -->"


def cut_regions(lines: list[str]) -> list[Region]:
    """Return the introductions set apart in `lines`, which become empty there."""
    regions: list[Region] = []
    first, indent = -1, ""
    for number, line in enumerate(lines):
        if first < 0 and (match := _INTRO.fullmatch(line)):
            first, indent = number, match[1]
        elif first >= 0 and _INTRO_END.fullmatch(line):
            inside = [one.removeprefix(indent) for one in lines[first + 1 : number]]
            text = unquoted("\n".join(inside)).rstrip().strip("\n")
            regions.append(Region(first, number + 1, text))
            lines[first : number + 1] = [""] * (number + 1 - first)
            first = -1
    return regions


def _value(text: str, forbidden: str = "") -> str:
    """Return `text` for the inside of a comment; entities hide what ends it."""
    escaped = " ".join(text.split()).replace("&", "&amp;").replace("--", "-&#45;")
    for letter in forbidden:
        escaped = escaped.replace(letter, f"&#{ord(letter)};")
    return escaped
