"""Every way the arXiv stand-in can go wrong, by name."""

import gzip
import re
import zlib
from collections.abc import Callable
from typing import Protocol

from tests.arxiv_papers import Paper, bad_id, entry, feed


class Line(Protocol):
    """The connection a fault spoils."""

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send a whole, proper HTTP answer."""

    def raw(self, data: bytes) -> bool:
        """Send bytes as they are; False once the other side is gone."""

    def pause(self, seconds: float | None = None) -> bool:
        """Wait; False when the server is closing."""


MAINTENANCE = (
    b"<!DOCTYPE html>\n<html><body><h1>Down for maintenance</h1></body></html>"
)
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><title>&b;</title></feed>
"""
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/atom+xml\r\n"
_DRIP_SECONDS = 0.02
_HUGE_BYTES = 50 * 2**20


def _truncated(line: Line, body: bytes) -> None:
    line.answer(200, body[: len(body) // 2])


def _cut_short(line: Line, body: bytes) -> None:
    """Announce the whole body and hang up half-way."""
    line.raw(_HEAD + b"Content-Length: %d\r\n\r\n" % len(body))
    line.raw(body[: len(body) // 2])


def _truncated_gzip(line: Line, body: bytes) -> None:
    packed = gzip.compress(body)
    line.answer(200, packed[: len(packed) // 2], content_encoding="gzip")


def _gzip_bomb(line: Line, body: bytes) -> None:
    packer, blank = zlib.compressobj(1, wbits=31), b" " * 2**16
    packed = packer.compress(body)
    packed += b"".join(packer.compress(blank) for _ in range(_HUGE_BYTES // len(blank)))
    line.answer(200, packed + packer.flush(), content_encoding="gzip")


def _drip(line: Line, body: bytes) -> None:
    _drop_by_drop(line, _HEAD + b"Connection: close\r\n\r\n", body)


def _drip_headers(line: Line, body: bytes) -> None:
    _drop_by_drop(line, b"", _HEAD + b"\r\n" + body)


def _drop_by_drop(line: Line, at_once: bytes, slowly: bytes) -> None:
    line.raw(at_once)
    for byte in slowly:
        if not (line.raw(bytes([byte])) and line.pause(_DRIP_SECONDS)):
            break


def _huge(line: Line, body: bytes) -> None:
    line.raw(_HEAD + b"Content-Length: %d\r\n\r\n" % _HUGE_BYTES)
    line.raw(body)
    blank = b" " * 2**16
    while line.raw(blank):
        pass


def _strangers(line: Line, body: bytes) -> None:
    """Answer with as many papers as were found, but other ones."""
    count = body.count(b"<entry>")
    others = [entry(Paper(f"1901.{n:05}"), 1) for n in range(1, count + 1)]
    line.answer(200, feed(others, total=count).encode())


def _wrong_total(line: Line, body: bytes) -> None:
    """Leave out one paper without saying so."""
    start = body.index(b"  <entry>")
    end = body.index(b"</entry>\n") + len(b"</entry>\n")
    line.answer(200, body[:start] + body[end:])


def _half(line: Line, body: bytes) -> None:
    """Leave out the abstract of one paper."""
    abstract = rb"<(summary|abstract)>.*?</\1>"
    line.answer(200, re.sub(abstract, b"", body, count=1, flags=re.DOTALL))


FAULTS: dict[str, Callable[[Line, bytes], object]] = {
    "html": lambda line, body: line.answer(200, MAINTENANCE, content_type="text/html"),
    "rate-exceeded": lambda line, body: line.answer(
        200, b"Rate exceeded.", content_type="text/plain"
    ),
    "truncated": _truncated,
    "cut-short": _cut_short,
    "truncated-gzip": _truncated_gzip,
    "gzip-bomb": _gzip_bomb,
    "hang": lambda line, body: line.pause(),
    "drip": _drip,
    "drip-headers": _drip_headers,
    "hang-up": lambda line, body: None,
    "redirect-loop": lambda line, body: line.answer(301, b"", location="/loop"),
    "empty": lambda line, body: line.answer(200, feed([], total=0).encode()),
    "entity-bomb": lambda line, body: line.answer(200, BOMB),
    "huge": _huge,
    "nul": lambda line, body: line.answer(200, body.replace(b"<title>", b"<title>\0")),
    "wrong-charset": lambda line, body: line.answer(
        200, body.replace(b"UTF-8", b"UTF-32", 1)
    ),
    "half-a-paper": _half,
    "wrong-total": _wrong_total,
    "strangers": _strangers,
    "refused-unnamed": lambda line, body: line.answer(400, bad_id("").encode()),
    "refused-html": lambda line, body: line.answer(400, MAINTENANCE),
}
ATOM_ONLY = {"wrong-total"}  # OAI-PMH does not count
