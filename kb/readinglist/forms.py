"""The ways to write one entry, name or introduction, the plainest first.

The parser decides: the first form that it reads back unchanged is taken.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product

from kb.readinglist.directives import mark, named, quoted, tagged
from kb.readinglist.document import Document, Topic
from kb.readinglist.outline import Branch, Written
from kb.readinglist.parser import parse
from kb.readinglist.source import normal

# Brackets are always escaped: a definition elsewhere could make them a link.
_BRACKETS = re.compile(r"([\[\]])")
_SPECIAL = re.compile(r"([\\`*_\[\]<>&#|~!$])")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

_AFTER = "- [after](https://after.example/)"  # must stay apart from what is tried

Lines = list[str]


def entry(given: Written) -> Lines:
    """Return the lines of a list item."""
    written = _tidied(given)
    want = written.title, written.url, written.tags, [*written.summaries.items()]
    linked = {url for _, url in written.links}

    def reads_back(lines: Lines) -> bool:
        found = _read("# paper", "", *lines, _AFTER)
        if found.topics or len(found.entries) != 2:  # noqa: PLR2004 (with _AFTER)
            return False
        got = found.entries[0]
        same = want == (got.title, got.url, got.tags, [*got.summaries.items()])
        return same and linked <= {link.url for link in got.resources}

    return _first(_entry_forms(written), reads_back)


def name(branch: Branch) -> str:
    """Return a topic's name, for a heading or a bullet."""
    plain = one_line(branch.name)
    names = {language: one_line(text) for language, text in branch.names.items()}
    others = [named(language, text) for language, text in names.items()]

    def is_named(topic: Topic) -> bool:
        return topic.path[-1] == plain and topic.names == names

    def reads_back(lines: Lines) -> bool:
        found = _read(f"## {lines[0]}", "", f"- {lines[0]} {mark('topic')}")
        return len(found.topics) == 2 and all(map(is_named, found.topics))  # noqa: PLR2004 (heading, bullet)

    kept_whole = ["", mark("topic")]  # a heading loses the pictures at its ends
    every = (
        [" ".join(filter(None, [text, *others, whole]))]
        for whole, text in product(kept_whole, _escapes(plain))
    )
    return _first(every, reads_back)[0]


def intro(given: str) -> Lines:
    """Return an introduction, for below a heading."""
    text = note(given)

    def reads_back(lines: Lines) -> bool:
        found = _read("## above", "", *lines, "", _AFTER, "", "## below")
        intros = [topic.intro for topic in found.topics]
        return intros == [text, ""] and len(found.entries) == 1

    return _first(iter([quoted(text).split("\n"), set_apart(text)]), reads_back)


def set_apart(text: str) -> Lines:
    """Return an introduction between two marks, which holds whatever is in it."""
    return [mark("intro"), *quoted(note(text)).split("\n"), mark("/intro")]


def one_line(text: str) -> str:
    """Return a title, name or tag as it reads back: with single spaces."""
    return " ".join(normal(text).split())


def note(text: str) -> str:
    """Return a summary or introduction as it reads back: no blanks at its ends."""
    lines = normal(text).split("\n")
    kept = "\n".join(line if line.strip(" \t") else "" for line in lines)
    return kept.rstrip().strip("\n")


def indented(lines: Iterable[str]) -> Iterator[str]:
    """Move lines to the inside of a list item; empty ones stay empty."""
    for line in lines:
        yield f"  {line}" if line.strip(" \t") else ""


def _first(every: Iterator[Lines], reads_back: Callable[[Lines], bool]) -> Lines:
    form: Lines = []
    for form in every:
        if reads_back(form):
            return form
    return form


def _read(*lines: str) -> Document:
    return parse("\n".join(lines))


def _tidied(written: Written) -> Written:
    notes = {name: note(text) for name, text in written.summaries.items()}
    return Written(
        one_line(written.title),
        written.url,
        {language: text for language, text in notes.items() if text},
        tuple(map(one_line, written.tags)),
        written.links,
    )


def _entry_forms(written: Written) -> Iterator[Lines]:
    marks = ["", f" {mark('entry')}"] if written.url else [f" {mark('entry')}"]
    for body, after, head in product((_inline, _apart), marks, _heads(written)):
        first, *rest = body(head + after, written)
        tags = [tagged(written.tags)] if written.tags else []
        yield [f"- {first}", *indented([*rest, *tags])]


def _heads(written: Written) -> Iterator[str]:
    """Yield the title with its address, or the one that there is."""
    url = written.url
    if url is None:
        yield from _escapes(written.title)
        return
    links = "".join(f" [[{label}]({_target(link)})]" for label, link in written.links)
    if written.title:
        for title in _escapes(written.title):
            yield f"[{title}]({_target(url)}){links}"
    else:
        yield from (f"<{url}>{links}", f"[]({_target(url)}){links}")


def _target(url: str) -> str:
    return f"<{url}>" if re.search(r"[\s()<>\\]", url) else url


def _escapes(text: str) -> Iterator[str]:
    for special in (_BRACKETS, _SPECIAL, _PUNCTUATION):
        yield special.sub(r"\\\1", text)


def _inline(head: str, written: Written) -> Lines:
    """Return the first summary on the line of the title."""
    languages = list(written.summaries)
    if not languages:
        return [head]
    first = quoted(written.summaries[languages[0]])
    return [*f"{head}, {first}".split("\n"), *_sections(written, languages[1:])]


def _apart(head: str, written: Written) -> Lines:
    """Return every summary below a line that names its language."""
    return [head, *_sections(written, list(written.summaries))]


def _sections(written: Written, languages: Iterable[str]) -> Lines:
    lines: Lines = []
    for language, text in written.summaries.items():
        if language in languages:
            lines += [mark(language), *quoted(text).split("\n")]
    return lines
