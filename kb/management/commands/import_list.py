"""manage.py import_list: bring a reading list in, or a file of citations."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.management.people import add_by_argument, person
from kb.ops.errors import OpError
from kb.ops.imports.reading import read
from kb.ops.imports.report import Report
from kb.ops.imports.run import import_source
from kb.readinglist.document import NotAList
from kb.readinglist.report import as_json


class Command(BaseCommand):
    """Import a list, or say what importing it would do."""

    help = (
        "Import a Markdown reading list, or BibTeX, RIS, CSL-JSON or Zotero RDF; "
        "importing it again brings it in step."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and what to do with it."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--name",
            help="the list it is, for lists whose file was renamed (else the file's)",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="print the report so")
        parser.add_argument(
            "--parse-only",
            action="store_true",
            help="print what was read from the file, without the library",
        )
        add_by_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, report."""
        file: Path = options["file"]
        try:
            data = file.read_bytes()
            source = read(data, file.name)
            if options["parse_only"]:
                self.show(as_json(source.document, name=file.name, data=data))
                return
            report = import_source(
                source,
                name=options["name"] or file.stem,
                by=person(options["by"]),
                now=timezone.now(),
                dry_run=options["dry_run"],
            )
        except OSError as trouble:
            raise CommandError(
                f"{file}: {trouble.strerror}. Nothing was written."
            ) from None
        except (NotAList, OpError) as refusal:
            raise CommandError(f"{refusal} Nothing was written.") from None
        if options["json"]:
            self.show(report.as_json())
        else:
            self.tell(report)

    def show(self, value: Any) -> None:
        """Print JSON."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=1))

    def tell(self, report: Report) -> None:
        """Print the figures, and each thing a person should look at with its line."""
        self.tell_rows(report)
        for path in report.topics_created:
            self.stdout.write(f"topic created: {path}")
        for row in report.duplicates:
            told = f"“{row.title}” may be the same as “{row.existing}”"
            self.stdout.write(f"line {row.line}: {told}")
        for warning in report.warnings:
            self.stdout.write(f"line {warning['line']}: {warning['message']}")
        for rest in report.unparsed:
            told = f"not understood ({rest['reason']}): {rest['text']}"
            self.stdout.write(f"line {rest['line']}: {told}")
        figures = ", ".join(f"{n} {name}" for name, n in report.counts.items())
        self.stdout.write(figures.replace("_", " "))
        if not report.changes and not report.conflicts():
            self.stdout.write("0 changes: the library is in step with the list.")
        elif report.dry_run:
            self.stdout.write("A dry run: nothing was written.")

    def tell_rows(self, report: Report) -> None:
        """Print what became of entries, and where list and library disagree."""
        for row in report.rows:
            if row.outcome in ("created", "updated"):
                fields = f" ({', '.join(row.fields)})" if row.fields else ""
                told = f"{row.outcome}{fields}: {row.title}"
                self.stdout.write(f"line {row.line}: {told}")
        for row in report.conflicts():
            told = f"conflict ({', '.join(row.fields)}), ours stays: {row.title}"
            self.stdout.write(f"line {row.line}: {told}")
