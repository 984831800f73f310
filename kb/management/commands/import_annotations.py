"""manage.py import_annotations: bring in notes that other programs wrote."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.management.people import add_by_argument, person
from kb.ops.exchange import taking
from kb.ops.exchange.report import Report
from kb.ops.exchange.taking import Terms
from kb.webannotations import NotAnnotations, Person, read


class Command(BaseCommand):
    """Import annotations, or say what importing them would do."""

    help = (
        "Import W3C Web Annotations, or what Hypothesis exports; doing it again adds "
        "nothing. They become the notes of --by, else of the members named as their "
        "creators."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and what to do with it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument(
            "--mine",
            action="store_true",
            help="all were written by --by, whatever names are in the file",
        )
        add_by_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, report."""
        by, file = person(options["by"]), options["file"]
        try:
            found = read(file.read_bytes())
        except OSError as trouble:
            raise CommandError(
                f"{file}: {trouble.strerror}. Nothing was written."
            ) from None
        except NotAnnotations as refusal:
            raise CommandError(f"{refusal}\nNothing was written.") from None
        terms = Terms(author_of(by), signed=not options["mine"])
        now, dry_run = timezone.now(), options["dry_run"]
        self.tell(taking.take(found, terms, by=by, now=now, dry_run=dry_run))

    def tell(self, report: Report) -> None:
        """Print the figures, and what did not come in as it was."""
        for row in report.worth_a_look():
            told = " ".join(part for part in (row.about, row.why, row.said) if part)
            self.stdout.write(f"{row.outcome}: {row.id} {told}")
        counts = report.counts.items()
        self.stdout.write(", ".join(f"{number} {name}" for name, number in counts))
        if report.dry_run:
            self.stdout.write("A dry run: nothing was written.")


def author_of(by: User | None) -> Any:
    """Return what says whose note an annotation becomes."""
    if by:
        return lambda _creator: by
    people = {user.username.lower(): user for user in User.objects.all()}

    def named(creator: Person | None) -> User | None:
        return people.get(creator.name.lower()) if creator else None

    return named
