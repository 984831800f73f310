"""Whether the index's files are what the engine wrote.

It looks at their ends only when it opens them, and would answer from the rest
whatever that has become. Each file ends in a checksum of what precedes it:
https://github.com/quickwit-oss/tantivy/blob/main/src/directory/footer.rs
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
TAIL = 8  # bytes: the length of the footer, and a number that says what it is
CHUNK = 1 << 20


class Damaged(ValueError):
    """A file is not as it was written."""


def verify(folder: Path) -> None:
    """Raise Damaged or OSError unless all files in use are whole; reads them all."""
    for file in _in_use(folder):
        if _kept(file) != _actual(file):
            raise Damaged(f"{file.name} is not as it was written.")


def _in_use(folder: Path) -> Iterator[Path]:
    """Yield the files of the last commit."""
    meta = json.loads((folder / "meta.json").read_text())
    for segment in meta["segments"]:
        stem = segment["segment_id"].replace("-", "")
        for part in PARTS:
            yield folder / f"{stem}.{part}"
        if deletes := segment["deletes"]:
            yield folder / f"{stem}.{deletes['opstamp']}.del"


def _footer(file: Path) -> tuple[int, bytes]:
    """Return where the footer begins, and the footer."""
    with file.open("rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(max(0, size - TAIL))
        length = int.from_bytes(opened.read(4), "little")
        start = max(0, size - TAIL - length)
        opened.seek(start)
        return start, opened.read(size - TAIL - start)


def _kept(file: Path) -> int:
    """Return the checksum a file ends in. Raises ValueError where there is none."""
    try:
        return int(json.loads(_footer(file)[1])["crc"])
    except (TypeError, KeyError) as error:
        raise Damaged(f"{file.name} has no end.") from error


def _actual(file: Path) -> int:
    """Return the checksum of what precedes the footer."""
    left, checksum = _footer(file)[0], 0
    with file.open("rb") as opened:
        while left > 0:
            chunk = opened.read(min(CHUNK, left))
            left -= len(chunk) or left
            checksum = zlib.crc32(chunk, checksum)
    return checksum
