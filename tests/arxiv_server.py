"""A stand-in for arXiv: real HTTP, the services' habits, and faults.

    with ArxivServer([Paper("2307.02486", "LongNet")]) as server:
        server.fail_next(503, retry_after="120")
        ...  # ask server.url (Atom) or server.oai_url (OAI-PMH)
        assert server.connections_max == 1
        assert server.spacing_violations(3) == []

By hand: python -m tests.arxiv_server --port 8100 --records papers.json, where the file
lists objects with the fields of Paper; or with --papers 100000, which makes some up.
GET /seen then tells what was asked, and over how many connections.
"""

import argparse
import contextlib
import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from tests.arxiv_faults import FAULTS
from tests.arxiv_http import Answer, Fault, Http, Seen, gaps
from tests.arxiv_many import many
from tests.arxiv_oai import Oai
from tests.arxiv_papers import Paper, bad_id, entry, feed

__all__ = ["FAULTS", "ArxivServer", "Paper", "Seen"]

# How little the service asks of an identifier before it looks it up.
_LIKELY = re.compile(
    r"(?<![\d=.])\d{4}\.\d{4,5}(v\d*)?|[a-z-]+(\.[A-Z]{2})?/\d{7}(v\d*)?"
)
_NAME = re.compile(r"(?P<id>.+?)(?:v(?P<version>\d+))?")


class ArxivServer:
    """Serves `papers`, which may be added to or changed while it runs.

    A paper may be given as a mapping of its fields. Unversioned identifiers mean the
    newest version; `refused` identifiers are answered with HTTP 400, which names the
    first of them unless `discreet`. `oai` has the settings of the other interface.
    """

    def __init__(
        self, papers: Iterable[Paper | Mapping[str, Any]] = (), *, port: int = 0
    ) -> None:
        self.papers: dict[str, Paper] = {}
        self.put(*papers)
        self.oai = Oai(self.papers)
        self.refused: set[str] = set()
        self.discreet = False
        self.requests: list[Seen] = []
        self.closing = threading.Event()
        self._faults: deque[Fault] = deque()
        self._http = Http(self, port)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}
        )

    @property
    def url(self) -> str:
        """The address of the query interface."""
        return f"{self._root}/api/query"

    @property
    def oai_url(self) -> str:
        """The address of the OAI-PMH interface."""
        return f"{self._root}/oai"

    @property
    def connections_max(self) -> int:
        """How many connections were open at once, at most."""
        return self._http.connections_max

    def spacing_violations(self, seconds: float) -> list[float]:
        """Return the gaps between arrivals that were shorter than `seconds`."""
        return [gap for gap in gaps(self.requests) if gap < seconds]

    def seen(self) -> dict[str, Any]:
        """Return what happened so far, for another process."""
        asked = [(seen.path, seen.at, seen.ended) for seen in self.requests]
        return {"connections_max": self.connections_max, "requests": asked}

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

    def next_fault(self) -> Fault | None:
        """Return what is to go wrong now, once."""
        with contextlib.suppress(IndexError):
            return self._faults.popleft()
        return None

    def answer(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Return the answer to a query, or None if nothing is at `path`."""
        if path == "/oai":
            return Answer(200, self.oai.reply(query), "text/xml")
        if path == "/api/query":
            return Answer(*self.reply(query), "application/atom+xml; charset=utf-8")
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
            if name is None or paper is None or paper.deleted:
                continue
            version = int(name["version"] or len(paper.versions))
            if 1 <= version <= len(paper.versions):
                found[f"{paper.id}v{version}"] = (paper, version)
        return sorted(
            found.values(),
            key=lambda match: (match[0].time(match[1]), match[0].id),
            reverse=True,
        )

    @property
    def _root(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def main() -> None:
    """Serve the records of a file, or made-up ones, until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for arXiv.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--papers", type=int, default=0, metavar="COUNT")
    parser.add_argument("--page-size", type=int, default=1000)
    options = parser.parse_args()
    listed = json.loads(options.records.read_text()) if options.records else []
    with ArxivServer([*listed, *many(options.papers)], port=options.port) as server:
        server.oai.page_size = options.page_size
        told = f"{len(server.papers)} papers at {server.oai_url} and {server.url}"
        print(told, flush=True)  # noqa: T201 - it is a program
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
