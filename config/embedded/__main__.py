"""The keeper: stops the servers of a folder when the last user of them was killed.

`leave` does it for processes that end in the ordinary way; no code of theirs runs when
they are killed, but their locks go.
"""

import fcntl
import os
import sys
from contextlib import suppress
from pathlib import Path

from config.embedded import lifetime


def keep(var: Path) -> None:
    """Wait until the servers of `var` have no user left, and stop them.

    Returns at once when there is a keeper already, or when `var` was deleted.
    """
    with (var / "run" / "keeper.lock").open("a") as mine:
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        while not _stopped(var, mine.fileno()):
            pass


def _stopped(var: Path, mine: int) -> bool:
    """Wait for the users to go, then stop the servers unless a new one came first."""
    with (var / "run" / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
    with lifetime.alone(var):
        stopped = lifetime.stop_when_unused(var)
        if stopped:  # before the turn ends: who starts them again needs a new keeper
            fcntl.flock(mine, fcntl.LOCK_UN)
        return stopped


if __name__ == "__main__":
    os.chdir("/")
    with suppress(FileNotFoundError):
        keep(Path(sys.argv[1]))
