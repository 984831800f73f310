"""manage.py export_list: hand the library back as Markdown."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kb.management.files import write_whole
from kb.ops import exports


class Command(BaseCommand):
    """Write the library as a Markdown list that imports back as it is."""

    help = "Write the library as a Markdown list, to a file or to the screen."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, nargs="?", help="else standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it whole or not at all."""
        text, file = exports.markdown(), options["file"]
        if file is None:
            sys.stdout.buffer.write(text.encode())
            return
        write_whole(file, text)
