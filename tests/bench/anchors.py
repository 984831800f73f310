"""How well highlights keep to their words: python -m tests.bench.anchors [EDITS].

Edits summaries at random and compares where each highlight is with where it should be.
"""

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from kb.text import anchors
from tests import drafts
from tests.bench import papers
from tests.highlights import Fate, Highlight, Judge, Page, highlights

SEED = 5
HIGHLIGHTS = 16  # of each text


@dataclass
class Tally:
    """What was found over many edits."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Return the shares that are promised."""
        n = self.counts
        return {
            "highlights": n["highlights"],
            "survived": n["survived"],
            "refound_share": n["survived found"] / max(1, n["survived"]),
            "changed": n["changed"],
            "changed_kept_share": n["changed found"] / max(1, n["changed"]),
            "gone": n["gone"],
            "wrong": len(self.wrong),
        }


def measure(texts, number: int, *, seed: int = SEED, find_alone: bool = False) -> Tally:
    """Save `number` edits of one to four changes; follow highlights through each."""
    chance = random.Random(seed)
    editor = drafts.Editor(chance, drafts.phrases(texts))
    tally = Tally()
    for _, text in zip(range(number), drafts.long_texts(texts, chance), strict=False):
        draft = drafts.Draft(text)
        before = Page(draft)
        held = list(highlights(before, chance, HIGHLIGHTS))
        habits = [editor.edit(draft) for _ in range(chance.randint(1, 4))]
        after = Page(draft)
        started = time.perf_counter()
        edit = anchors.Edit(before.plain, after.plain)
        found = [edit.moved(one.anchor) for one in held]
        tally.seconds.append(time.perf_counter() - started)
        if find_alone:
            found = [anchors.find(one.anchor, after.plain) for one in held]
        for one, place in zip(held, found, strict=True):
            judged(tally, Judge(after), one, place, (before, after, habits))
    return tally


def judged(tally: Tally, judge: Judge, one: Highlight, place, story) -> None:
    """Count one highlight."""
    fate, where = judge.fate(one)
    tally.counts["highlights"] += 1
    tally.counts[fate.value] += 1
    told = (
        one.anchor.exact,
        place and judge.page.plain[place.start : place.end],
        fate,
        story[2],
        story[0].text,
        story[1].text,
        one.anchor,
        place,
        where,
        story,
    )
    if place is None:
        tally.counts[f"{fate.value} orphaned"] += 1
        if fate is Fate.SURVIVED:
            tally.lost.append(told)
        return
    right = (
        (place.start, place.end) == where
        if where
        else judge.is_ours(one, place.start, place.end)
    )
    right = right or judge.reads_both_ways(one, place.start, place.end)
    if right:
        tally.counts[f"{fate.value} found"] += 1
    else:
        tally.wrong.append(told)
