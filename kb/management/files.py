"""Files that commands write."""

from pathlib import Path

from django.core.management.base import CommandError

from kb.ops import files


def write_whole(file: Path, text: str | bytes) -> None:
    """Write a file whole or not at all. Raises CommandError."""
    try:
        files.write_whole(file, text.encode() if isinstance(text, str) else text)
    except OSError as trouble:
        raise CommandError(
            f"{file}: {trouble.strerror}. Nothing was written."
        ) from None
