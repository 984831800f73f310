"""One HTTP exchange with arXiv, bounded in time and size."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx2

from kb.arxiv.errors import ArxivUnavailable

LARGEST_BODY = 32 * 2**20
_CONNECT_SECONDS = 10.0
_SOCKET_READY = ("connection.connect_tcp.complete", "connection.start_tls.complete")
_REQUEST_LEAVES = "http11.send_request_headers.started"


@dataclass(frozen=True)
class Answer:
    """What came back; `retry_after` in seconds, None if it was not said or is past."""

    status: int
    body: bytes
    retry_after: float | None = None


class Exchange:
    """Cuts the connection `seconds` after entering, whatever the server does.

    The timeouts of an HTTP client bound each read, so a server that sends a byte now
    and then could hold it for ever.
    """

    def __init__(self, seconds: float, on_send: Callable[[], None]) -> None:
        """`on_send` is called once, just before the request leaves."""
        self.too_late = False
        self._on_send = on_send
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Follow the exchange: the `trace` extension of the HTTP client."""
        if event in _SOCKET_READY:
            self._socket = details["return_value"].get_extra_info("socket")
        if event == _REQUEST_LEAVES:
            self._on_send()
        if self.too_late:
            self._cut()

    def _cut(self) -> None:
        self.too_late = True
        if self._socket is not None:
            # Not SSLSocket.shutdown, which would drop the TLS state under a reader.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def get(
    url: httpx2.URL,
    *,
    agent: str,
    timeout: float,
    on_send: Callable[[], None],
    transport: httpx2.BaseTransport | None = None,
) -> Answer:
    """Ask for `url` and return the answer, whatever its status; follow no redirect.

    A redirect would be a second request in the same turn. Raises ArxivUnavailable.
    """
    exchange = Exchange(timeout, on_send)
    client = httpx2.Client(
        headers={"User-Agent": agent},
        timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
        transport=transport,
        trust_env=False,
    )
    extensions = {"trace": exchange.watch}
    try:
        with (
            client,
            exchange,
            client.stream("GET", url, extensions=extensions) as response,
        ):
            answer = _answer(response)
    except httpx2.RequestError as error:
        raise ArxivUnavailable(_cause(error, exchange, timeout)) from error
    if exchange.too_late:  # a body without a length ends wherever it was cut
        raise ArxivUnavailable(_late(timeout))
    return answer


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


def _cause(error: Exception, exchange: Exchange, timeout: float) -> str:
    if exchange.too_late or isinstance(error, httpx2.TimeoutException):
        return _late(timeout)
    return f"arXiv cannot be reached: {str(error) or type(error).__name__}"


def _late(timeout: float) -> str:
    return f"arXiv sent no complete reply within {timeout:g} s"
