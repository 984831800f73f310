"""What may have been meant, for when nothing is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Occur, Query

from kb.search import index
from kb.search.damage import survived
from kb.search.find import Asker, Found, Wish, answer, count, understood, words_in
from kb.search.names import Names
from kb.search.query import AnyOf, Asked, Node, Part, Words, text_of
from kb.search.ranking import Matcher, any_of, boolean, fields, term
from kb.search.vocabulary import vocabulary
from kb.text import analyser
from kb.text.analyser import FOLD
from kb.text.cjk import HAN, KANA, is_wide
from kb.text.sentences import Sentence

if TYPE_CHECKING:
    from tantivy import Searcher

SHORTEST = 4  # letters of a word that may have a wrong one
LONG = 7  # letters of a word that may have two
CORRECTED = 6  # words of a query: comparing one with all there are takes its time
RATIO = 50  # how many times as frequent the word is that a rare one stands for

_WORD = re.compile(rf"[^\W\d_{HAN}{KANA}]{{{SHORTEST},}}")

SOME = Sentence("No entry has all of these words: these have some of them.")

Correct: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class Close:
    """The query as it may have been meant, and what is found by words nearly alike."""

    suggestion: str | None
    found: Found


@survived
def close(
    asked: Asked,
    asker: Asker,
    *,
    first: int = 0,
    size: int = 20,
    facets: Sequence[str] = ("topic",),
) -> Close:
    """Return what comes near a query that finds nothing.

    The suggestion is the text of a query that finds something. It is spelt by what
    everyone may read, whoever asks. Raises `index.NotBuilt`.
    """
    searcher = index.reader()
    known, notices = understood([part.node for part in asked.parts], asker)
    fuzzy = _Fuzzy(searcher, asker.user_id, known)
    wish = Wish(first, size, facets)
    found = answer(fuzzy, asked, wish)
    if not found.total and (loose := _loosened(asked)):
        found = answer(fuzzy, loose, wish)
        if found.total:
            notices.append(SOME)
    return Close(
        _suggestion(asked, Matcher(searcher, asker.user_id, known)),
        replace(found, notices=(*asked.notices, *notices)),
    )


# --- Spelling -------------------------------------------------------------------------


def _suggestion(asked: Asked, matcher: Matcher) -> str | None:
    """Return the query with unknown words replaced, else with rare ones as well."""
    counts = vocabulary()
    correct = _Speller(matcher.searcher, counts)
    for correct.rare in (False, True):
        meant = replace(asked, parts=tuple(_meant(p, correct) for p in asked.parts))
        nodes = [part.node for part in meant.parts]
        if meant != asked and count(matcher.searcher, matcher.plain(nodes)):
            return text_of(meant)
    return None


class _Speller:
    """Corrects the first few words it does not know, into words of what is listed.

    The table of words is a while old, and holds what was listed then. With `rare`
    words that few texts have are corrected as well.
    """

    def __init__(self, searcher: Searcher, counts: dict[str, int]) -> None:
        """Correct nothing yet."""
        self.searcher, self.counts = searcher, counts
        self.rare = False
        self.meant: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """Return the word that was meant, which is mostly the word itself."""
        known = self.counts.get(word, 0) > 0
        if word not in self.meant:
            if len(self.meant) == CORRECTED or (known and not self.rare):
                return word
            meant = nearest(word, self.counts, rare=known)
            self.meant[word] = meant if self._listed(meant) else word
        return self.meant[word]

    def _listed(self, word: str) -> bool:
        both = [term("word", word), term("status", "listed")]
        every = boolean([(Occur.Must, one) for one in both])
        return bool(count(self.searcher, every))


def nearest(word: str, counts: dict[str, int], *, rare: bool = False) -> str:
    """Return the word that was meant, which is mostly the word itself.

    A word that no text has may be any nearly like it. With `rare`, one that few texts
    have may be one of `RATIO` times as many: texts hold slips, too.
    """
    had = counts.get(word, 0)
    if had and not rare:
        return word
    wrong = 2 if len(word) >= LONG else 1
    near = process.extract(
        word, counts.keys(), scorer=OSA.distance, score_cutoff=wrong, limit=None
    )
    better = [
        (distance, -counts[other], other)
        for other, distance, _ in near
        if counts[other] >= max(1, RATIO * had)
    ]
    best = min(better)[-1] if better else word
    # What differs in its ending alone is found as the word itself is.
    return word if analyser.terms(best) == analyser.terms(word) else best


def _meant(part: Part, correct: Correct) -> Part:
    """Return the part with its words corrected; filters and what is denied stay."""
    every = part.node.of if isinstance(part.node, AnyOf) else (part.node,)
    words = [node for node in every if isinstance(node, Words)]
    if len(words) < len(every):
        return part
    meant = tuple(replace(node, text=_spelt(node.text, correct)) for node in words)
    node: Node = AnyOf(meant) if isinstance(part.node, AnyOf) else meant[0]
    return part if node == part.node else Part(_spelt(part.source, correct), node)


def _spelt(text: str, correct: Correct) -> str:
    """Return the text with each of its words corrected, all else as it was."""

    def replaced(match: re.Match[str]) -> str:
        word = match[0].translate(FOLD)
        meant = correct(word)
        return match[0] if meant == word else meant

    return _WORD.sub(replaced, text)


# --- Words nearly alike ---------------------------------------------------------------


def _loosened(asked: Asked) -> Asked | None:
    """Return the query with one of its words being enough, None where it has one."""
    words = [part for part in asked.parts if _of_words(part.node)]
    if len(words) <= 1:
        return None
    others = [part for part in asked.parts if part not in words]
    source = " OR ".join(part.source for part in words)
    every = (word for part in words for word in words_in(part.node))
    loose = Part(source, AnyOf(tuple(every)))
    return replace(asked, parts=(*others, loose))


def _of_words(node: Node) -> bool:
    every = node.of if isinstance(node, AnyOf) else (node,)
    return all(isinstance(one, Words) for one in every)


class _Fuzzy(Matcher):
    """Finds English words with a letter wrong, and Chinese by half of its pairs.

    The first few English words: each is compared with all there are.
    """

    def __init__(self, searcher: Searcher, user_id: int | None, names: Names) -> None:
        """Compare no word yet."""
        super().__init__(searcher, user_id, names)
        self._alike: dict[str, Query] = {}

    def _words(self, node: Words) -> Query | None:
        """Return what holds the words or what is nearly like them."""
        alike = [(Occur.Must, query) for query in self._pieces(node.text)]
        return any_of([super()._words(node), boolean(alike) if alike else None])

    def _pieces(self, text: str) -> Iterator[Query]:
        """Yield what must hold, all of it, for a text to be nearly like this one."""
        pairs = []
        for token in analyser.tokens(text):
            if not is_wide(token.term):
                yield self._piece(text[token.start : token.end], token.term)
            elif len(token.term) > 1:
                pairs.append((Occur.Should, term("text", token.term)))
        if pairs:
            yield Query.boolean_query(
                pairs, minimum_number_should_match=-(-len(pairs) // 2)
            )

    def _piece(self, spelt: str, stem: str) -> Query:
        word = spelt.translate(FOLD)
        if word not in self._alike:
            if len(self._alike) == CORRECTED:
                return term("text", stem)
            self._alike[word] = _alike(word, stem)
        return self._alike[word]


def _alike(word: str, stem: str) -> Query:
    exact = term("text", stem)
    if len(word) < SHORTEST or not word.isalpha():
        return exact
    wrong = 2 if len(word) >= LONG else 1
    return Query.disjunction_max_query(
        [exact, Query.fuzzy_term_query(fields(), "word", word, wrong)]
    )
