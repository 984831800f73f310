"""From text to the terms search compares: one analyser for the index and the query.

Letters are folded (case, width, accents, traditional characters) and stemmed as
English. Chinese has no spaces: a run of it becomes its overlapping pairs and then
its last character, so that any part of it is a phrase of terms, without a dictionary.
"""

import re
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar
from unicodedata import category, combining, normalize

import opencc
import Stemmer

from kb.text.cjk import HAN, KANA

Made = TypeVar("Made")

_KEPT = 100_000  # different words remembered with their terms
_SPELT = 3  # letters of the shortest word worth a spelling suggestion

# Radicals that are characters of their own, which some PDFs hold in their place. Those
# of the other block, and two of these, are known to NFKC.
_RADICALS = dict(
    zip(
        "⺠⺩⺪⺫⺬⺮⺶⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻱⻲",
        "民王疋目示竹羊虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿竜龙龜亀",
        strict=True,
    )
)
_APART = {"・": " ", "･": " ", "™": " ", "℠": " "}
_APOSTROPHES = dict.fromkeys("’‘ʼ＇", "'")  # noqa: RUF001 (they are what is folded)

_RUN = re.compile(
    rf"""[{HAN}{KANA}]+
    | [^\W_{HAN}{KANA}]+ (?: (?<=\d)\.(?=\d) [^\W_{HAN}{KANA}]+ )* (?:'s\b)?""",
    re.VERBOSE,
)
_ASCII_RUN = re.compile(r"[a-z0-9]+(?:(?<=\d)\.(?=\d)[a-z0-9]+)*(?:'s\b)?")
_WIDE = re.compile(f"[{HAN}{KANA}]")
_PIECE = re.compile(
    r"""\d+(?:\.\d+)*
    | (?!(?:arxiv|conv|deconv|eccv|equiv|iccv|opencv|univ|wacv)\d)
      [^\W\d_]{3,} (?=v\d)        # FLANv2, as in "FLAN v2"; but Conv1
    | [^\W\d_]+""",
    re.VERBOSE,
)
_STEMMER = Stemmer.Stemmer("english", 0)


class Token(NamedTuple):
    """A term, and where in the text the letters are that it was made of."""

    term: str
    start: int
    end: int


class Phrase(NamedTuple):
    """What to ask for: these terms one right after the other.

    With `prefix` the last stands for every term that begins with it.
    """

    terms: list[str]
    prefix: bool


class _Folds(dict[int, str]):
    """What each character, by number, is to search; made when it is first met."""

    def __missing__(self, number: int) -> str:
        folded = self[number] = _folded_character(chr(number))
        return folded


class _Kept(dict[str, Made]):
    """What was made of each run, when it was first met; emptied before it is big."""

    def keep(self, run: str, made: Made) -> Made:
        if len(self) >= _KEPT:
            self.clear()
        self[run] = made
        return made


class _Pieces(_Kept[list[Token]]):
    """The tokens of a word, as offsets into it."""

    def __missing__(self, run: str) -> list[Token]:
        return self.keep(run, _pieces(run))


class _Terms(_Kept[list[str]]):
    """The terms of a run; those of Chinese are not kept, being rarely met again."""

    def __missing__(self, run: str) -> list[str]:
        if _is_wide(run):
            return _pairs(run)
        return self.keep(run, [piece.term for piece in _PIECES[run]])


class _Joined(_Kept[str]):
    """The same terms with spaces between."""

    def __missing__(self, run: str) -> str:
        if _is_wide(run):
            return " ".join(_pairs(run))
        return self.keep(run, " ".join(piece.term for piece in _PIECES[run]))


class _Words(_Kept[list[str]]):
    """The words of a run as they are spelt."""

    def __missing__(self, run: str) -> list[str]:
        if _is_wide(run):
            return []
        spelt = (run[piece.start : piece.end] for piece in _PIECES[run])
        kept = [word for word in spelt if len(word) >= _SPELT and word.isalpha()]
        return self.keep(run, kept)


def terms(text: str) -> list[str]:
    """Return the terms of a text, in order.

    >>> terms("FLAN-MoE's GPT3.5"), terms("指令微調")
    (['flan', 'moe', 'gpt', '3.5'], ['指令', '令微', '微调', '调'])
    """
    return list(chain.from_iterable(map(_TERMS.__getitem__, _runs(text))))


def joined(text: str) -> str:
    """Return the terms of a text with spaces between: much faster, for the index."""
    return " ".join(map(_JOINED.__getitem__, _runs(text)))


def asked(text: str) -> Phrase:
    """Return what finds `text` as a part of other texts.

    A run of Chinese at the end may go on in what is found: its last character alone
    is not asked for, and one that is all there is may begin a pair.

    >>> asked("指令微调")
    Phrase(terms=['指令', '令微', '微调'], prefix=False)
    >>> asked("调")
    Phrase(terms=['调'], prefix=True)
    """
    runs = _runs(text)
    found = list(chain.from_iterable(map(_TERMS.__getitem__, runs)))
    if not runs or not _is_wide(runs[-1]):
        return Phrase(found, prefix=False)
    if len(runs[-1]) == 1:
        return Phrase(found, prefix=True)
    return Phrase(found[:-1], prefix=False)


def tokens(text: str) -> list[Token]:
    """Return the same terms with their places in `text` as it was given."""
    folded = _folded(text)
    found: list[Token] = []
    for match in (_ASCII_RUN if folded.isascii() else _RUN).finditer(folded):
        run, start = match[0], match.start()
        if _is_wide(run):
            found += [
                Token(pair, start + at, start + at + len(pair))
                for at, pair in enumerate(_pairs(run))
            ]
        else:
            found += [
                Token(p.term, start + p.start, start + p.end) for p in _PIECES[run]
            ]
    return found if text.isascii() else _placed(found, text)


def words(*texts: str) -> list[str]:
    """Return the different words of three letters or more as they are spelt, folded."""
    runs = dict.fromkeys(chain.from_iterable(map(_runs, texts)))
    return list(dict.fromkeys(chain.from_iterable(map(_WORDS.__getitem__, runs))))


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(FOLD)


@lru_cache(maxsize=256)  # a document's texts are asked for terms, then for words
def _runs(text: str) -> list[str]:
    folded = _folded(text)
    return (_ASCII_RUN if folded.isascii() else _RUN).findall(folded)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run))]


def _is_wide(run: str) -> bool:
    return run[0] >= "\u2e80" and _WIDE.match(run) is not None


def _pieces(run: str) -> list[Token]:
    word = run.removesuffix("'s")
    return [
        Token(_STEMMER.stemWord(match[0]), match.start(), match.end())
        for match in _PIECE.finditer(word)
    ]


def _placed(found: list[Token], text: str) -> list[Token]:
    """Return tokens of the folded text with the offsets of the text itself."""
    if all(len(FOLD[ord(character)]) == 1 for character in set(text)):
        return found
    widths = [len(FOLD[ord(character)]) for character in text]
    origins = [at for at, width in enumerate(widths) for _ in range(width)]
    origins.append(len(text))
    # A mark that was folded away belongs to the letter before it.
    return [
        Token(term, origins[start], max(origins[end - 1] + 1, origins[end]))
        for term, start, end in found
    ]


def _folded_character(character: str) -> str:
    if category(character) == "Cf":  # soft hyphens, joiners, marks of direction
        return ""
    lowered = normalize("NFKC", character).casefold()
    plain = "".join(c for c in normalize("NFKD", lowered) if not combining(c))
    return "".join(map(_simplified, normalize("NFC", plain)))


def _simplified(character: str) -> str:
    ideograph = _RADICALS.get(character, character)
    return _converter().convert(ideograph) if _is_wide(ideograph) else ideograph


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


FOLD = _Folds({ord(old): new for old, new in (_APART | _APOSTROPHES).items()})
_PIECES = _Pieces()
_TERMS = _Terms()
_JOINED = _Joined()
_WORDS = _Words()
