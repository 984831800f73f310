"""How soon an edit is found, while people read."""

import time
from itertools import product
from queue import Queue
from random import Random
from threading import Thread
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import connection

from kb.models import Entry
from kb.ops import entries, summaries
from kb.ops.entries import Wanted
from kb.search.find import Asker, find
from kb.search.query import parse
from tests.bench.library import NOW
from tests.bench.site import Failed

EDITS = 500
PAUSE = 0.08  # seconds between two edits, on average: a busy team
LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 60
SEED = 11


class Edit(NamedTuple):
    """A word that an edit brought into an entry, and when that was committed."""

    word: str
    entry: int
    committed: float


def words() -> list[str]:
    """Return words that are in no text and have no stem."""
    return ["zq" + "".join(letters) for letters in product("kqvxz", repeat=4)]


def measure(number: int, user: User) -> list[float]:
    """Edit, and return the seconds from each commit until it was found.

    What is not found in time counts with all the time it was waited for.
    """
    told: Queue[Edit] = Queue()
    writer = Thread(target=write, args=(number, user, told), daemon=True)
    writer.start()
    waiting: list[Edit] = []
    times: list[float] = []
    while writer.is_alive() or waiting or not told.empty():
        while not told.empty():
            waiting.append(told.get())
        for edit in list(waiting):
            waited = time.monotonic() - edit.committed
            if visible(edit, user) or waited > PATIENCE_SECONDS:
                times.append(waited)
                waiting.remove(edit)
        time.sleep(LOOK_SECONDS)
    if len(times) < EDITS:
        raise Failed("The writer stopped before it had made all edits.")
    return times


def visible(edit: Edit, user: User) -> bool:
    """Say whether the entry is found by its new word."""
    asked = parse(edit.word, today=NOW.date())
    return find(asked, Asker(user.pk)).ids == [edit.entry]


def write(number: int, user: User, told: "Queue[Edit]") -> None:
    """Give entries another title or summary, and tell when it was committed."""
    random = Random(SEED)  # noqa: S311
    try:
        for at, word in zip(range(EDITS), words(), strict=False):
            entry = Entry.objects.get(pk=random.randint(1, number))
            (retitle if at % 2 else rewrite)(entry, word, user)
            told.put(Edit(word, entry.pk, time.monotonic()))
            time.sleep(random.expovariate(1 / PAUSE))
    finally:
        connection.close()


def retitle(entry: Entry, word: str, user: User) -> None:
    """Put the word into the title."""
    title = f"{word} {entry.title}"
    wanted = Wanted(
        title, entry.kind, list(entry.topics.all()), list(entry.tags.names())
    )
    entries.edit(entry, wanted, by=user)


def rewrite(entry: Entry, word: str, user: User) -> None:
    """Put the word into the Chinese summary, or begin one with it."""
    now = entry.summaries.filter(language="zh").first()
    body, version = (now.body, now.version) if now else ("微调", 0)
    body = f"{word} {body}"
    summaries.save(entry, "zh", body, base=version, by=user, now=NOW)
