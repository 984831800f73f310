"""manage.py harvest_arxiv: bring what changed at arXiv, by hand."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from kb.management.people import add_by_argument, person
from kb.management.waiting import in_turn, refuse_when_off, stoppable
from kb.models import Harvest
from kb.ops import papers

LEFT = "What was harvested is kept; the next harvest goes on from there."


class Command(BaseCommand):
    """Walk through all that changed at arXiv, and keep what is of the library's."""

    help = (
        "Harvest what changed at arXiv: from where the last harvest ended, else from "
        "DATE. It may be stopped at any time: the next one goes on from there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to begin, and what of arXiv."""
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="DATE", help="as in 2026-03-01"
        )
        parser.add_argument(
            "--set", dest="set_spec", metavar="SPEC", help="as in cs or physics:hep-th"
        )
        add_by_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Harvest each set, one turn at the gate for each page."""
        refuse_when_off()
        self.by, chosen = person(options["by"]), options["set_spec"]
        sets = settings.ARXIV_SETS if chosen is None else [chosen]
        for set_spec in sets:
            papers.ask_harvest(set_spec, since=options["since"], now=timezone.now())
        with stoppable(LEFT):
            self.walk(sets)

    def walk(self, sets: list[str]) -> None:
        """Ask for page after page until each set's walk is at its end."""
        while claimed := papers.claim_harvest(now=timezone.now(), only=sets):
            with in_turn(LEFT):
                self.page(claimed)
        left = Harvest.objects.filter(set_spec__in=sets, due_at__lte=timezone.now())
        for harvest in left:
            self.stdout.write(f"{harvest}: a worker is asking for a page; it goes on.")

    def page(self, claimed: Harvest) -> None:
        """Harvest a page and say how far it is."""
        now = timezone.now()
        done = papers.harvest(claimed, papers.arxiv_harvester(), by=self.by, now=now)
        told = (
            f"{claimed}: {done.pages} pages, {done.records} records, {done.kept} ours"
        )
        self.stdout.write(told + (", finished" if done.finished else ""))
