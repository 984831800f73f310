"""Texts that are edited at random while it is known where every letter went.

A letter keeps its number whatever happens around it. `Draft` is the text; `edit` does
to it what people do to summaries; `samples` are texts to begin with.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.readinglist.parser import parse

SAMPLE = Path(__file__).parents[1] / "kb" / "sample" / "reading-list.md"

SLID = 4  # letters
PART = 8  # characters of Chinese that are a part of a sentence

_SENTENCE = re.compile(r"[^\n。！？.!?]+(?:[.](?=\S)[^\n。！？.!?]*)*[。！？.!?]?[ ]?")
_WORD = re.compile(r"[a-zA-Z][\w-]*|[\u4e00-\u9fff]{1,4}")


class Draft:
    """A text, the number of each of its letters, and which of them are copies."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.numbers = list(range(len(text)))
        self.copies: dict[int, int] = {}  # the number it was copied from
        self._issued = len(text)
        self.save()

    def save(self) -> None:
        """Remember how it is: `kept`; letters from the number `since` on are new."""
        self.kept, self.since = self.text, self._issued
        self._kept_numbers = list(self.numbers)

    def instead(self) -> dict[int, int]:
        """Return which new letters stand just where the same letters stood before.

        Whoever sees both texts must take the ones for the others.
        """
        before = {number: at for at, number in enumerate(self._kept_numbers)}
        same: dict[int, int] = {}
        last = end = 0  # the place after the last old letter, before and now
        for at, number in enumerate([*self.numbers, -1]):
            place = len(self.kept) if number == -1 else before.get(number)
            if place is None:
                continue
            gone, come = self.kept[last:place], self.text[end:at]
            for step in range(_shared(gone, come)):
                same[self.numbers[end + step]] = self._kept_numbers[last + step]
            for step in range(1, _shared(gone[::-1], come[::-1]) + 1):
                same[self.numbers[at - step]] = self._kept_numbers[place - step]
            last, end = place + 1, at + 1
        return same

    def put(self, start: int, end: int, text: str, copied: list[int] | None = None):
        """Write `text` in place of a part; what both begin or end with stays."""
        old = self.text[start:end]
        head = _shared(old, text)
        tail = _shared(old[head:][::-1], text[head:][::-1])
        first, last = start + head, end - tail
        gone, come = old[head : len(old) - tail], text[head : len(text) - tail]
        if not (gone and come) and self._reads_both_ways(gone or come, first, last):
            return
        fresh = list(range(self._issued, self._issued + len(come)))
        self._issued += len(come)
        if copied:
            sources = copied[head : len(copied) - tail]
            self.copies |= dict(zip(fresh, sources, strict=True))
        self.text = self.text[:first] + come + self.text[last:]
        self.numbers[first:last] = fresh

    def _reads_both_ways(self, part: str, start: int, end: int) -> bool:
        """Whether it could as well be the same words beside it that came or went.

        Such an edit has no true answer: nobody makes it.
        """
        part, after = part.strip(), self.text[end:].lstrip()
        back, before = part[::-1], self.text[:start].rstrip()[::-1]
        return max(_shared(part, after), _shared(back, before)) >= SLID

    def move(self, start: int, end: int, to: int) -> None:
        """Take a part out and put it in where `to` was, outside of the part."""
        part, numbers = self.text[start:end], self.numbers[start:end]
        to -= (end - start) if to >= end else 0
        text = self.text[:start] + self.text[end:]
        rest = self.numbers[:start] + self.numbers[end:]
        here = Draft(text)
        if self._reads_both_ways(part, start, end) or here._reads_both_ways(
            part, to, to
        ):
            return
        self.text = text[:to] + part + text[to:]
        self.numbers = rest[:to] + numbers + rest[to:]


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


# --- What people do -------------------------------------------------------------------


@dataclass
class Editor:
    """Edits drafts; `phrases` are sentences to write, of both languages."""

    chance: random.Random
    phrases: list[str]

    def edit(self, draft: Draft) -> str:
        """Do one thing to a draft; return its name."""
        names = list(HABITS)
        name = self.chance.choices(names, [HABITS[one][1] for one in names])[0]
        HABITS[name][0](self, draft)
        return name

    def sentence(self, draft: Draft) -> tuple[int, int]:
        """Return where one of the sentences is."""
        found = [m.span() for m in _SENTENCE.finditer(draft.text) if m[0].strip()]
        return self.chance.choice(found) if found else (0, 0)

    def words(self, draft: Draft, most: int) -> tuple[int, int]:
        """Return where a few words are that stand in a row."""
        found = [m.span() for m in _WORD.finditer(draft.text)]
        if not found:
            return 0, 0
        first = self.chance.randrange(len(found))
        last = min(len(found), first + self.chance.randint(1, most)) - 1
        end = draft.text.find("\n", found[first][0], found[last][1])
        return found[first][0], found[last][1] if end < 0 else end

    def lines(self, draft: Draft) -> list[tuple[int, int]]:
        """Return where the lines with text are, with what ends them."""
        return [m.span() for m in re.finditer(r"[^\n]*\S[^\n]*\n*", draft.text)]

    def phrase(self, draft: Draft, like: str) -> str:
        """Return a sentence that is not there yet, in the language of `like`."""
        han, text = is_chinese(like), draft.text + draft.kept
        fits = [
            one
            for one in self.phrases
            if is_chinese(one) == han and not _holds_part(text, one)
        ]
        return self.chance.choice(fits or ["新的。" if han else "Something new. "])

    def few_words(self, draft: Draft, like: str) -> str:
        """Return some words of such a sentence."""
        phrase = self.phrase(draft, like)
        found = [m.span() for m in _WORD.finditer(phrase)]
        if not found:
            return "x"
        first = self.chance.randrange(len(found))
        last = min(len(found) - 1, first + self.chance.randrange(4))
        return phrase[found[first][0] : found[last][1]]


def insert_words(editor: Editor, draft: Draft) -> None:
    at, _ = editor.words(draft, 1)
    said = editor.few_words(draft, draft.text[at : at + 20])
    space = " " if said[-1:].isascii() else ""
    draft.put(at, at, said + space)


def delete_words(editor: Editor, draft: Draft) -> None:
    draft.put(*editor.words(draft, 5), "")


def replace_words(editor: Editor, draft: Draft) -> None:
    start, end = editor.words(draft, 4)
    draft.put(start, end, editor.few_words(draft, draft.text[start:end]))


def insert_sentence(editor: Editor, draft: Draft) -> None:
    start, end = editor.sentence(draft)
    draft.put(start, start, editor.phrase(draft, draft.text[start:end]))


def repeat_sentence(editor: Editor, draft: Draft) -> None:
    """Write a sentence a second time, not right beside itself."""
    start, end = editor.sentence(draft)
    to, after = editor.sentence(draft)
    if after < start or to > end:
        draft.put(to, to, draft.text[start:end], draft.numbers[start:end])


def delete_sentence(editor: Editor, draft: Draft) -> None:
    draft.put(*editor.sentence(draft), "")


def rewrite_sentence(editor: Editor, draft: Draft) -> None:
    start, end = editor.sentence(draft)
    draft.put(start, end, editor.phrase(draft, draft.text[start:end]))


def move_sentence(editor: Editor, draft: Draft) -> None:
    start, end = editor.sentence(draft)
    to, _ = editor.sentence(draft)
    if to < start or to > end:
        draft.move(start, end, to)


def move_line(editor: Editor, draft: Draft) -> None:
    lines = editor.lines(draft)
    (start, end), (to, _) = editor.chance.choice(lines), editor.chance.choice(lines)
    if draft.text[end - 1 : end] == "\n" and (to < start or to > end):
        draft.move(start, end, to)


def insert_line(editor: Editor, draft: Draft) -> None:
    at, end = editor.chance.choice(editor.lines(draft))
    said = "".join(editor.phrase(draft, draft.text[at:end]) for _ in range(2))
    mark = "- " if draft.text.startswith("- ", at) else ""
    draft.put(at, at, f"{mark}{said}\n" + ("" if mark else "\n"))


def delete_line(editor: Editor, draft: Draft) -> None:
    lines = editor.lines(draft)
    if len(lines) > 3:
        draft.put(*editor.chance.choice(lines), "")


def split_line(editor: Editor, draft: Draft) -> None:
    """Begin a paragraph where a sentence begins."""
    start, _ = editor.sentence(draft)
    if start and draft.text[start - 1] != "\n":
        draft.put(start, start, "\n\n")


def wrap_line(editor: Editor, draft: Draft) -> None:
    """Turn a space into a line end."""
    spaces = [m.start() for m in re.finditer(r"(?<=\w) (?=[a-z])", draft.text)]
    if spaces:
        at = editor.chance.choice(spaces)
        draft.put(at, at + 1, "\n")


def embolden(editor: Editor, draft: Draft) -> None:
    start, end = editor.words(draft, 3)
    if start < end and draft.text[start - 1 : start] != "*":
        draft.put(end, end, "**")
        draft.put(start, start, "**")


def punctuate(editor: Editor, draft: Draft) -> None:
    """Change one mark."""
    marks = [m.start() for m in re.finditer("[，；,;](?=[^0-9])", draft.text)]
    if marks:
        at = editor.chance.choice(marks)
        draft.put(
            at,
            at + 1,
            editor.chance.choice("，；：" if draft.text[at] > "z" else ",;:"),
        )


HABITS: dict[str, tuple[Callable[[Editor, Draft], None], int]] = {
    "insert words": (insert_words, 5),
    "delete words": (delete_words, 4),
    "replace words": (replace_words, 4),
    "insert a sentence": (insert_sentence, 4),
    "repeat a sentence": (repeat_sentence, 3),
    "delete a sentence": (delete_sentence, 3),
    "rewrite a sentence": (rewrite_sentence, 3),
    "move a sentence": (move_sentence, 2),
    "move a paragraph": (move_line, 4),
    "insert a paragraph": (insert_line, 2),
    "delete a paragraph": (delete_line, 2),
    "split a paragraph": (split_line, 1),
    "wrap a line": (wrap_line, 1),
    "embolden words": (embolden, 1),
    "change a mark": (punctuate, 2),
}


def _holds_part(text: str, phrase: str) -> bool:
    """Whether some words of a phrase are in a text, as it was or edited."""
    size = PART if is_chinese(phrase) else 2 * PART
    parts = (phrase[at : at + size] for at in range(0, len(phrase), size // 2))
    return any(part in text for part in parts if len(part) == size)


def is_chinese(text: str) -> bool:
    """Whether there is Han in it."""
    return bool(re.search("[\u4e00-\u9fff]", text))


# --- What they begin with -------------------------------------------------------------


def summaries() -> list[str]:
    """Return the summaries of the sample list, in both languages."""
    entries = parse(SAMPLE.read_text(encoding="utf-8")).entries
    return [one.summary for one in entries if one.summary.strip()]


def phrases(texts: Sequence[str]) -> list[str]:
    """Return the sentences of texts, plain ones."""
    found = (m[0] for text in texts for m in _SENTENCE.finditer(text))
    return [one for one in found if len(one) > 8 and not re.search(r"[*$`\[\]/-]", one)]


def long_texts(texts: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Yield texts of several parts: paragraphs, bullets, some sentence said twice."""
    while True:
        parts = chance.sample(texts, min(len(texts), chance.randint(3, 7)))
        said = chance.choice(parts)
        again = chance.choice(phrases([said]) or [""])
        if chance.random() < 0.4 and again:
            parts.append(
                chance.choice(["", "总之，" if again > "z" else "Again: "]) + again
            )
        marks = chance.choice([("", "\n\n"), ("- ", "\n"), ("", "\n\n")])
        lines = (re.sub(r"\n\s*(?:- )?", " ", part).strip() for part in parts)
        yield marks[1].join(marks[0] + line for line in lines) + "\n"
