"""What to ask: ten kinds of queries, chosen from the library by how often words occur.

Nothing is random, and the engine has no say in it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from kb.models import Topic
from kb.text.cjk import HAN
from tests.bench.library import Place
from tests.bench.papers import Source
from tests.bench.words import words

EACH = 20  # queries of a kind
COMMON = 0.06  # of all rows; well above five of a hundred
RARE = (3, 30)  # rows of a hundred thousand, at least and at most
WORD = re.compile(r"[a-z]{4,}")
_HAN_RUN = re.compile(f"[{HAN}]+")
_WITHOUT = words("queries")
STOP = frozenset(_WITHOUT["stop"])
STOP_HAN = re.compile(f"[{_WITHOUT['stop_han'][0]}]")

T = TypeVar("T", bound=Any)  # text, numbers, or tuples of text

KINDS = (
    *("rare", "common", "two_words", "four_words", "phrase"),
    *("prefix", "zh_two", "zh_four", "mixed", "filtered"),
)


class Texts:
    """How often words and pieces of Chinese occur in the library, by entries."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Count over these, which are all different."""
        self.sources = sources
        self.words = count(said(f"{s.title} {s.abstract}") for s in sources)
        self.pairs = count(pairwise(title_words(s)) for s in sources)
        self.han = count(chain(s.chinese, pieces(2)) for s in sources)
        self.fours = count(chain(s.chinese[:1], pieces(4)) for s in sources)


def count(found: Iterable[Iterable[T]]) -> Counter[T]:
    """Return in how many entries each thing occurs."""
    counts: Counter[T] = Counter()
    for things in found:
        counts.update(set(things))
    return counts


def said(text: str) -> list[str]:
    """Return the plain words of an English text that say something."""
    return [word for word in WORD.findall(text.lower()) if word not in STOP]


def title_words(source: Source) -> list[str]:
    """Return those of a title up to its first other word: they stand side by side."""
    found: list[str] = []
    for word in source.title.lower().split():
        if not WORD.fullmatch(word) or word in STOP:
            break
        found.append(word)
    return found


def pieces(length: int) -> Callable[[str], Iterator[str]]:
    """Return what yields pieces of Chinese text that have so many characters.

    Those a part between two small words begins or ends with: terms, more than others.
    """

    def split(text: str) -> Iterator[str]:
        for run in _HAN_RUN.findall(text):
            for part in STOP_HAN.split(run):
                if len(part) >= length:
                    yield from (part[:length], part[-length:])

    return split


def chain(texts: Iterable[str], split: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """Yield the pieces of several texts."""
    for text in texts:
        yield from split(text)


def spread(counts: Counter[T], number: int = EACH, least: int = 2) -> list[T]:
    """Return things from the most frequent down to the rare, each step as long again.

    Frequent ones are thus as many as rare ones.
    """
    ranked = [thing for thing, times in ordered(counts) if times >= least]
    chosen: list[T] = []
    rank, step = 1.0, len(ranked) ** (1 / number)
    while rank <= len(ranked) and len(chosen) < number:
        chosen.append(ranked[int(rank) - 1])
        rank = max(rank + 1, rank * step)
    return chosen


def ordered(counts: Counter[T]) -> list[tuple[T, int]]:
    """Return what was counted, the most frequent first; ties by the thing itself."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def evenly(things: Sequence[T], number: int = EACH) -> list[T]:
    """Return so many of a sequence, from all its parts."""
    step = max(1, len(things) // number)
    return list(things[::step][:number])


def choose(sources: Sequence[Source], places: Sequence[Place]) -> dict[str, list[str]]:
    """Return the queries of each kind."""
    pairs = zip(sources, places, strict=False)
    texts = Texts([source for source, place in pairs if not place.blog])
    found = {
        "rare": rare(texts),
        "common": common(texts),
        "two_words": [" ".join(pair) for pair in spread(texts.pairs)],
        "four_words": four_words(texts),
        "phrase": [f'"{" ".join(pair)}"' for pair in spread(texts.pairs)],
        "prefix": prefix(texts),
        "zh_two": spread(texts.han),
        "zh_four": spread(texts.fours),
        "mixed": mixed(texts),
        "filtered": filtered(texts, places),
    }
    return {kind: found[kind] for kind in KINDS}


def rare(texts: Texts) -> list[str]:
    """Return words that few entries have."""
    scale = len(texts.sources) / 100_000
    low, high = max(1, RARE[0] * scale), max(3, RARE[1] * scale)
    return evenly([w for w, times in ordered(texts.words) if low <= times <= high])


def common(texts: Texts) -> list[str]:
    """Return English and Chinese words that more than one entry of twenty has."""
    least = COMMON * len(texts.sources)
    both = (ordered(texts.words), ordered(texts.han))
    english, chinese = ([w for w, times in of if times >= least] for of in both)
    return evenly(english, 12) + evenly(chinese, 8)


def four_words(texts: Texts) -> list[str]:
    """Return half-remembered titles: four words that some title begins with."""
    known = [said(source.title)[:4] for source in texts.sources]
    full = [
        (min(texts.words[word] for word in four), four)
        for four in known
        if len(set(four)) == 4
    ]
    ranked = sorted(full, reverse=True)[: len(full) // 2]
    return [" ".join(four) for _, four in evenly(ranked)]


def prefix(texts: Texts) -> list[str]:
    """Return what is there while somebody types: the last word has just begun.

    One Chinese character, alone or behind a word, and the first letters of a word.
    """
    first = count(chain(s.chinese[:1], pieces(1)) for s in texts.sources)
    alone = spread(first, 7)
    behind = [query[:-3] for query in mixed(texts)[:6]]
    letters = [f"{one} {other[:3]}" for one, other in spread(texts.pairs, 7)]
    return alone + behind + letters


def mixed(texts: Texts) -> list[str]:
    """Return an English word beside a Chinese term, half of them without a space."""
    pairs = count(
        ((word, four) for word in title_words(source)[:2] for four in fours(source))
        for source in texts.sources
    )
    chosen = spread(pairs, least=1)
    return [f"{a}{' ' if at % 2 else ''}{b}" for at, (a, b) in enumerate(chosen)]


def fours(source: Source) -> list[str]:
    """Return terms of four characters in a Chinese title."""
    return list(chain(source.chinese[:1], pieces(4)))[:4]


def filtered(texts: Texts, places: Sequence[Place]) -> list[str]:
    """Return a word within a topic's subtree and some years."""
    used = Counter(topic for place in places for topic in place.topics)
    addresses = dict(Topic.objects.values_list("pk", "address"))
    topics = [addresses[key] for key in spread(used)]
    tops = [address.split("/")[0] for address in topics]
    asked = spread(texts.words)
    return [
        f"topic:{top if at % 2 else topic} year:2022..2025 {word}"
        for at, (top, topic, word) in enumerate(zip(tops, topics, asked, strict=False))
    ]
