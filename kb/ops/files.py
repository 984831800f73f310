"""Files, written whole or not at all."""

import os
from pathlib import Path


def write_whole(file: Path, data: bytes) -> None:
    """Write a file whole or not at all; one that is there keeps its rights.

    Raises OSError, after which nothing is left beside it.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        part.write_bytes(data)
        if file.exists():
            part.chmod(file.stat().st_mode & 0o7777)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise
