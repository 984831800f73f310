"""Files that commands write."""

import os
from pathlib import Path

from django.core.management.base import CommandError


def write_whole(file: Path, text: str) -> None:
    """Write a text file whole or not at all. Raises CommandError."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(file)
    except OSError as trouble:
        raise CommandError(
            f"{file}: {trouble.strerror}. Nothing was written."
        ) from None
