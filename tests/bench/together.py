"""An entry that many wrote on: how long its page takes, and what is lost."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.processes import Processes
from kb.models import Annotation, Entry, Paper, Summary
from kb.models.annotations import Meaning, Mood
from kb.models.history import events
from kb.ops import annotations, summaries
from kb.ops.annotations import Passage
from kb.ops.errors import Outdated
from kb.text import anchors
from tests import drafts
from tests.bench.figures import percentile, rounded, say
from tests.bench.measures import REBUILD, load
from tests.bench.site import Pages, healthy, procfile, run, until
from tests.factories import NOW, paper, person, summarised

FEW, MANY = 3, 300  # notes
THREAD = 3  # notes of each
CALLS = 200
WRITERS, SAVES = 8, 50
SEED = 5
MEMBERS = ("li", "wang", "zhang", "chen", "garcia")


def measured(processes: Processes) -> dict[str, Any]:
    """Return all figures."""
    call_command("migrate", verbosity=0)
    people = [person(name) for name in MEMBERS]
    few, many = (
        noted_on(people, FEW, "2307.02486"),
        noted_on(people, MANY, "2305.17126"),
    )
    run(processes, "index", REBUILD)
    return {**pages(processes, few, many), **saved_at_once()}


def noted_on(people: list[User], number: int, arxiv_id: str) -> Entry:
    """Return an entry with a long summary, and so many notes in threads on it."""
    random = Random(SEED)  # noqa: S311
    body = "\n\n".join(drafts.summaries())[:6_000]
    entry: Entry = summarised(paper(arxiv_id, f"With {number} notes"), body)
    text = anchors.plain(entry.summaries.get().html)
    Paper.objects.filter(pk=entry.pk).update(abstract="We scale attention. " * 60)
    for count in range(number // THREAD):
        start = random.randrange(len(text) - 60)
        end = start + random.randrange(4, 60)
        about = Passage(
            text[start:end], "zh", start, meaning=random.choice(Meaning.values)
        )
        first = annotations.write(
            entry,
            f"第 {count} 个问题：代价是 $O(n^{count})$ 吗？",
            "team",
            by=random.choice(people),
            now=NOW,
            about=about,
        )
        answer(first, random, people)
    return entry


def answer(first: Annotation, random: Random, people: list[User]) -> None:
    """Let others reply to a note, and say what they think of it."""
    for turn in range(THREAD - 1):
        body = f"回答 {turn}：见 **表 {first.pk}**，以及 @{random.choice(MEMBERS)}。"
        annotations.reply(first, body, by=people[turn], now=NOW)
    mood = random.choice(Mood.values)
    annotations.react(first, mood, on=True, by=random.choice(people), now=NOW)
    if first.pk % 4 == 0:
        annotations.resolve(first, by=people[0], now=NOW)


def pages(processes: Processes, few: Entry, many: Entry) -> dict[str, Any]:
    """Return what the page costs a member, one request after the other."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=MEMBERS[0]))
    counts = [queries(client, entry) for entry in (few, many)]
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"
    port = int(processes.environment["PORT"])
    processes.start("web", procfile("web"))
    until(lambda: healthy(port), "The site does not answer.")
    site = Pages(port, cookie)
    address = many.get_absolute_url()
    say(f"the page is {len(site.get(address)) / 1000:.0f} kB")
    times = [site.timed(address) for _ in range(CALLS)]
    plain = [site.timed(few.get_absolute_url()) for _ in range(CALLS)]
    return {
        "entry_page_p50_ms": rounded(1000 * percentile(times, 50)),
        "entry_page_p95_ms": rounded(1000 * percentile(times, 95)),
        "entry_page_p95_ms_few_notes": rounded(1000 * percentile(plain, 95)),
        "entry_page_queries": counts[1],
        "entry_page_queries_few_notes": counts[0],
        "load_average": load(),
    }


def queries(client: Client, entry: Entry) -> int:
    """Return how many queries the entry's page takes."""
    client.get(entry.get_absolute_url())
    with CaptureQueriesContext(connection) as captured:
        client.get(entry.get_absolute_url())
    return len(captured)


def saved_at_once() -> dict[str, int]:
    """Return what became of the texts of many who save one summary at once.

    Each begins from what is saved, as a reader of the page would.
    """
    entry = summarised(paper("2301.13688", "Written by many"), "0")
    together = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as threads:
        writers = [
            threads.submit(save_often, entry, n, together) for n in range(WRITERS)
        ]
        told = [outcome for writer in writers for outcome in writer.result()]
    accepted = {body for body, was_saved in told if was_saved}
    history: Any = events(Summary)
    rows = history.objects.filter(entry=entry.pk)
    kept = set(rows.values_list("body", flat=True))
    return {
        "saves": len(accepted),
        "conflicts": sum(not was_saved for _, was_saved in told),
        "lost": len(accepted - kept),
    }


def save_often(entry: Entry, writer: int, together: Barrier) -> list[tuple[str, bool]]:
    """Save one's own texts, and return which were accepted."""
    told = []
    together.wait()
    for turn in range(SAVES):
        base, body = entry.summaries.get().version, f"{writer}.{turn}"
        try:
            summaries.save(entry, "zh", body, base=base, by=None, now=NOW)
        except Outdated:
            told.append((body, False))
        else:
            told.append((body, True))
    connection.close()
    return told
