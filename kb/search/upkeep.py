"""Who writes the index, and what others ask of them: one process on a host."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from kb.search import index

if TYPE_CHECKING:
    from typing import IO


def claim(*, wait: bool) -> IO[str] | None:
    """Return the right to write, which goes with the file; None if another has it.

    The kernel takes it from a process that ends, in whatever way.
    """
    lock = (index.prepare() / "indexer.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        lock.close()
        return None
    return lock


def holds(lock: IO[str]) -> bool:
    """Say whether a right is still one: its file may have been deleted."""
    with suppress(FileNotFoundError):
        there = (index.folder() / "indexer.lock").stat()
        return os.path.samestat(there, os.fstat(lock.fileno()))
    return False


def running() -> bool:
    """Say whether some process has the right to write."""
    lock = claim(wait=False)
    if lock:
        lock.close()
    return lock is None


def ask() -> None:
    """Ask who writes the index to make it anew."""
    (index.prepare() / "wanted").touch()


def asked() -> bool:
    """Say whether that was asked and is not begun."""
    return (index.folder() / "wanted").exists()


def begin() -> None:
    """Take what was asked as begun."""
    (index.folder() / "wanted").unlink(missing_ok=True)
