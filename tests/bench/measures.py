"""What is measured of search, one after the other, in one library on one machine."""

import gc
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.processes import Processes
from kb.search import check, upkeep
from kb.search.find import Asker, find
from kb.search.query import Asked, parse
from tests.bench import baseline, freshness, library, papers, queries
from tests.bench.figures import (
    keep,
    median_ms,
    percentile,
    rounded,
    say,
    spread,
    table,
)
from tests.bench.site import (
    Memory,
    Pages,
    healthy,
    procfile,
    run,
    searched,
    until,
)
from tests.search import relevance

CALLS = 200  # of each kind, at least
READERS = 4
BASELINE_SECONDS = 60  # for a kind; slower queries are asked less often
SEED = 13
REBUILD = "python manage.py index rebuild"

Figures = dict[str, Any]


def report(rows: int, processes: Processes) -> str:
    """Measure everything at so many rows; return the table, and keep the figures."""
    figures: Figures = {"rows": rows, "load_average": load()}
    call_command("migrate", verbosity=0)
    figures |= measure_relevance(processes)
    say(f"filling a library of {rows:,}")
    began = time.perf_counter()
    sources = papers.sources(rows)
    places = library.fill(sources, rows)
    say(f"filled in {time.perf_counter() - began:.0f} s, of {len(sources):,} papers")
    asked = queries.choose(sources, places)
    figures |= measure_index(processes)
    figures |= measure_find(asked)
    figures |= measure_pages(processes, asked)
    figures |= measure_baseline(sources, places, asked)
    figures |= measure_freshness(rows, processes, asked)
    say(f"figures are in {keep('search', figures)}")
    return printed(figures)


def load() -> float:
    """Return how many processes wanted the machine in the last minute."""
    return round(os.getloadavg()[0], 2)


# --- What is found ------------------------------------------------------------------


def measure_relevance(processes: Processes) -> Figures:
    """Return the share of the relevance set that is found, in a library of its own."""
    say("relevance")
    relevance.build()
    run(processes, "relevance", REBUILD)
    failed = list(relevance.misses(lambda text: answered(text).ids))
    say(relevance.told(failed))
    library.empty()
    shutil.rmtree(settings.SEARCH_DIR)
    return {
        "relevance_top3": relevance.percent(failed),
        "relevance_pairs": len(relevance.PAIRS),
    }


def answered(text: str, typing: bool = False) -> Any:
    """Return what find() says to a member."""
    return find(asked_for(text), Asker(1), typing=typing)


def asked_for(text: str) -> Asked:
    """Return a query that was read."""
    return parse(text, today=library.NOW.date())


# --- The index ----------------------------------------------------------------------


def measure_index(processes: Processes) -> Figures:
    """Return what it takes to make the index, as everyone makes it."""
    say("building the index")
    began, worked = time.perf_counter(), children_seconds()
    processes.start("rebuild", REBUILD)
    leader = processes.running["rebuild"]
    with Memory(leader.pid) as memory:
        code = leader.wait()
    seconds = time.perf_counter() - began
    list(processes.ended())
    if code:
        raise RuntimeError(processes.last_words("rebuild"))
    say(f"built in {seconds:.1f} s")
    return {
        "index_seconds": rounded(seconds),
        "index_cpu_seconds": rounded(children_seconds() - worked),
        "index_mb": rounded(folder_mb(Path(settings.SEARCH_DIR))),
        "rss_mb": rounded(memory.peak),
        "rss_own_mb": rounded(memory.own),
    }


def children_seconds() -> float:
    """Return the processor time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def folder_mb(folder: Path) -> float:
    """Return the size of all files below a folder."""
    return (
        sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    )


# --- Time ---------------------------------------------------------------------------


def turns(asked: Sequence[str], calls: int = CALLS) -> Iterator[str]:
    """Yield the queries again and again, each time in another order."""
    random, order = Random(SEED), list(asked)  # noqa: S311
    for _ in range(-(-calls // len(order))):
        random.shuffle(order)
        yield from order


def measure_find(asked: Mapping[str, Sequence[str]]) -> Figures:
    """Return how long find() takes, and how much it finds."""
    figures: Figures = {}
    for kind, some in asked.items():
        typing = kind == "prefix"
        hits = [answered(query, typing).total for query in some]
        gc.collect()
        times = [timed(partial(answered, query, typing)) for query in turns(some)]
        figures[f"hits.{kind}"] = percentile(hits, 50)
        figures[f"hits_most.{kind}"] = max(hits)
        figures |= spread("find", kind, times)
        say(f"find {kind}: {figures[f'find_p95_ms.{kind}']} ms, e.g. {some[:3]}")
    return figures


def timed(call: Callable[[], object]) -> float:
    """Return the seconds a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def measure_pages(processes: Processes, asked: Mapping[str, Sequence[str]]) -> Figures:
    """Return how long a member waits for the page, one request after the other."""
    port, path = int(processes.environment["PORT"]), reverse("kb:search")
    processes.start("web", procfile("web"))
    until(lambda: healthy(port), "The site does not answer.")
    pages = Pages(port, session())
    figures: Figures = {}
    with Memory(processes.running["web"].pid) as memory:
        for kind, some in asked.items():
            # What somebody is still typing is asked for by htmx.
            extra = {"HX-Request": "true"} if kind == "prefix" else {}
            addresses = [searched(path, query) for query in some]
            for address in addresses:
                pages.get(address, **extra)
            times = [pages.timed(address, **extra) for address in turns(addresses)]
            figures |= spread("page", kind, times)
            say(f"page {kind}: {figures[f'page_p95_ms.{kind}']} ms")
    return figures | {"web_rss_mb": rounded(memory.peak)}


def session() -> str:
    """Return the cookie of a member who is logged in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=1))
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


# --- PostgreSQL alone ---------------------------------------------------------------


def measure_baseline(
    sources: Sequence[papers.Source],
    places: Sequence[library.Place],
    asked: Mapping[str, Sequence[str]],
) -> Figures:
    """Return how long PostgreSQL takes for the same, and whether it finds the same."""
    say("building the baseline")
    vectors, index = baseline.build(sources, places)
    figures: Figures = {
        "baseline_seconds": rounded(vectors + index),
        "baseline_mb": rounded(baseline.size_mb()),
        "baseline_other_totals": 0,
    }
    for kind, some in asked.items():
        times, other = compared(some, typing=kind == "prefix")
        figures[f"baseline_ms.{kind}"] = median_ms(times)
        figures["baseline_other_totals"] += len(other)
        say(f"baseline {kind}: {median_ms(times)} ms in {len(times)} calls")
        for query, theirs in other.items():
            say(f"  {query}: {theirs} there, {answered(query).total} here")
    baseline.drop()
    return figures


def compared(some: Sequence[str], typing: bool) -> tuple[list[float], dict[str, int]]:
    """Return PostgreSQL's times, and its totals where ours are others."""
    times: list[float] = []
    other: dict[str, int] = {}
    began = time.perf_counter()
    baseline.answer(asked_for(some[0]), typing)
    for query in turns(some, 5 * len(some)):
        asked = asked_for(query)
        call = time.perf_counter()
        total, _, _ = baseline.answer(asked, typing)
        times.append(time.perf_counter() - call)
        if not typing and total != answered(query).total:
            other[query] = total
        if len(times) >= 3 and time.perf_counter() - began > BASELINE_SECONDS:
            break
    return times, other


# --- Freshness ----------------------------------------------------------------------


def measure_freshness(
    rows: int, processes: Processes, asked: Mapping[str, Sequence[str]]
) -> Figures:
    """Return how soon edits are found while readers search, and what is wrong then."""
    say(f"freshness over {freshness.EDITS} edits with {READERS} readers")
    processes.start("indexer", procfile("indexer"))
    until(upkeep.running, "The indexer does not start.")
    start_readers(processes, asked)
    with Memory(processes.running["indexer"].pid) as memory:
        times = freshness.measure(rows, User.objects.get(pk=1))
    read = [float(line) for at in range(READERS) for line in lines(processes, at)]
    return {
        **{
            f"freshness_p{percent}_ms": rounded(1000 * percentile(times, percent))
            for percent in (50, 99)
        },
        "freshness_page_p95_ms": rounded(1000 * percentile(read, 95)),
        "freshness_pages": len(read),
        "indexer_rss_mb": rounded(memory.peak),
        "differences": differences(),
    }


def start_readers(processes: Processes, asked: Mapping[str, Sequence[str]]) -> None:
    """Start readers who ask all there is to ask."""
    file = processes.logs / "queries"
    mixed = [query for some in zip(*asked.values(), strict=False) for query in some]
    file.write_text("\n".join(mixed), encoding="utf-8")
    cookie, path = session(), reverse("kb:search")
    port = processes.environment["PORT"]
    for at in range(READERS):
        words = f"{port} {path} {cookie} '{file}' {at * 10}"
        processes.start(f"reader{at}", f"python -m tests.bench.reader {words}")


def lines(processes: Processes, reader: int) -> list[str]:
    """Return the times a reader wrote down; it may be at the last one still."""
    whole, _, _ = processes.log(f"reader{reader}").read_text().rpartition("\n")
    return whole.splitlines()


def differences() -> int:
    """Return how many entries the index does not hold as the database has them."""
    found = check.differences()
    say(f"{found}"[:200])
    return sum(map(len, found))


# --- The table ----------------------------------------------------------------------


def printed(figures: Figures) -> str:
    """Return the figures for people."""
    head = (
        *("kind", "hits", "find p50", "p95", "page p50", "p95"),
        *("PostgreSQL", "times p50", "times p95"),
    )
    rows = []
    for kind in queries.KINDS:
        ours = [figures[f"find_p{percent}_ms.{kind}"] for percent in (50, 95)]
        theirs = figures[f"baseline_ms.{kind}"]
        rows.append(
            (
                kind,
                f"{figures[f'hits.{kind}']:,}",
                *ours,
                figures[f"page_p50_ms.{kind}"],
                figures[f"page_p95_ms.{kind}"],
                theirs,
                *(rounded(theirs / each) for each in ours),
            )
        )
    others = [(name, value) for name, value in figures.items() if "." not in name]
    times = table(head, rows)
    return f"{times}\n\n{table(('figure', 'value'), others)}"
