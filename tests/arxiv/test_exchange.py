"""Whatever a server or a network does, a request ends in time, and all of it does."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import httpx2
import pytest

from kb.arxiv import exchange
from kb.arxiv.errors import ArxivUnavailable
from kb.fetch import wire

LATE = "no complete reply within 0.3 s"


def get(
    url: str, on_send: Callable[[], None] = lambda: None, timeout: float = 0.3
) -> exchange.Answer:
    return exchange.get(httpx2.URL(url), agent="test", timeout=timeout, on_send=on_send)


@pytest.fixture(autouse=True)
def at_work():
    """Return what lists the requests under way; at the end all must be done."""
    before = set(threading.enumerate())

    def started() -> list[threading.Thread]:
        new = set(threading.enumerate()) - before
        return [thread for thread in new if thread.daemon]

    yield started

    for thread in started():
        thread.join(5)
        assert not thread.is_alive()


@contextlib.contextmanager
def listening(talk: Callable[[socket.socket], object]) -> Iterator[int]:
    """Have `talk` hold the first connection to a port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)
        assert not thread.is_alive()


def test_the_answer_is_returned_whatever_its_status(server):
    server.fail_next(503, retry_after="7")

    answer = get(server.url)

    assert (answer.status, answer.body, answer.retry_after) == (503, b"Sorry.", 7)


def test_the_caller_hears_when_the_request_leaves_and_only_then(server):
    heard: list[str] = []

    get(server.url, lambda: heard.append("to the server"))
    with pytest.raises(ArxivUnavailable):
        get("http://127.0.0.1:9/", lambda: heard.append("to nobody"))

    assert heard == ["to the server"]


def test_a_name_that_is_looked_up_for_ever_is_given_up(at_work, server, monkeypatch):
    found, look_up = threading.Event(), socket.getaddrinfo

    def slowly(*asked, **options):
        found.wait(5)
        return look_up(*asked, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)

    with pytest.raises(ArxivUnavailable, match=LATE):
        get(server.url.replace("127.0.0.1", "localhost"))

    left = at_work()
    found.set()  # too late: nothing may be asked any more
    for thread in left:
        thread.join(5)
    assert left
    assert server.requests == []


def test_all_addresses_together_have_no_more_time_than_one(at_work, monkeypatch):
    with contextlib.ExitStack() as stack:
        dead = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = dead.getsockname()
        for _ in range(3):  # its queue is full: who connects now, waits
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        one = (socket.AF_INET, socket.SOCK_STREAM, 6, "", address)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [one] * 4)

        with pytest.raises(ArxivUnavailable, match=LATE):
            get(f"http://localhost:{address[1]}/")

        assert at_work()  # trying the other addresses


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x03\x40\x00"])
def test_a_handshake_that_goes_on_for_ever_is_cut(first):
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(first)
        connection.settimeout(0.02)
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                if connection.recv(4096) == b"":
                    ended.set()
            with contextlib.suppress(OSError):
                connection.sendall(first and b"\0")

    with listening(drip) as port, pytest.raises(ArxivUnavailable, match=LATE):
        get(f"https://127.0.0.1:{port}/")

    assert ended.wait(5)


@pytest.mark.parametrize("fault", ["hang", "drip", "drip-headers"])
def test_the_connection_is_closed_before_the_caller_goes_on(server, fault):
    server.fail_next(fault)

    with pytest.raises(ArxivUnavailable, match=LATE):
        get(server.url)
    get(server.url)

    assert server.connections_max == 1


def test_a_caller_that_is_interrupted_leaves_no_request_behind(server, monkeypatch):
    server.fail_next("hang")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(wire.Future, "result", interrupt)

    with pytest.raises(KeyboardInterrupt):
        get(server.url, timeout=60)
