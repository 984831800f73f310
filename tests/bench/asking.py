"""What is measured of the metadata's upkeep, one after the other, in one library."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from config.processes import Processes
from kb.arxiv import snapshot
from kb.models import Paper
from kb.ops import papers
from tests.arxiv_many import many
from tests.arxiv_papers import Paper as Held
from tests.arxiv_server import ArxivServer
from tests.bench import arxiv_parsing
from tests.bench.figures import keep, rounded, say, table
from tests.bench.site import Failed, group, memory, procfile

COMMANDS = 3
WORKERS = 4
REFRESH = "python manage.py refresh_arxiv"
FINISH_SECONDS = 600
LOOK_SECONDS = 0.1
TERMS = 3.0 / 3.1  # of our spacing: what arXiv asks for

Figures = dict[str, Any]


@dataclass(frozen=True)
class Library:
    """So many papers, spread evenly over so many lines of a snapshot."""

    papers: int
    lines: int

    def held(self) -> Iterator[Held]:
        """Yield the papers as arXiv has them."""
        step = max(1, self.lines // self.papers)
        return islice(many(self.papers * step), 0, None, step)


def report(library: Library, processes: Processes, port: int) -> str:
    """Measure everything; return the table, and keep the figures."""
    figures: Figures = {
        "papers": library.papers,
        "snapshot_lines": library.lines,
        "load_average": round(os.getloadavg()[0], 2),
    }
    call_command("migrate", verbosity=0)
    say("how fast replies are read")
    figures["atom_records_per_s"] = arxiv_parsing.atom_records_per_s()
    figures["oai_records_per_s"] = arxiv_parsing.oai_records_per_s()
    say(f"filling a library of {library.papers:,}")
    fill(library)
    figures |= measure_snapshot(library, processes)
    figures |= measure_refresh(library, processes, port)
    say(f"figures are in {keep('arxiv', figures)}")
    return table(["figure", ""], [(name, value) for name, value in figures.items()])


def fill(library: Library) -> None:
    """Add the papers, as an older snapshot had them."""
    old = (
        line(replace(each, title="Old"), day="2014-01-01") for each in library.held()
    )
    said = snapshot.records(old)
    wanted = papers.Wanted()
    for _ in papers.take_in(said, wanted=wanted, by=None, now=timezone.now()):
        pass


def line(paper: Held, *, day: str) -> bytes:
    """Return the line of a snapshot that says what arXiv has."""
    versions = [
        {"version": f"v{at}", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}
        for at, _ in enumerate(paper.versions, start=1)
    ]
    said = {
        "id": paper.id,
        "title": paper.title,
        "authors": ", ".join(map(str, paper.authors)),
        "abstract": paper.abstract,
        "comments": paper.comment,
        "categories": " ".join(paper.categories),
        "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        "versions": versions,
        "update_date": day,
    }
    return json.dumps(said).encode() + b"\n"


# --- A snapshot ---------------------------------------------------------------------


def measure_snapshot(library: Library, processes: Processes) -> Figures:
    """Return how fast a snapshot is taken in, from the command to its end."""
    say(f"writing a snapshot of {library.lines:,} lines")
    file = Path(settings.VAR_DIR) / "snapshot.jsonl"
    with file.open("wb") as lines:
        lines.writelines(line(each, day="2024-01-01") for each in many(library.lines))
    say("taking it in")
    began = time.perf_counter()
    processes.start("snapshot", f"python manage.py import_snapshot {file}")
    with Growth(processes.running["snapshot"].pid) as growth:
        code = processes.running["snapshot"].wait()
    seconds = time.perf_counter() - began
    list(processes.ended())
    file.unlink()
    if code or Paper.objects.filter(arxiv_title="Old").exists():
        raise Failed(f"not taken in: {processes.last_words('snapshot')}")
    return {
        "snapshot_seconds": rounded(seconds),
        "snapshot_records_per_s": rounded(library.lines / seconds),
        "rss_growth_mb": rounded(growth.megabytes),
    }


class Growth:
    """How much more memory a process held at any time than after its first quarter."""

    def __init__(self, leader: int) -> None:
        """Look after the process group of `leader`."""
        self.leader, self.held = leader, list[float]()
        self.over = Event()
        self.looking = Thread(target=self.look, daemon=True)

    def __enter__(self) -> "Growth":
        """Begin to look."""
        self.looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self.over.set()
        self.looking.join()

    def look(self) -> None:
        """Keep what the group held at each moment."""
        while not self.over.wait(LOOK_SECONDS):
            now = sum(memory(process)[0] for process in group(self.leader))
            if now:
                self.held.append(now)

    @property
    def megabytes(self) -> float:
        """The growth since a quarter of the time was over."""
        first, rest = self.held[: len(self.held) // 4], self.held[len(self.held) // 4 :]
        return max(0.0, max(rest, default=0.0) - max(first, default=0.0))


# --- Refreshing ---------------------------------------------------------------------


def measure_refresh(library: Library, processes: Processes, port: int) -> Figures:
    """Return how well all papers are fetched by a worker and commands at once."""
    say(
        f"fetching {library.papers:,} papers by {WORKERS} processes and {COMMANDS} more"
    )
    changed = [
        replace(each, title=f"{each.title}, again", versions=[*each.versions, LATEST])
        for each in library.held()
    ]
    Paper.objects.update(refresh_due_at=timezone.now())
    with ArxivServer(changed, port=port) as arxiv:
        run_all(processes)
        return figures_of(arxiv, library)


LATEST = "2026-01-01T00:00:00Z"


def run_all(processes: Processes) -> None:
    """Let everything that may ask do so until nothing is due."""
    worker = procfile("worker").replace("--concurrency 2", f"--concurrency {WORKERS}")
    processes.start("worker", worker)
    processes.start("beat", procfile("beat"))
    for number in range(COMMANDS):
        processes.start(f"refresh{number}", REFRESH)
    until_fetched()
    for name in ("worker", "beat"):
        processes.running[name].terminate()
    for process in list(processes.running.values()):
        process.wait(timeout=60)
    list(processes.ended())


def until_fetched() -> None:
    """Wait until nothing is due. Raises Failed when that takes too long."""
    deadline = time.monotonic() + FINISH_SECONDS
    while Paper.objects.due(timezone.now()).exists():
        if time.monotonic() > deadline:
            raise Failed("the papers were not fetched in time")
        time.sleep(LOOK_SECONDS)


def figures_of(arxiv: ArxivServer, library: Library) -> Figures:
    """Return what the stand-in saw."""
    spacing = settings.ARXIV_SPACING_SECONDS
    times = [seen.at for seen in arxiv.requests]
    ideal = (len(times) - 1) * spacing
    if Paper.objects.exclude(arxiv_title__endswith=", again").exists():
        raise Failed("some papers were not fetched")
    return {
        "refresh_requests": len(times),
        "requests_per_paper": rounded(len(times) / library.papers),
        "refresh_seconds": rounded(times[-1] - times[0]),
        "wall_over_ideal": round((times[-1] - times[0]) / ideal, 3),
        "spacing_violations": len(arxiv.spacing_violations(TERMS * spacing)),
        "least_gap_of_spacing": round(min(arxiv.spacing_violations(9e9)) / spacing, 3),
        "connections_max": arxiv.connections_max,
    }
