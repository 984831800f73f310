"""The arXiv stand-in's HTTP: what is asked, when, and over how many connections."""

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Event
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from tests.arxiv_faults import FAULTS


@dataclass
class Seen:
    """One request; times are time.monotonic(), `ended` None while it is answered."""

    at: float
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    ended: float | None = None


class Fault(NamedTuple):
    """What goes wrong with one answer: a name in FAULTS or an HTTP status."""

    kind: str | int
    retry_after: str


class Answer(NamedTuple):
    """What the service says when nothing goes wrong."""

    status: int
    body: str
    content_type: str


class Service(Protocol):
    """What answers the requests."""

    closing: Event
    requests: list[Seen]

    def answer(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Return the answer to a query, or None if nothing is at `path`."""

    def next_fault(self) -> Fault | None:
        """Return what is to go wrong now, once."""

    def seen(self) -> dict[str, Any]:
        """Return what happened so far, for another process."""


def gaps(requests: list[Seen]) -> list[float]:
    """Return the seconds from the arrival of each request to that of the next."""
    times = sorted(request.at for request in requests)
    return [later - earlier for earlier, later in pairwise(times)]


class Http(ThreadingHTTPServer):
    """Counts the connections that are open at once; each has its own thread."""

    daemon_threads = False  # joined on closing, so that none outlives its test
    request_queue_size = 64

    def __init__(self, service: Service, port: int) -> None:
        self.connections_max = 0
        self._open: list[socket.socket] = []
        super().__init__(("127.0.0.1", port), partial(Handler, service))

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count before the request is read: one that sends nothing counts too."""
        self._open = [*filter(_is_open, self._open), request]
        self.connections_max = max(self.connections_max, len(self._open))
        super().process_request(request, client_address)

    def handle_error(self, *request: object) -> None:
        """Say nothing: clients that hang up are what faults are for."""


def _is_open(connection: socket.socket) -> bool:
    """Say whether both sides still hold the connection."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


class Handler(BaseHTTPRequestHandler):
    """Answers one request on one connection, as `tests.arxiv_faults.Line`."""

    protocol_version = "HTTP/1.1"

    def __init__(self, service: Service, *request: Any) -> None:
        self.service = service
        super().__init__(*request)

    def do_GET(self) -> None:
        self._serve(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _serve(self, written: str) -> None:
        self.close_connection = True
        if urlsplit(self.path).path == "/seen":  # none of arXiv's, and not counted
            return self.answer(200, json.dumps(self.service.seen()).encode())
        query = {name: values[-1] for name, values in parse_qs(written).items()}
        headers = dict(self.headers.items())
        seen = Seen(time.monotonic(), self.path, headers, query)
        self.service.requests.append(seen)
        try:
            return self._say(self.service.answer(urlsplit(self.path).path, query))
        finally:
            seen.ended = time.monotonic()

    def _say(self, answer: Answer | None) -> None:
        fault = self.service.next_fault() if answer else None
        if answer is None:
            self.answer(301, b"", location=self.path)
        elif fault is None:
            status, body, content_type = answer
            self.answer(status, body.encode(), content_type=content_type)
        elif isinstance(fault.kind, str):
            FAULTS[fault.kind](self, answer.body.encode())
        else:
            headers = {"retry_after": fault.retry_after} if fault.retry_after else {}
            text = b"Rate exceeded." if fault.kind == 429 else b"Sorry."
            self.answer(fault.kind, text, content_type="text/plain", **headers)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        headers = {"content_type": "application/atom+xml; charset=utf-8"} | headers
        for name, value in headers.items():
            self.send_header(name.replace("_", "-").title(), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.raw(body)

    def raw(self, data: bytes) -> bool:
        try:
            self.wfile.write(data)
        except OSError:
            return False
        return not self.service.closing.is_set()

    def pause(self, seconds: float | None = None) -> bool:
        return not self.service.closing.wait(seconds)

    def log_message(self, *line: object) -> None:
        """Keep the test output clean."""
