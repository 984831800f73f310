"""A stand-in for export.arxiv.org: real HTTP, the service's habits, and faults.

    with ArxivServer([Paper("2307.02486", "LongNet")]) as server:
        server.fail_next(503, retry_after="120")
        ...  # ask server.url

By hand: python -m tests.arxiv_server --port 8100 --records papers.json, where the file
lists objects with the fields of Paper.
"""

import argparse
import contextlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from tests.arxiv_faults import FAULTS
from tests.arxiv_papers import Paper, bad_id, entry, feed

__all__ = ["FAULTS", "ArxivServer", "Paper", "Seen"]

# How little the service asks of an identifier before it looks it up.
_LIKELY = re.compile(
    r"(?<![\d=.])\d{4}\.\d{4,5}(v\d*)?|[a-z-]+(\.[A-Z]{2})?/\d{7}(v\d*)?"
)
_NAME = re.compile(r"(?P<id>.+?)(?:v(?P<version>\d+))?")


class Seen(NamedTuple):
    """One request as it arrived; `at` is time.monotonic()."""

    at: float
    path: str
    headers: Mapping[str, str]


class ArxivServer:
    """Serves `papers`, which may be added to or changed while it runs.

    A paper may be given as a mapping of its fields. Unversioned identifiers mean the
    newest version; `refused` identifiers are answered with HTTP 400, which names the
    first of them unless `discreet`.
    """

    def __init__(
        self, papers: Iterable[Paper | Mapping[str, Any]] = (), *, port: int = 0
    ) -> None:
        self.papers: dict[str, Paper] = {}
        self.put(*papers)
        self.refused: set[str] = set()
        self.discreet = False
        self.requests: list[Seen] = []
        self.closing = threading.Event()
        self._faults: deque[Fault] = deque()
        self._http = _Http(("127.0.0.1", port), partial(_Handler, self))
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}
        )

    @property
    def url(self) -> str:
        """The address of the query interface."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/api/query"

    def put(self, *papers: Paper | Mapping[str, Any]) -> None:
        """Add or replace papers."""
        for each in papers:
            paper = each if isinstance(each, Paper) else Paper(**each)
            self.papers[paper.id] = paper

    def fail_next(
        self, fault: str | int, *, times: int = 1, retry_after: str = ""
    ) -> None:
        """Spoil the next answers: `fault` is a name in FAULTS or an HTTP status."""
        if isinstance(fault, str) and fault not in FAULTS:
            raise ValueError(f"{fault} is not one of {', '.join(FAULTS)}")
        self._faults.extend([Fault(fault, retry_after)] * times)

    def next_fault(self) -> "Fault | None":
        """Return what is to go wrong now, once."""
        with contextlib.suppress(IndexError):
            return self._faults.popleft()
        return None

    def reply(self, query: Mapping[str, str]) -> tuple[int, str]:
        """Return the status and the feed for the parameters of a query."""
        identifiers = [each for each in query.get("id_list", "").split(",") if each]
        start, size = int(query.get("start", 0)), int(query.get("max_results", 10))
        if size == 0:
            return 500, ""  # the service divides by it
        for identifier in identifiers:
            if identifier in self.refused or not _LIKELY.search(identifier):
                return 400, bad_id("" if self.discreet else identifier)
        matches = self._matches(identifiers)
        entries = [entry(*match) for match in matches[start : start + size]]
        return 200, feed(entries, total=len(matches), start=start, size=size)

    def _matches(self, identifiers: Iterable[str]) -> list[tuple[Paper, int]]:
        """Each version asked for that exists, once, the newest first."""
        found: dict[str, tuple[Paper, int]] = {}
        for identifier in identifiers:
            name = _NAME.fullmatch(identifier)
            paper = self.papers.get(name["id"]) if name else None
            if name is None or paper is None:
                continue
            version = int(name["version"] or len(paper.versions))
            if 1 <= version <= len(paper.versions):
                found[f"{paper.id}v{version}"] = (paper, version)
        return sorted(
            found.values(),
            key=lambda match: (match[0].time(match[1]), match[0].id),
            reverse=True,
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class Fault(NamedTuple):
    """What goes wrong with one answer."""

    kind: str | int
    retry_after: str


class _Http(ThreadingHTTPServer):
    daemon_threads = False  # joined on closing, so that none outlives its test

    def handle_error(self, *request: object) -> None:
        """Say nothing: clients that hang up are what faults are for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, arxiv: ArxivServer, *request: Any) -> None:
        self.arxiv = arxiv
        super().__init__(*request)

    def do_GET(self) -> None:
        self._serve(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _serve(self, query: str) -> None:
        self.close_connection = True
        self.arxiv.requests.append(
            Seen(time.monotonic(), self.path, dict(self.headers.items()))
        )
        if urlsplit(self.path).path != "/api/query":
            return self.answer(301, b"", location=self.path)
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        status, body = self.arxiv.reply(asked)
        fault = self.arxiv.next_fault()
        if fault is None:
            return self.answer(status, body.encode())
        return self._spoil(fault, body.encode())

    def _spoil(self, fault: Fault, body: bytes) -> None:
        if isinstance(fault.kind, str):
            FAULTS[fault.kind](self, body)
            return
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
        return not self.arxiv.closing.is_set()

    def pause(self, seconds: float | None = None) -> bool:
        return not self.arxiv.closing.wait(seconds)

    def log_message(self, *line: object) -> None:
        """Keep the test output clean."""


def main() -> None:
    """Serve the records of a file until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for the arXiv API.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--records", type=Path, required=True)
    options = parser.parse_args()
    papers = json.loads(options.records.read_text())
    with ArxivServer(papers, port=options.port) as server:
        print(f"{len(server.papers)} papers at {server.url}", flush=True)  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
