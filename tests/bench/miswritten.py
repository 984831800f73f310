"""Titles as people miswrite them, and titles that are nearly those but others."""

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple, TypeAlias

import opencc

SEED = 7
_WORD = re.compile(r"[A-Za-z]{4,}")
_HAN = re.compile("[\u4e00-\u9fff]")
_TRADITIONAL = opencc.OpenCC("s2t")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CHARACTERS = "的是在人有我他这个们来到时地为子说生国年"

Way: TypeAlias = Callable[[str, Random], str]


class Planted(NamedTuple):
    """A title, how it was changed, and what came of it."""

    title: str
    way: str
    written: str


def planted(
    library: Sequence[str], ways: Mapping[str, Way], each: int
) -> list[Planted]:
    """Change titles in each way, as many as it fits of `each`."""
    random = Random(SEED)  # noqa: S311
    known, made = set(library), []
    for name, way in ways.items():
        chosen = (
            Planted(title, name, way(title, random))
            for title in random.sample(library, len(library))
        )
        fit = (one for one in chosen if one.written and one.written not in known)
        made += [one for one, _ in zip(fit, range(each), strict=False)]
    return made


def _case(title: str, random: Random) -> str:
    return random.choice([title.upper(), title.lower(), title.title()])


def _bare(title: str, _random: Random) -> str:
    return " ".join(re.sub(r"[,;:?!，：、（）()\"“”-]", " ", title).split())


def _dashes(title: str, random: Random) -> str:
    dash = random.choice("\u2010\u2011\u2013\u2014")
    return title.replace("-", dash).replace(": ", f" {dash} ")


def _no_article(title: str, _random: Random) -> str:
    return re.sub(r"\b(?:[Aa]|[Aa]n|[Tt]he) |的", "", title)


def _no_subtitle(title: str, _random: Random) -> str:
    main, mark, _ = title.replace("：", ": ").partition(": ")
    return main if mark else ""


def _traditional(title: str, _random: Random) -> str:
    return str(_TRADITIONAL.convert(title))


def _typo(title: str, random: Random) -> str:
    """Drop, double, change or swap a letter of some word."""
    words = list(_WORD.finditer(title))
    if not words or _HAN.search(title):
        return ""
    word = random.choice(words)
    at = random.randrange(word.start(), word.end() - 1)
    here, after = title[at], title[at + 1]
    slip = random.choice(["", here * 2, random.choice(_LETTERS)])
    swapped = random.random() < 1 / 4
    wrong = after + here if swapped else slip + after
    return title[:at] + wrong + title[at + 2 :]


def _wrong_character(title: str, random: Random) -> str:
    places = [match.start() for match in _HAN.finditer(title)]
    if len(places) < len(title) / 2:
        return ""
    at = random.choice(places)
    return title[:at] + random.choice(_CHARACTERS) + title[at + 1 :]


def _other_number(title: str, random: Random) -> str:
    numbers = list(re.finditer(r"\d+", title))
    if not numbers:
        return ""
    one = random.choice(numbers)
    return title[: one.start()] + str(int(one[0]) + 1) + title[one.end() :]


def _part_two(title: str, random: Random) -> str:
    wide = bool(_HAN.search(title))
    endings = ["（二）", "：续篇 2"] if wide else [" II", ", Part 2", " v2", " 2024"]
    return title + random.choice(endings)


def _negated(title: str, random: Random) -> str:
    words = list(_WORD.finditer(title))
    if not words:
        return ""
    at = random.choice(words).start()
    return title[:at] + random.choice(["un", "non", "a", "in"]) + title[at:].lower()


def _other_word(title: str, random: Random) -> str:
    words = _WORD.findall(title)
    if len(words) < 2 or _HAN.search(title):
        return ""
    gone, more = random.sample(words, 2)
    return title.replace(gone, _TURNED.get(more.lower(), "quantum"), 1)


_TURNED = {"image": "video", "learning": "planning", "language": "speech"}

SAME: dict[str, Way] = {
    "case": _case,
    "punctuation": _bare,
    "dash": _dashes,
    "article": _no_article,
    "subtitle": _no_subtitle,
    "traditional": _traditional,
    "typo": _typo,
    "character": _wrong_character,
}
OTHER: dict[str, Way] = {
    "other_number": _other_number,
    "part_two": _part_two,
    "negated": _negated,
    "other_word": _other_word,
}
