"""Run the whole site on one machine: `python -m config.run`, or `make run`.

Starts what the Procfile names, on embedded servers unless DATABASE_URL and REDIS_URL
say otherwise, and stops all of it together. HOST and PORT choose the address.
"""

import argparse
import fcntl
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config import embedded, env
from config.embedded.folders import prepare, private
from config.processes import ROOT, Processes, commands

START_SECONDS = 90
RESTARTS = 3  # of worker, beat and indexer, in all


class Failed(Exception):
    """The site cannot run, or no longer; the message is for a person."""


def main() -> int:
    """Run until told to stop, and return the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    options = _options()
    var = Path(env.text("VAR_DIR", str(ROOT / "var"))).resolve()
    environment = _environment(var)
    host, port = environment["HOST"], environment["PORT"]
    try:
        with Processes(var / "log", environment) as processes:
            prepare(var)
            with _only_one(var, _address(host, port)):
                _check_port(host, port)
                _prepare(var)
                _serve(processes, options)
    except KeyboardInterrupt:
        return 0
    except (Failed, embedded.Unusable, OSError) as error:
        print(f"Zhaji: {error}", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="python -m config.run")
    parser.add_argument("--procfile", type=Path, default=ROOT / "Procfile")
    parser.add_argument("--first-run", default="python manage.py first_run")
    return parser.parse_args()


def _environment(var: Path) -> dict[str, str]:
    """Return the environment of the processes: this one, completed."""
    programs = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "HOST": env.text("HOST", "127.0.0.1"),
        "PORT": env.text("PORT", "8000"),
        "VAR_DIR": str(var),
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }


def _address(host: str, port: str) -> str:
    """Return what to type into a browser."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{host}:{port}"


@contextmanager
def _only_one(var: Path, address: str) -> Iterator[None]:
    """Hold the site of `var`, or fail with the address it is already at."""
    with (var / "run" / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Failed(f"it is already running, at {lock.read()}.") from None
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        yield


def _check_port(host: str, port: str) -> None:
    """Fail when the port is not a number, or not free."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):  # noqa: PLR2004
        raise Failed(f"PORT is {port!r}: say a number from 1 to 65535.")
    try:
        family, *_ = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, int(port)))
    except OSError as error:
        raise Failed(
            f"port {port} of {host} cannot be used ({error.strerror}): stop what uses "
            "it, or choose another, as in PORT=8001 make run."
        ) from None


def _prepare(var: Path) -> None:
    """Have the embedded servers run as long as this process; start new logs."""
    if not env.text("DATABASE_URL"):
        embedded.database(var)
    if not env.text("REDIS_URL"):
        embedded.broker(var)
    for log in private(var / "log").glob("*.log"):
        log.replace(log.with_suffix(".log.old"))


def _serve(processes: Processes, options: argparse.Namespace) -> None:
    """Start everything, say where it is, and look after it until told to stop."""
    table = commands(options.procfile)
    if release := table.pop("release", None):
        _run_first(processes, "release", release)
    newcomer = _run_first(processes, "first_run", options.first_run)
    for name, command in table.items():
        processes.start(name, command)
    address = _address(processes.environment["HOST"], processes.environment["PORT"])
    left = RESTARTS
    deadline = time.monotonic() + START_SECONDS
    while not _healthy(address):
        left = _restart_ended(processes, table, left)
        if time.monotonic() > deadline:
            raise Failed(f"no answer in {START_SECONDS} s: see {processes.log('web')}")
        time.sleep(0.1)
    print(f"Zhaji is at {address}")
    if newcomer:
        print(newcomer)
    print(f"Logs are in {processes.logs}. Ctrl-C stops everything.", flush=True)
    while True:
        left = _restart_ended(processes, table, left)
        time.sleep(0.2)


def _run_first(processes: Processes, name: str, command: str) -> str:
    """Run a command to its end and return what it said to people."""
    code, output = processes.run(name, command)
    if code:
        raise Failed(f"{command} failed: {processes.last_words(name)}")
    with suppress(ValueError, KeyError, TypeError):
        curator = json.loads(output)
        name, password = curator["name"], curator["password"]
        return f"Log in as {name} with the password {password}, shown only this once."
    return ""


def _healthy(address: str) -> bool:
    """Say whether /healthz answers 200."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _restart_ended(processes: Processes, table: dict[str, str], left: int) -> int:
    """Start again what ended, and return how often that may happen again.

    Fails when that was never, or when it was the site itself.
    """
    for name, code in processes.ended():
        story = f"{name} {_ended(code)}: {processes.last_words(name)}"
        if name == "web" or not left:
            raise Failed(story)
        left -= 1
        print(f"Zhaji: {story}; started again.", file=sys.stderr, flush=True)
        processes.start(name, table[name])
    return left


def _ended(code: int) -> str:
    """Return an exit code in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


if __name__ == "__main__":
    sys.exit(main())
