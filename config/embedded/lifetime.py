"""Who uses the servers of a folder, so that the last one out stops them.

Each process holds a shared lock on var/run/users.lock while it lives; the kernel lets
go of it however the process ends. Joining and leaving happen under var/run/turn.lock,
one process at a time, so nobody can join while the last one is switching off.
"""

import atexit
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.embedded import postgres, valkey
from config.embedded.folders import socket_folder

ROOT = Path(__file__).resolve().parents[2]
_joined: dict[tuple[int, Path], int] = {}


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Wait for a turn; nobody else starts or stops the servers of `var` meanwhile."""
    with (var / "run" / "turn.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def join(var: Path) -> None:
    """Count this process among the users of `var`; call it in a turn."""
    # A forked child shares its parent's lock, and must not leave in its stead.
    me = (os.getpid(), var)
    if me not in _joined:
        lock = os.open(var / "run" / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_SH)
        _joined[me] = lock
        atexit.register(leave, var)
    if claim(var / "run" / "keeper.lock"):
        _start_keeper(var)


def leave(var: Path) -> None:
    """Count this process out, and stop the servers if nobody else is in."""
    lock = _joined.pop((os.getpid(), var), None)
    if lock is None:
        return
    with suppress(FileNotFoundError), alone(var):  # `var` may have been deleted
        os.close(lock)
        stop_when_unused(var)


def stop_when_unused(var: Path) -> bool:
    """Stop the servers unless a process uses them; say whether none did."""
    unused = claim(var / "run" / "users.lock")
    if unused:
        postgres.stop(var)
        valkey.stop(var)
        with suppress(OSError):  # it stays where it holds more than sockets
            socket_folder(var).rmdir()
    return unused


def claim(path: Path) -> bool:
    """Say whether nobody holds the lock at `path`."""
    with path.open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _start_keeper(var: Path) -> None:
    """Leave a process behind that notices when the users are gone, even by kill -9."""
    subprocess.run(  # noqa: S603 - our own module
        ["/bin/sh", "-c", '"$@" &', "-", sys.executable, "-m", "config.embedded", var],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
    )
