"""Work on the network that ends in time, whatever the other side does."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import lru_cache
from typing import Any, TypeVar

import httpx2

Result = TypeVar("Result")

_SOCKET_READY = "connection.connect_tcp.complete"
# Not when it begins to: a process that is held up in between would count too early.
_REQUEST_LEFT = "http11.send_request_headers.complete"


class Wire:
    """The connection under some work, which another thread may cut at any time."""

    def __init__(self, on_send: Callable[[], None] = lambda: None) -> None:
        """`on_send` is called as soon as a request has left."""
        self._on_send = on_send
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.severed = False

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Follow the exchange: the `trace` extension of the HTTP client."""
        if event == _SOCKET_READY:
            # A second handle to the same connection: TLS takes the first one over.
            self._hold(details["return_value"].get_extra_info("socket").dup())
        if event == _REQUEST_LEFT:
            self._on_send()
        if self.severed:
            self.cut()

    def _hold(self, ready: socket.socket) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = ready

    def cut(self) -> None:
        """End the connection, also one that is yet to be made."""
        self.severed = True
        with self._lock, contextlib.suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()


def within(seconds: float, wire: Wire, work: Callable[[], Result]) -> Result:
    """Return what `work` returns, or raise what it raises; then `wire` is cut.

    Raises TimeoutError after `seconds`. The work has a thread of its own, since nothing
    else bounds it: looking up a name takes as long as it takes, connecting may try
    address after address, and a server that sends a byte now and then satisfies every
    timeout of an HTTP client.
    """
    result: Future[Result] = Future()
    threading.Thread(target=_keep, args=(result, work), daemon=True).start()
    try:
        return result.result(seconds)
    finally:
        wire.cut()


def _keep(result: Future[Result], work: Callable[[], Result]) -> None:
    try:
        result.set_result(work())
    except Exception as error:  # whatever it is, the caller hears of it
        result.set_exception(error)


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Return whose certificates count: a tenth of a second to read, so it is done once.

    Who asks in turn should have called it before the turn began.
    """
    return httpx2.create_ssl_context(trust_env=False)
