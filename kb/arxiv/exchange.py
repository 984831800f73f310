"""One HTTP exchange with arXiv, bounded in time and size."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial

import httpx2

from kb.arxiv.errors import ArxivUnavailable
from kb.fetch.wire import Wire, trusted, within

LARGEST_BODY = 32 * 2**20
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What came back; `retry_after` in seconds, None if it was not said or is past."""

    status: int
    body: bytes
    retry_after: float | None = None


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
    """
    client = httpx2.Client(
        headers={"User-Agent": agent},
        timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
        transport=transport,
        verify=trusted(),
        trust_env=False,
    )
    wire = Wire(on_send)
    try:
        return within(timeout, wire, partial(_ask, client, url, wire))
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise ArxivUnavailable(
            f"arXiv sent no complete reply within {timeout:g} s"
        ) from error
    except httpx2.RequestError as error:
        cause = str(error) or type(error).__name__
        raise ArxivUnavailable(f"arXiv cannot be reached: {cause}") from error


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
