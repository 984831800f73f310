"""Folders that nobody else on the machine can look into or put things in."""

import hashlib
import os
import pwd
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKET_PATH_BYTES = 103  # macOS; Linux has room for four more
LONGEST_NAME = "/.s.PGSQL.5432"


class Unusable(Exception):
    """The embedded servers cannot run here; says why and what to do, in one line."""


@contextmanager
def explained(var: Path) -> Iterator[None]:
    """Turn what the operating system refuses into Unusable."""
    try:
        yield
    except OSError as error:
        raise Unusable(
            f"{error.filename or var} cannot be used ({error.strerror or error}). Make "
            "it readable and writable for you, or set VAR_DIR to a folder that is."
        ) from error


def user_name(number: int) -> str:
    """Return the name of a user of this machine, or the number for one without."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def private(folder: Path) -> Path:
    """Return `folder`, made when absent, closed to everyone but this user.

    Never opens what its owner has closed. Raises Unusable for another's folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.geteuid() or not stat.S_ISDIR(status.st_mode):
        owner = user_name(status.st_uid)
        raise Unusable(
            f"{folder} belongs to {owner} and you are {user_name(os.geteuid())}: run "
            f"as {owner}, or set VAR_DIR to a folder of your own."
        )
    if status.st_mode & 0o077:
        folder.chmod(status.st_mode & 0o700)
    return folder


def prepare(var: Path) -> Path:
    """Return `var`, ready to hold locks and data. Raises Unusable."""
    with explained(var):
        private(var)
        private(var / "run")
    return var


def sockets(var: Path) -> Path:
    """Return the private folder for the sockets of `var`, made when absent."""
    return private(socket_folder(var))


def socket_folder(var: Path) -> Path:
    """Return var/run, unless that is too long for a socket or needs quoting in a URL.

    Every process must come to the same answer, whatever its $TMPDIR.
    """
    inside = var / "run"
    short = len(os.fsencode(inside) + LONGEST_NAME.encode()) <= SOCKET_PATH_BYTES
    if short and re.fullmatch(r"[\w./+-]+", str(inside), re.ASCII):
        return inside
    name = f"zhaji-{os.geteuid()}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"
    return Path("/tmp") / name  # noqa: S108 - private() verifies the owner
