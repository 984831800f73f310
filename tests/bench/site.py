"""The site's processes as they run anywhere, and the pages they answer with."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

from config.processes import ROOT, Processes, commands

HOST = "127.0.0.1"
START_SECONDS = 60
LOOK_SECONDS = 0.05  # between two looks at a process's memory


class Failed(Exception):
    """A process did not do what it should; the message is for a person."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


def procfile(name: str) -> str:
    """Return the command of a process of the Procfile."""
    return commands(ROOT / "Procfile")[name]


def run(processes: Processes, name: str, command: str) -> str:
    """Run a command to its end and return what it said. Raises Failed."""
    code, said = processes.run(name, command)
    if code:
        raise Failed(f"{command} failed: {processes.last_words(name)}")
    return said


class Pages:
    """One reader's connection, kept open, with their session."""

    def __init__(self, port: int, cookie: str = "") -> None:
        """Connect when the first page is asked for."""
        self.connection = HTTPConnection(HOST, port, timeout=60)
        self.headers = {"Cookie": cookie, "Accept-Language": "en"}

    def get(self, path: str, **headers: str) -> bytes:
        """Return the body of a page. Raises Failed unless it is there."""
        self.connection.request("GET", path, headers=self.headers | headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise Failed(f"{path} answered {response.status}")
        return body

    def timed(self, path: str, **headers: str) -> float:
        """Return the seconds from asking for a page to having it."""
        began = time.perf_counter()
        self.get(path, **headers)
        return time.perf_counter() - began


def searched(path: str, query: str) -> str:
    """Return the address of a search."""
    return f"{path}?q={quote(query)}"


def until(condition: Callable[[], bool], problem: str) -> None:
    """Wait for something to come true. Raises Failed with the problem."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(problem)
        time.sleep(0.1)


def healthy(port: int) -> bool:
    """Say whether the site answers."""
    with suppress(OSError, HTTPException, Failed):
        return bool(Pages(port).get("/healthz")) or True
    return False


class Memory:
    """What a process and those it started held at most, in MB, while in the block."""

    def __init__(self, leader: int) -> None:
        """Look after the process group of `leader`."""
        self.leader, self.peak, self.own = leader, 0.0, 0.0
        self.over = Event()
        self.looking = Thread(target=self.look, daemon=True)

    def __enter__(self) -> "Memory":
        """Begin to look."""
        self.looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self.over.set()
        self.looking.join()

    def look(self) -> None:
        """Keep the highest sums: of all, and of all but mapped files."""
        while not self.over.wait(LOOK_SECONDS):
            held = [memory(process) for process in group(self.leader)]
            self.peak = max(self.peak, sum(whole for whole, _ in held))
            self.own = max(self.own, sum(own for _, own in held))


def group(leader: int) -> list[Path]:
    """Return the processes of a group, as their folders."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == leader:
                found.append(process)
    return found


def memory(process: Path) -> tuple[float, float]:
    """Return what a process holds in memory, and what of it is no file, in MB."""
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    parts = dict(line.split(":", 1) for line in lines)
    whole, own = (int(parts.get(name, "0 kB").split()[0]) for name in MEMORY)
    return whole / 1024, own / 1024


MEMORY = ("VmRSS", "RssAnon")
