"""How well highlights keep to their words: python -m tests.bench.anchors [SAVES].

Edits real summaries at random, through the renderer, and compares where each highlight
is after each save with where its letters are. Figures go to var/bench/anchors.json.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.text import anchors
from kb.text.anchors import Anchor
from tests import drafts
from tests.bench import figures, papers
from tests.highlights import Fate, Highlight, Judge, Page, highlights

SEED = 5
HIGHLIGHTS = 24  # of each text
SAVES = 5  # of each text, one after the other
PAPERS = 2_000  # of the corpus, where it is


@dataclass
class Tally:
    """What was found over many saves."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def count(self, judge: Judge, one: Highlight, place: Anchor | None) -> bool:
        """Count one highlight after one save; return whether to follow it further."""
        fate, where = judge.fate(one)
        self.counts[fate.value] += 1
        if place is None:
            self.counts["orphaned"] += 1
            return False
        span = place.start, place.end
        right = span == where if where else judge.is_ours(one, *span)
        if right or judge.reads_both_ways(one, *span):
            self.counts[f"{fate.value} found"] += 1
        else:
            self.wrong.append((one.anchor.exact, place.exact))
        return right and fate is Fate.SURVIVED

    def figures(self) -> dict[str, float]:
        """Return what is promised of anchors, and how much of it was tried."""
        found = sum(self.counts[f"{fate.value} found"] for fate in Fate)
        told = found + self.counts["orphaned"] + len(self.wrong)
        tried = sum(self.counts[fate.value] for fate in Fate)
        return {
            "saves": len(self.seconds),
            "highlights": tried,
            "survived": self.counts["survived"],
            "changed": self.counts["changed"],
            "gone": self.counts["gone"],
            "refound_share": self.counts["survived found"] / self.counts["survived"],
            "changed_found_share": self.counts["changed found"]
            / self.counts["changed"],
            "wrong": len(self.wrong),
            "orphaned": self.counts["orphaned"],
            "accounted_share": told / tried,
            "save_p95_ms": 1000 * figures.percentile(self.seconds, 95),
        }


def measure(texts: Sequence[str], saves: int, seed: int = SEED) -> Tally:
    """Save edits of one to four changes each; follow highlights through them."""
    chance = random.Random(seed)  # noqa: S311 (the same edits every time)
    editor = drafts.Editor(chance, drafts.phrases(texts))
    tally = Tally()
    for text in drafts.long_texts(texts, chance):
        if len(tally.seconds) >= saves:
            return tally
        follow(tally, editor, drafts.Draft(text), min(SAVES, saves))
    return tally


def follow(
    tally: Tally, editor: drafts.Editor, draft: drafts.Draft, saves: int
) -> None:
    """Save a draft several times; each save is compared with the one before."""
    page = Page(draft)
    held = list(highlights(page, editor.chance, HIGHLIGHTS))
    for _ in range(saves):
        draft.save()
        for _ in range(editor.chance.randint(1, 4)):
            editor.edit(draft)
        before, page = page, Page(draft)
        started = time.perf_counter()
        edit = anchors.Edit(before.plain, page.plain)
        moved = [edit.moved(one.anchor) for one in held]
        tally.seconds.append(time.perf_counter() - started)
        judge = Judge(page)
        held = [
            Highlight(place, judge.now(one))
            for one, place in zip(held, moved, strict=True)
            if tally.count(judge, one, place) and place
        ]


def corpus() -> list[str]:
    """Return abstracts and Chinese summaries of real papers, if they are here."""
    if not papers.CORPUS.exists():
        return []
    found = papers.sources(PAPERS)
    return [one.abstract for one in found if one.abstract] + [
        "\n\n".join(one.chinese) for one in found if one.chinese
    ]


def main() -> None:
    """Measure on the sample, and on the corpus where it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.anchors")
    parser.add_argument("saves", type=int, nargs="?", default=500)
    saves = parser.parse_args().saves
    kinds = {"sample": drafts.summaries(), "corpus": corpus()}
    told = {
        kind: measure(texts, saves).figures() for kind, texts in kinds.items() if texts
    }
    rows = [
        [name, *(figures.rounded(told[kind][name]) for kind in told)]
        for name in told["sample"]
    ]
    print(figures.table(["figure", *told], rows))  # noqa: T201 (it is a program)
    figures.keep("anchors", told)


if __name__ == "__main__":
    main()
