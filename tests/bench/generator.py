"""Bilingual text as a library has it, for a machine that has no real one.

Words follow Zipf's law; terms of several words recur, as those of a field do. Every
run makes the same text.
"""

from collections.abc import Iterator
from itertools import accumulate, product
from random import Random
from typing import Any

from tests.bench.words import words

SEED = 3
TEXT = words("text")
VENUES = ("", "", "", "nips", "icra", "cvpr")


class Words:
    """Things to choose from, each so often as Zipf's law says of its rank."""

    def __init__(self, ranked: list[str], random: Random) -> None:
        """Choose with the given chance."""
        self.ranked, self.random = ranked, random
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(ranked))))

    def some(self, number: int) -> list[str]:
        """Return so many, of which some are the same."""
        return self.random.choices(self.ranked, cum_weights=self.weights, k=number)


def papers(number: int) -> Iterator[dict[str, Any]]:
    """Yield papers, six of ten with a Chinese summary."""
    random = Random(SEED)  # noqa: S311
    english, field = vocabulary(random), Words(TEXT["field"], random)
    made = [
        " ".join(dict.fromkeys(field.some(2) + english.some(1))) for _ in range(2000)
    ]
    terms, names = Words(made, random), Words(people(), random)
    han, han_terms = han_vocabulary(random)
    for at in range(number):
        year = 15 + at % 11
        yield {
            "title": title(terms, english, random),
            "authors": list(dict.fromkeys(names.some(random.randint(1, 8)))),
            "abstract": " ".join(sentence(english, terms) for _ in range(7)),
            "categories": random.sample(TEXT["categories"], random.randint(1, 3)),
            "venue": random.choice(VENUES),
            "arxiv_id": f"{year}{1 + at % 12:02}.{10_000 + at % 90_000}",
            "year": 2000 + year,
            "chinese": chinese(han, han_terms, random) if at % 10 < 6 else [],
        }


def vocabulary(random: Random) -> Words:
    """Return English words: real ones first, then pronounceable ones."""
    syllables = ["".join(pair) for pair in product(TEXT["onsets"], TEXT["rhymes"])]
    made = ["".join(random.sample(syllables, 2)) for _ in range(30_000)]
    head = [
        word
        for pair in zip(TEXT["function"], TEXT["field"], strict=False)
        for word in pair
    ]
    return Words([*head, *made], random)


def han_vocabulary(random: Random) -> tuple[Words, Words]:
    """Return Chinese words, and terms made of two."""
    pairs = ["".join(pair) for pair in product(TEXT["han"], TEXT["han"])]
    random.shuffle(pairs)
    words = Words([*TEXT["han_words"], *pairs], random)
    common = Words(TEXT["han_words"], random)
    return words, Words(["".join(common.some(2)) for _ in range(1000)], random)


def people() -> list[str]:
    """Return names of authors."""
    middles = ("", " A.", " J.", " M.")
    return [
        f"{g}{m} {f}" for g, m, f in product(TEXT["given"], middles, TEXT["family"])
    ]


def title(terms: Words, english: Words, random: Random) -> str:
    """Return a title with a term or two of the field."""
    parts = [*terms.some(1), "for", *terms.some(1), *english.some(random.randint(0, 3))]
    return " ".join(parts).title()


def sentence(english: Words, terms: Words) -> str:
    """Return an English sentence that holds a term."""
    return " ".join([*english.some(9), *terms.some(1), *english.some(9)]) + "."


def chinese(words: Words, terms: Words, random: Random) -> list[str]:
    """Return a Chinese title and a few sentences."""
    first = "".join(terms.some(2))
    rest = [
        "".join(
            [
                *words.some(4),
                random.choice(TEXT["links"]),
                *terms.some(1),
                *words.some(4),
            ]
        )
        for _ in range(6)
    ]
    return [first, "，".join(rest) + "。"]
