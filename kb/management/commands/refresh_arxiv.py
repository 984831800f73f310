"""manage.py refresh_arxiv: fetch metadata by hand."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.management.people import add_by_argument, person
from kb.models import Paper
from kb.ops import papers
from kb.text import arxiv_ids


class Command(BaseCommand):
    """Fetch the metadata of some papers, or of all that are due."""

    help = "Fetch papers' metadata from arXiv: those named, else all that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take identifiers in any form."""
        parser.add_argument("ids", nargs="*", metavar="ID", help="in any written form")
        add_by_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Work through the papers in batches, one turn at the gate for each."""
        if not settings.ARXIV_ENABLED:
            raise CommandError("ARXIV_ENABLED is off: arXiv is not asked.")
        by, client = person(options["by"]), papers.arxiv_client()
        if options["ids"]:
            chosen = self.chosen(options["ids"])
            papers.ask(chosen, by=by, now=timezone.now())
        total, done = Paper.objects.due(timezone.now()).count(), 0
        while batch := papers.claim(now=timezone.now()):
            try:
                reply = papers.refresh(batch, client, by=by, now=timezone.now())
            except GateClosed as closed:
                if closed.blocked:
                    raise CommandError(str(closed)) from None
                time.sleep(closed.seconds)
                continue
            except ArxivUnavailable as trouble:
                raise CommandError(f"{trouble}. What was known is kept.") from None
            done += len(batch)
            figures = papers.figures(reply)
            told = ", ".join(f"{count} {name}" for name, count in figures.items())
            self.stdout.write(f"{done} of {max(total, done)}: {told}")
        if not done:
            self.stdout.write("No paper is due.")

    def chosen(self, texts: list[str]) -> Any:
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
