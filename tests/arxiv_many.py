"""Made-up papers, as many as wanted: each another, each time the same."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from tests.arxiv_papers import Paper

_TEXT = """we show that attention over long sequences can be made sparse without loss of
quality in language models trained with instruction data and sampled experts whose
gradients are estimated under a fixed budget of memory using $O(n \\log n)$ steps
compared with baselines on translation retrieval reasoning and code"""
_WORDS = Random(7).choices(_TEXT.split(), k=5000)  # noqa: S311 - nothing is secret
_NAMES = [
    *("Ada Lovelace", "Grace Hopper", "Emmy Noether", "Dirk Wübben", "Jiayu Ding"),
    *("王小明", "Zoë Świtek", "Łukasz Kaiser", "J. R. R. Tolkien", "José Luis Borges"),
]
_SUBJECTS = ["cs.CL", "cs.LG", "cs.AI", "stat.ML", "math.CO", "hep-th", "astro-ph.CO"]
_MONTH = 20_000  # papers
_FIRST = datetime(2015, 1, 5, 18, tzinfo=UTC)


def many(count: int) -> Iterator[Paper]:
    """Yield `count` papers as long as arXiv's are, a thousand a day from 2015-01-05."""
    return map(_paper, range(count))


def _paper(number: int) -> Paper:
    year, month = divmod(number // _MONTH, 12)
    day = _FIRST + timedelta(days=number // 1000)
    times = [day + timedelta(minutes=minutes) for minutes in range(1 + number % 3)]
    return Paper(
        f"{15 + year:02}{month + 1:02}.{number % _MONTH + 1:05}",
        f"{' '.join(_some(_WORDS, 9, number))} {number}".capitalize(),
        f"{' '.join(_some(_WORDS, 180, number * 7))}.".capitalize(),
        authors=_some(_NAMES, 4, number),
        versions=[f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in times],
        comment=f"{4 + number % 40} pages",
        categories=_some(_SUBJECTS, 1 + number % 4, number),
        sizes=[20 + number % 4000 for _ in times],
    )


def _some(of: Sequence[str], count: int, start: int) -> list[str]:
    at = start % (len(of) - count + 1)
    return list(of[at : at + count])
