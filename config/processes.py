"""Processes that all end when this one does, even when it is killed."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from string import Template
from types import TracebackType
from typing import NoReturn, Self

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 8.0  # between asking to stop and forcing it


class Processes:
    """Running processes by name, each leading a group of its own.

    A guard, forked first, is told of every group through a pipe. The pipe closes when
    this process ends, in whatever way, and then the guard ends the groups. Make it
    before any lock or server: the guard must not hold on to those.
    """

    def __init__(self, logs: Path, environment: dict[str, str]) -> None:
        """Write each process's output to <name>.log in `logs`."""
        self.logs = logs
        self.environment = environment
        self.running: dict[str, subprocess.Popen[str]] = {}
        listening, self.pipe = os.pipe()
        self.guard = os.fork()
        if not self.guard:
            os.close(self.pipe)
            _guard(listening)
        os.close(listening)

    def __enter__(self) -> Self:
        """Return itself; leaving the block stops everything."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything and wait until it has; a second Ctrl-C changes nothing."""
        ignore_signals()
        os.close(self.pipe)
        while os.waitpid(self.guard, os.WNOHANG) == (0, 0):
            for process in self.running.values():
                process.poll()  # an unread end keeps its group in being
            time.sleep(0.02)
        _end({process.pid for process in self.running.values()})  # if it was killed

    def start(self, name: str, command: str, output: int | None = None) -> None:
        """Start a Procfile command, its standard output going to `output` if given."""
        words = [
            Template(word).safe_substitute(self.environment)
            for word in shlex.split(command)
        ]
        with self.log(name).open("a") as log:
            process = subprocess.Popen(  # noqa: S603 - the Procfile is ours
                words,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=log,
                text=True,
                process_group=0,
            )
        os.write(self.pipe, f"{process.pid}\n".encode())
        self.running[name] = process

    def run(self, name: str, command: str) -> tuple[int, str]:
        """Return the exit code and the output of a command that ends by itself."""
        self.start(name, command, subprocess.PIPE)
        output, _ = self.running[name].communicate()
        return dict(self.ended())[name], output

    def ended(self) -> Iterator[tuple[str, int]]:
        """Yield the name and exit code of every process that ended since, once."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                _signal(-process.pid, signal.SIGKILL)  # children it left behind
                os.write(self.pipe, f"-{process.pid}\n".encode())
                del self.running[name]
                yield name, process.returncode

    def log(self, name: str) -> Path:
        """Return the file with the output of a process."""
        return self.logs / f"{name}.log"

    def last_words(self, name: str) -> str:
        """Return the last line a process wrote, and where the rest is."""
        text = self.log(name).read_text(errors="replace").strip()
        last = text.splitlines()[-1].strip() if text else "it said nothing"
        return f"{last} (see {self.log(name)})"


def ignore_signals() -> None:
    """Let no request to stop interrupt what stops everything."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def commands(procfile: Path) -> dict[str, str]:
    """Return the command of every name in a Procfile, in its order."""
    lines = procfile.read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if line and line[0] != "#")
    return {name.strip(): command.strip() for name, command in pairs}


def _guard(pipe: int) -> NoReturn:
    """Learn the groups from the pipe until it closes; end them, and this process."""
    ignore_signals()  # what asks everything to stop must not stop the one who does it
    try:
        os.setsid()
        groups: set[int] = set()
        with os.fdopen(pipe) as told:
            for number in map(int, told):
                (groups.add if number > 0 else groups.discard)(abs(number))
        _end(groups)
    finally:
        os._exit(0)


def _end(groups: set[int]) -> None:
    """Ask the leaders to stop, who know how to stop theirs; then force the rest."""
    for group in groups:
        _signal(group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(_signal(-group, 0) for group in groups):
        if time.monotonic() > deadline:
            for group in groups:
                _signal(-group, signal.SIGKILL)
            break
        time.sleep(0.02)


def _signal(target: int, number: int) -> bool:
    """Signal a process, or a group by its negative; say whether there was one."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(target, number)
        return True
    return False
