"""A web site that answers as a test says, under an address that counts as public."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from kb import fetch
from kb.fetch import pinned
from kb.fetch.rules import Address, Rules, is_public

HOME = ip_address(
    "127.0.0.1"
)  # the one address of this machine that plays the internet
PEM = Path(__file__).parent / "fetch" / "public.example.pem"  # of public.example


@dataclass
class Reply:
    """What the site says at one path."""

    body: Iterable[bytes] = (b"# A list\n",)
    status: int = 200
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"Content-Type": "text/plain; charset=utf-8"}
    )


def text(body: bytes, **headers: str) -> Reply:
    """Return a reply of plain text, with more headers (`_` for `-`)."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply([body], headers={"Content-Type": "text/plain"} | more)


def redirect(to: str, status: int = 302, **headers: str) -> Reply:
    """Return a reply that sends the client on."""
    return Reply([], status, text(b"", Location=to, **headers).headers)


class Website(ThreadingHTTPServer):
    """Serves `replies` by path, and keeps the headers of what was asked."""

    daemon_threads = False

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {"/": Reply()}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.names: dict[str, list[str]] = {"public.example": [str(HOME)]}
        self.looked_up: list[str] = []
        super().__init__((str(HOME), 0), partial(Visit, self))

    def handle_error(self, *request: object) -> None:
        """Say nothing: clients that hang up are what is tested."""

    @property
    def url(self) -> str:
        return f"http://public.example:{self.server_port}"

    def rules(self, **changed: Any) -> Rules:
        """Return the rules, with this site's address and port allowed."""
        ports = frozenset({80, 443, self.server_port})
        return Rules(**{"public": counts_as_public, "ports": ports, **changed})

    def resolve(self, host: str, port: int) -> list[str]:
        """Look up as the system does, except for the names given here."""
        self.looked_up.append(host)
        if host.endswith(".example"):
            return self.names.get(host, [])
        return pinned.resolve(host, port)

    def fetch(
        self,
        url: str,
        resolver: Callable[[str, int], Iterable[str]] | None = None,
        max_bytes: int = 2 * 2**20,
        **rules: Any,
    ) -> fetch.Fetched:
        """Fetch an address, or a path of this site."""
        return fetch.get(
            self.url + url if url.startswith("/") else url,
            agent="test",
            max_bytes=max_bytes,
            resolver=resolver or self.resolve,
            rules=self.rules(**rules),
        )


def counts_as_public(address: Address) -> bool:
    return address == HOME or is_public(address)


class Visit(BaseHTTPRequestHandler):
    def __init__(self, site: Website, *request: Any) -> None:
        self.site = site
        super().__init__(*request)

    def do_GET(self) -> None:
        self.site.asked.append((self.path, dict(self.headers.items())))
        reply = self.site.replies[self.path]
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client hung up
            for piece in reply.body:
                self.wfile.write(piece)
        self.close_connection = True

    def log_message(self, *said: object) -> None:
        """Be quiet."""


@contextlib.contextmanager
def website(context: ssl.SSLContext | None = None) -> Iterator[Website]:
    """Run a site, with TLS if there is a context."""
    with Website() as site:
        if context:
            site.socket = context.wrap_socket(site.socket, server_side=True)
        serving = threading.Thread(target=site.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield site
        finally:
            site.shutdown()
            serving.join()


@contextlib.contextmanager
def connections() -> Iterator[list[str]]:
    """Collect the addresses that this process connects to, or tries to."""
    reached: list[str] = []
    before = socket.socket.connect

    def connect(self, address):
        if self.family != socket.AF_UNIX:
            reached.append(address[0])
        return before(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    try:
        yield reached
    finally:
        socket.socket.connect = before  # type: ignore[method-assign]
