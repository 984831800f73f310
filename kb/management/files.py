"""Files that commands write."""

import os
from pathlib import Path

from django.core.management.base import CommandError


def write_whole(file: Path, text: str | bytes) -> None:
    """Write a file whole or not at all. Raises CommandError."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        part.write_bytes(text.encode() if isinstance(text, str) else text)
        part.replace(file)
    except OSError as trouble:
        raise CommandError(
            f"{file}: {trouble.strerror}. Nothing was written."
        ) from None
