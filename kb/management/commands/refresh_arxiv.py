"""manage.py refresh_arxiv: fetch metadata by hand."""

import time
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.management.people import add_by_argument, person
from kb.models import Paper
from kb.ops import papers
from kb.text import arxiv_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.arxiv.records import Reply
    from kb.models.papers import PaperQuerySet


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
        by, among = person(options["by"]), Paper.objects.all()
        if options["ids"]:
            among = self.chosen(options["ids"])
            papers.ask(among, by=by, now=timezone.now())
        total, done = among.due(timezone.now()).count(), 0
        while batch := papers.claim(now=timezone.now(), among=among):
            reply = self.fetched(batch, by)
            if reply is None:
                continue
            done += len(batch)
            figures = papers.figures(reply)
            told = ", ".join(f"{count} {name}" for name, count in figures.items())
            self.stdout.write(f"{done} of {max(total, done)}: {told}")
        if not done:
            held = "A worker is fetching what is due at this moment."
            self.stdout.write(held if total else "No paper is due.")

    def fetched(self, batch: "Sequence[Paper]", by: Any) -> "Reply | None":
        """Fetch a batch; return None, after a wait, when it was not our turn."""
        try:
            client = papers.arxiv_client()
            return papers.refresh(batch, client, by=by, now=timezone.now())
        except GateClosed as closed:
            if closed.blocked:
                raise CommandError(str(closed)) from None
            time.sleep(closed.seconds)
            return None
        except ArxivUnavailable as trouble:
            raise CommandError(f"{trouble}. What was known is kept.") from None
        except redis.RedisError as trouble:
            raise CommandError(
                f"The server that REDIS_URL names does not answer: {trouble} "
                "Start it or correct REDIS_URL; the papers stay due."
            ) from None

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
