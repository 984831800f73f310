"""When a title probably names what another names, though it is written otherwise.

Four cases: typing habits differ (case, width, dashes, spaces, traditional characters);
so do endings of words and articles; one word has one wrong letter; one of them has no
subtitle. A number, a letter by itself or a Roman numeral is never a slip: GPT-3 is not
GPT-4, and part I is not part II.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer
from rapidfuzz.distance import OSA

from kb.text.analyser import FOLD
from kb.text.cjk import HAN, KANA

SHORTEST = 5  # letters of a word in which one may be wrong
SHORTEST_UNKNOWN = 4  # of one that is no word of any title
FEWEST = 3  # words of a title in which one may be wrong
FEWEST_HAN = 8  # the same for characters
SERIES = 3  # titles that begin alike are a series when there are more
STANDING = 3  # letters of a single word that may stand for a title with a subtitle

_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{HAN}{KANA}]|[^\W\d_{HAN}{KANA}]+[+#*]*|[+#*]+")
_WIDE = re.compile(f"[{HAN}{KANA}]")
_SUBTITLE = re.compile(r"\s*(?:：|—+|｜|[:?!]\s|\s[-–|]+\s)\s*")  # noqa: RUF001
_PART = re.compile(
    r"(?:part|vol|volume|chapter|version|v|no|lecture)\b|[第续]|[上中下][篇册部]", re.I
)
_ARTICLES = frozenset(["a", "an", "the"])
_PARTICLE = "的"
# Characters that make another title of it when one stands for another.
_TELLING = frozenset(
    "零一二三四五六七八九十百千万上下中前后左右大小高低长短多少新旧内外单双正负早晚强弱有无非不"
)
_STEMMER = Stemmer.Stemmer("english", 0)


class Title(NamedTuple):
    """A title in its words; `main` are the stems of what stands before a subtitle.

    `bare` and `main` are without the particle that many leave out.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    bare: tuple[str, ...]
    main: tuple[str, ...]


class Slip(NamedTuple):
    """The words in which two titles differ, if hardly any title has one of them."""

    mine: str
    theirs: str
    times: int  # that one of them may be had by titles at the most


class Finder:
    """Titles that are looked for while many others pass by, once.

    What two titles must share at the least is a key, so that few are compared.
    """

    def __init__(self, titles: Iterable[str]) -> None:
        """Take the titles to look for."""
        self.asked = {title: taken_apart(title) for title in dict.fromkeys(titles)}
        self.by_key: dict[str, list[str]] = {}
        for title, apart in self.asked.items():
            for key in _keys(apart):
                self.by_key.setdefault(key, []).append(title)
        self.words: Counter[str] = Counter()
        self.same: list[tuple[str, int]] = []
        self.slips: list[tuple[str, int, Slip]] = []
        self.shortened: dict[str, dict[int, None]] = {}

    def see(self, title: str, owner: int) -> None:
        """Compare one more title; `owner` is whose it is."""
        seen = taken_apart(title)
        self.words.update(seen.words)
        for key in _keys(seen):
            for asked in self.by_key.get(key, ()):
                self._compare(key, asked, seen, owner)

    def _compare(self, key: str, asked: str, seen: Title, owner: int) -> None:
        wanted = self.asked[asked]
        if key[0] == "=":
            self.same.append((asked, owner))
        elif key[0] == ":" and _stands(wanted, seen):
            self.shortened.setdefault(asked, {})[owner] = None
        elif key[0] in "<>" and (slip := _slip(wanted, seen)):
            self.slips.append((asked, owner, slip))

    def found(self) -> dict[str, list[int]]:
        """Return the owners of what is probably the same, by title, likeliest first."""
        found: dict[str, dict[int, None]] = {}
        for title, owner in [*self.same, *self._mistyped(), *self._shortened()]:
            found.setdefault(title, {})[owner] = None
        return {title: list(owners) for title, owners in found.items()}

    def _mistyped(self) -> Iterator[tuple[str, int]]:
        for title, owner, slip in self.slips:
            # A mistyped word is one that hardly any title has.
            times = min(self.words[slip.mine], self.words[slip.theirs])
            if times <= slip.times or _WIDE.match(slip.mine):
                yield title, owner

    def _shortened(self) -> Iterator[tuple[str, int]]:
        for title, owners in self.shortened.items():
            if len(owners) <= SERIES:
                yield from ((title, owner) for owner in owners)


def taken_apart(title: str) -> Title:
    """Return the words of a title, for comparing."""
    words = _words(title)
    cut = _SUBTITLE.search(title)
    aside = cut is not None and title[cut.end() :] and not _PART.match(title, cut.end())
    main = _words(title[: cut.start()]) if cut and aside else ()
    stems = tuple(map(_stem, words))
    return Title(words, stems, _bare(stems), _bare(tuple(map(_stem, main))))


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    if _PARTICLE not in words:
        return words
    return tuple(word for word in words if word != _PARTICLE)


def _words(title: str) -> tuple[str, ...]:
    plain = title.lower() if title.isascii() else title.translate(FOLD)
    found = _WORD.findall(plain.replace("'", ""))
    return tuple(word.replace(",", "") for word in found if word not in _ARTICLES)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return _STEMMER.stemWord(word)  # type: ignore[no-any-return]


def _keys(title: Title) -> Iterator[str]:
    """Yield what a title shares with any that may be the same.

    The first letter says in which way. If one word differs, then one half does not.
    """
    words, stems, bare, main = title
    if not bare:
        return
    numbers = " ".join(word for word in words if word[0].isdecimal())
    yield f"={''.join(_bare(words))} {numbers}"
    yield f"={''.join(bare)} {numbers}"
    yield f":{' '.join(bare)}"
    if main:
        yield f":{' '.join(main)}"
    if len(words) >= FEWEST:
        half = len(stems) // 2
        yield f"<{len(stems)} {' '.join(stems[:half])}"
        yield f">{len(stems)} {' '.join(stems[half:])}"


def _stands(one: Title, other: Title) -> bool:
    """Say whether one is the other without its subtitle, and says enough by itself."""
    short, long = sorted((one, other), key=lambda title: len(title.bare))
    enough = len(short.bare) > 1 or len(short.words[0]) >= STANDING
    return enough and short.bare == long.main


def _slip(one: Title, other: Title) -> Slip | None:
    """Return the words in which two titles differ, if that may be a wrong letter."""
    pairs = zip(one.stems, other.stems, strict=True)
    differing = [at for at, (mine, theirs) in enumerate(pairs) if mine != theirs]
    if len(differing) != 1:
        return None
    mine, theirs = one.words[differing[0]], other.words[differing[0]]
    if _WIDE.match(mine) and _WIDE.match(theirs):
        wide = sum(1 for word in one.words if _WIDE.match(word))
        fit = wide >= FEWEST_HAN and not {mine, theirs} <= _TELLING
        return Slip(mine, theirs, 0) if fit else None
    return _letter_off(mine, theirs)


def _letter_off(mine: str, theirs: str) -> Slip | None:
    """Return two words as a slip if one letter is off.

    One before the others, as in atypical, makes another word; one that is missing
    there, or off in a short word, may be a slip where no title has such a word.
    """
    if not (mine.isalpha() and theirs.isalpha()):
        return None
    if OSA.distance(mine, theirs, score_cutoff=1) != 1:
        return None
    longest = max(len(mine), len(theirs))
    inside = mine[0] == theirs[0] or len(mine) == len(theirs)
    if inside and longest >= SHORTEST:
        return Slip(mine, theirs, 1)
    before = mine.endswith(theirs) or theirs.endswith(mine)
    prefixed = before and max(mine, theirs, key=len)[0] == "a"
    if longest >= SHORTEST_UNKNOWN and not prefixed:
        return Slip(mine, theirs, 0)
    return None
