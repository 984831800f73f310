"""manage.py import_snapshot: take over arXiv's bulk metadata from a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.arxiv import snapshot
from kb.management.lines import Lines, opened
from kb.management.people import add_by_argument, person
from kb.models import Run, Topic
from kb.models.runs import RunKind
from kb.ops import papers, runs

SHOWN = 20  # lines that cannot be read; all are counted
STOPPED = "Stopped; what was read until then is kept."


class Command(BaseCommand):
    """Read a snapshot from end to end, in batches."""

    help = (
        "Take over arXiv's bulk metadata (JSON lines, .gz too) for the papers of the "
        "library; with --add also add the papers it does not have. arXiv is not asked. "
        "It may be stopped and begun again: what is known already changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and which papers to add."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--add", action="store_true", help="add papers that are not in the library"
        )
        parser.add_argument(
            *("--category", "-c"),
            action="append",
            default=[],
            help="add only these, as in cs.CL or cs; may be repeated",
        )
        parser.add_argument(
            "--topic", metavar="ADDRESS", help="file what is added here, as in nlp/llm"
        )
        add_by_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it all in, and say how far it is."""
        wanted, self.shown = self.wanted(options), 0
        by, now = person(options["by"]), timezone.now()
        with opened(options["file"]) as lines:
            run = runs.begin(RunKind.SNAPSHOT, options["file"].name, by=by, now=now)
            with ending(run):
                said = snapshot.records(lines)
                for done in papers.take_in(said, wanted=wanted, by=by, now=now):
                    self.tell(done, lines, run)

    def wanted(self, options: dict[str, Any]) -> papers.Wanted | None:
        """Return which papers to add, None if no others than the library has."""
        if not options["add"]:
            if options["category"] or options["topic"]:
                raise CommandError("--category and --topic say what --add adds.")
            return None
        topic = Topic.objects.filter(address=options["topic"] or "").first()
        if options["topic"] and not topic:
            raise CommandError(f"There is no topic at {options['topic']}.")
        return papers.Wanted(frozenset(options["category"]), topic)

    def tell(self, done: papers.Progress, lines: Lines, run: Run) -> None:
        """Say how far it is, and which lines could not be read."""
        for each in done.unreadable[: max(0, SHOWN - self.shown)]:
            self.stderr.write(f"line {each.line}: {each.reason}")
        self.shown += len(done.unreadable)
        told = ", ".join(f"{count} {name}" for name, count in done.counts.items())
        self.stdout.write(f"{lines.part:4.0%}: {told}")
        total = round(done.read / lines.part) if lines.part else 0
        runs.show(run, done=done.read, total=total, report=done.counts)


@contextmanager
def ending(run: Run) -> Iterator[None]:
    """Note how the work ends."""
    try:
        yield
    except BaseException as problem:
        stopped = isinstance(problem, KeyboardInterrupt)
        told = STOPPED if stopped else str(problem) or type(problem).__name__
        runs.finish(run, now=timezone.now(), problem=told)
        if stopped:
            raise CommandError(STOPPED) from None
        raise
    runs.finish(run, now=timezone.now())
