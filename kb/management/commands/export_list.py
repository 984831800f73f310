"""manage.py export_list: hand the library back as Markdown."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.management.files import write_whole
from kb.models import ReadingList
from kb.ops import exports
from kb.ops.errors import NotKept
from kb.ops.same_list import same_list


class Command(BaseCommand):
    """Write the library as a Markdown list that imports back as it is."""

    help = "Write the library as a Markdown list, to a file or to the screen."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, nargs="?", help="else standard output")
        parser.add_argument(
            "--list",
            metavar="NAME",
            help="that list as it was imported, with what changed here in its lines",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it whole or not at all."""
        name, file = options["list"], options["file"]
        data = self.same(name) if name else exports.markdown().encode()
        if file is None:
            sys.stdout.buffer.write(data)
            return
        write_whole(file, data)

    def same(self, name: str) -> bytes:
        """Return an imported list, and tell what it could not be made to say."""
        found = ReadingList.objects.filter(name=name).first()
        if found is None:
            known = ", ".join(ReadingList.objects.values_list("name", flat=True))
            raise CommandError(
                f"No list is called {name!r}. There are: {known or 'none'}."
            )
        try:
            handed = same_list(found)
        except NotKept as refusal:
            raise CommandError(str(refusal)) from None
        for title in handed.unsaid:
            self.stderr.write(
                f"left as it was, as the list has no way to say it: {title}"
            )
        return handed.data
