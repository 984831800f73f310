"""manage.py sync_lists: bring lists and their files in checkouts of Git in step."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.models import Run
from kb.models.runs import Outcome
from kb.ops import syncing


class Command(BaseCommand):
    """Do now what a job does every five minutes."""

    help = (
        "Take over what changed in the files of SYNC_LISTS, and write and commit what "
        "changed here. Nothing is pulled or pushed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take names of lists."""
        parser.add_argument("names", nargs="*", metavar="NAME", help="else all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync each and tell; fail at the end if one could not be."""
        known: dict[str, str] = settings.SYNC_LISTS
        names = options["names"] or list(known)
        if unknown := [name for name in names if name not in known]:
            raise CommandError(
                f"SYNC_LISTS names no list {unknown[0]!r}. "
                f"There are: {', '.join(known) or 'none'}."
            )
        problems = 0
        for name in names:
            run = syncing.sync(name, known[name], now=timezone.now())
            self.stdout.write(f"{name}: {told(run)}")
            problems += run is not None and run.outcome == Outcome.FAILED
        if problems:
            raise CommandError("Not all lists are in step.")


def told(run: Run | None) -> str:
    """Return what a sync did, in a line."""
    if run is None:
        return "in step"
    if run.outcome == Outcome.FAILED:
        return run.problem
    report = run.report
    parts = [f"{report['taken']} changes taken from the file"]
    if clashes := report.get("counts", {}).get("conflicts"):
        parts.append(f"{clashes} conflicts, left as they are on both sides")
    if report["commit"]:
        parts.append(f"{report['written']} entries committed as {report['commit']}")
    parts += [f"the list has no way to say: {title}" for title in report["unsaid"]]
    return "; ".join(parts)
