"""manage.py refresh_arxiv: fetch metadata by hand."""

import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.management.people import add_by_argument, person
from kb.management.waiting import in_turn, refuse_when_off, stoppable
from kb.models import Paper
from kb.models.runs import RunKind
from kb.ops import papers, runs
from kb.text import arxiv_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.models.papers import PaperQuerySet

LEFT = "What was known is kept; the papers stay due."
LEFT_DETAILS = "Its metadata is there; only versions and licence were not fetched."


class Command(BaseCommand):
    """Fetch the metadata of some papers, or of all that are due."""

    help = "Fetch papers' metadata from arXiv: those named, else all that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take identifiers in any form."""
        parser.add_argument("ids", nargs="*", metavar="ID", help="in any written form")
        add_by_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Work through the papers in batches, one turn at the gate for each."""
        refuse_when_off()
        self.by, named = person(options["by"]), options["ids"]
        self.among, self.done = Paper.objects.all(), 0
        self.told = " ".join(named) or papers.EVERYTHING_DUE
        if named:
            self.among = self.chosen(named)
            papers.ask(self.among, by=self.by, now=timezone.now())
        with stoppable(LEFT):
            try:
                self.work(named)
            except KeyboardInterrupt:
                if named:  # what is due, workers go on with
                    papers.end(self.told, now=timezone.now(), problem="Stopped.")
                raise

    def work(self, named: list[str]) -> None:
        """Fetch what is due, and of papers that were named all there is."""
        total = self.among.due(timezone.now()).count()
        while batch := papers.claim(now=timezone.now(), among=self.among):
            with in_turn(LEFT):
                self.fetch(batch, total)
        while named and (paper := self.wanted()):
            with in_turn(LEFT_DETAILS):
                self.detail(paper)
        if not self.among.due(timezone.now()).exists():
            papers.end(self.told, now=timezone.now())
        if not self.done:
            held = "A worker is fetching what is due at this moment."
            self.stdout.write(held if total else "No paper is due.")

    def fetch(self, batch: "Sequence[Paper]", total: int) -> None:
        """Fetch a batch when it is our turn, and say what came of it."""

        def wait(seconds: float) -> None:
            until = time.monotonic() + seconds
            papers.hold(batch, now=timezone.now())
            time.sleep(max(0, until - time.monotonic()))

        now = timezone.now()
        run = runs.burst(RunKind.REFRESH, self.told, by=self.by, now=now)
        reply = papers.refresh_in(
            run, batch, by=self.by, now=now, among=self.among, wait=wait
        )
        self.done += len(batch)
        figures = papers.figures(reply)
        told = ", ".join(f"{count} {name}" for name, count in figures.items())
        self.stdout.write(f"{self.done} of {max(total, self.done)}: {told}")

    def wanted(self) -> Paper | None:
        """Return a paper whose versions and licence are wanted."""
        return papers.claim_details(now=timezone.now(), among=self.among)

    def detail(self, paper: Paper) -> None:
        """Fetch a paper's versions and licence."""
        harvester = papers.arxiv_harvester()
        if papers.detail(paper, harvester, by=self.by, now=timezone.now()):
            self.stdout.write(f"{paper.arxiv_id}: versions and licence")

    def chosen(self, texts: list[str]) -> "PaperQuerySet":
        """Return the papers named; an id that is none, or not ours, stops it."""
        refs = {text: arxiv_ids.parse(text) for text in texts}
        wrong = [text for text, ref in refs.items() if ref is None]
        if wrong:
            raise CommandError(f"Not an arXiv id: {', '.join(wrong)}.")
        wanted = {ref.id for ref in refs.values() if ref}
        found = Paper.objects.filter(arxiv_id__in=wanted)
        missing = wanted - set(found.values_list("arxiv_id", flat=True))
        if missing:
            raise CommandError(f"Not in the library: {', '.join(sorted(missing))}.")
        return found
