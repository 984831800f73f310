"""One HTTP exchange with arXiv, bounded in time and size."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial
from typing import Any

import httpx2

from kb.arxiv.errors import ArxivUnavailable

LARGEST_BODY = 32 * 2**20
_CONNECT_SECONDS = 10.0
_SOCKET_READY = "connection.connect_tcp.complete"
_REQUEST_LEAVES = "http11.send_request_headers.started"


@dataclass(frozen=True)
class Answer:
    """What came back; `retry_after` in seconds, None if it was not said or is past."""

    status: int
    body: bytes
    retry_after: float | None = None


class Wire:
    """The connection under one request, which another thread may cut at any time."""

    def __init__(self, on_send: Callable[[], None]) -> None:
        """`on_send` is called once, just before the request leaves."""
        self._on_send = on_send
        self._lock = threading.Lock()
        self._severed = False
        self._socket: socket.socket | None = None

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Follow the exchange: the `trace` extension of the HTTP client."""
        if event == _SOCKET_READY:
            # A second handle to the same connection: TLS takes the first one over.
            ready = details["return_value"].get_extra_info("socket").dup()
            with self._lock:
                self._socket = ready
        if event == _REQUEST_LEAVES:
            self._on_send()
        if self._severed:
            self.cut()

    def cut(self) -> None:
        """End the connection, also one that is yet to be made."""
        self._severed = True
        with self._lock, contextlib.suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()


def get(
    url: httpx2.URL,
    *,
    agent: str,
    timeout: float,
    on_send: Callable[[], None],
    transport: httpx2.BaseTransport | None = None,
) -> Answer:
    """Ask for `url` and return the answer, whatever its status; follow no redirect.

    A redirect would be a second request in the same turn. Raises ArxivUnavailable, at
    the latest after `timeout` seconds, with the connection cut.

    The request has a thread of its own, since nothing else bounds it: looking up a name
    takes as long as it takes, connecting may try address after address, and a server
    that sends a byte now and then satisfies every timeout of an HTTP client.
    """
    client = httpx2.Client(
        headers={"User-Agent": agent},
        timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
        transport=transport,
        verify=trusted(),
        trust_env=False,
    )
    wire = Wire(on_send)
    answer: Future[Answer] = Future()
    ask = partial(_ask, client, url, wire)
    threading.Thread(target=_keep, args=(answer, ask), daemon=True).start()
    try:
        return answer.result(timeout)
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise ArxivUnavailable(
            f"arXiv sent no complete reply within {timeout:g} s"
        ) from error
    except httpx2.RequestError as error:
        cause = str(error) or type(error).__name__
        raise ArxivUnavailable(f"arXiv cannot be reached: {cause}") from error
    finally:
        wire.cut()


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Return whose certificates count: a tenth of a second to read, so it is done once.

    Who asks in turn should have called it before the turn began.
    """
    return httpx2.create_ssl_context(trust_env=False)


def _keep(answer: Future[Answer], ask: Callable[[], Answer]) -> None:
    try:
        answer.set_result(ask())
    except Exception as error:  # whatever it is, the caller hears of it
        answer.set_exception(error)


def _ask(client: httpx2.Client, url: httpx2.URL, wire: Wire) -> Answer:
    extensions = {"trace": wire.watch}
    with (
        contextlib.closing(wire),
        client,
        client.stream("GET", url, extensions=extensions) as response,
    ):
        return _answer(response)


def _answer(response: httpx2.Response) -> Answer:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise ArxivUnavailable(
                f"arXiv's reply is larger than {LARGEST_BODY // 2**20} MB"
            )
    wait = retry_after(response.headers.get("Retry-After", ""), time.time())
    return Answer(response.status_code, bytes(body), wait)


def retry_after(header: str, now: float) -> float | None:
    """Return the seconds a Retry-After asks for, either form, at `now` (Unix time).

    >>> retry_after("120", 0.0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 0.0)
    (120.0, 60.0)
    """
    written = header.strip()
    if written.isascii() and written.isdecimal():
        return float(written[:9]) or None
    try:
        left = parsedate_to_datetime(written).timestamp() - now
    except (ValueError, OverflowError):
        return None
    return left if left > 0 else None
