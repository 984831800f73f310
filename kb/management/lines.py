"""Large files, read a line at a time."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError

GZIP = b"\x1f\x8b"


class Lines:
    """The lines of a file, gzipped or not, and how far in it they are."""

    def __init__(self, raw: IO[bytes], size: int) -> None:
        """Begin at the file's beginning."""
        self.raw, self.size = raw, size
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        self.stream = gzip.GzipFile(fileobj=raw) if packed else raw

    def __iter__(self) -> Iterator[bytes]:
        """Yield each line. Raises CommandError where the file is damaged."""
        try:
            yield from self.stream
        except (OSError, EOFError, zlib.error) as damage:
            raise CommandError(
                f"The file cannot be read any further: {damage}. "
                "What was read until then is kept."
            ) from damage

    @property
    def part(self) -> float:
        """How much of the file is read, from 0 to 1."""
        return self.raw.tell() / self.size if self.size else 1.0


@contextmanager
def opened(file: Path) -> Iterator[Lines]:
    """Open a file for reading. Raises CommandError."""
    try:
        raw = file.open("rb")
    except OSError as problem:
        raise CommandError(f"{file} cannot be read: {problem.strerror}.") from None
    with raw:
        yield Lines(raw, file.stat().st_size)
