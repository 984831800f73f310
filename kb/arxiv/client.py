"""Asking arXiv for papers by identifier.

Parameters: https://info.arxiv.org/help/api/user-manual.html#311-query-interface
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus

import httpx2

from kb.arxiv import atom, exchange, tally
from kb.arxiv.atom import Feed
from kb.arxiv.errors import (
    AccessDenied,
    ArxivUnavailable,
    GateClosed,
    MalformedFeed,
)
from kb.arxiv.exchange import Answer
from kb.arxiv.gate import DAY, Gate, Slot
from kb.arxiv.records import Reply

VERSION = "0.1.0"
BATCH = 100


class Client:
    """Asks the Atom API at `api_url`, through `gate` and never around it."""

    def __init__(
        self,
        api_url: str,
        gate: Gate,
        *,
        contact: str = "",
        timeout: float = 40.0,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """`contact`: a mail address or a page where arXiv finds who is asking.

        `timeout` is in seconds, for a whole request from connecting to the last byte,
        and must be shorter than the gate's lease.
        """
        if timeout >= gate.lease_seconds:
            raise ValueError(
                f"A request may take {timeout:g} s but holds the gate for"
                f" {gate.lease_seconds:g} s: lower the timeout or lengthen the lease"
            )
        self._api_url = api_url
        self._gate = gate
        self._agent = _agent(contact)
        self._timeout = timeout
        self._transport = transport

    def fetch(
        self, ids: Sequence[str], *, wait: Callable[[float], None] | None = None
    ) -> Reply:
        """Return what arXiv says of at most 100 papers, in one request if it can.

        An identifier may be written in any way and with a version. When arXiv refuses
        one, the rest is asked for again, which takes further turns: `wait` is called
        with the seconds to let pass (`time.sleep`), never for a block. Without it, or
        when blocked, raises GateClosed; when arXiv gives no usable answer, blocks the
        gate and raises ArxivUnavailable. Both carry what is already `known`, but a
        refusal that does not say of which identifier needs `wait` to be narrowed down.
        """
        if len(ids) > BATCH:
            raise ValueError(f"Ask for at most {BATCH} papers at once, not {len(ids)}")
        account = tally.Tally(ids)
        pending = [account.names] if account.names else []
        try:
            while pending:
                names = pending.pop()
                pending += account.note(names, self._ask(names, wait))
        except (ArxivUnavailable, GateClosed) as error:
            error.known = account.reply()
            raise
        return account.reply()

    def _ask(self, names: Sequence[str], wait: Callable[[float], None] | None) -> Feed:
        with self._enter(wait) as slot:
            try:
                feed = _read(self._get(names, slot))
                tally.check(names, feed)
            except AccessDenied as error:
                self._gate.break_open(why=error.cause)
                error.retry_after = DAY
                raise
            except ArxivUnavailable as error:
                error.retry_after = self._gate.back_off(error.cause, error.retry_after)
                raise
            self._gate.succeeded()
            return feed

    def _enter(self, wait: Callable[[float], None] | None) -> Slot:
        while True:
            try:
                return self._gate.enter()
            except GateClosed as closed:
                if wait is None or closed.blocked:
                    raise
                wait(closed.seconds)

    def _get(self, names: Sequence[str], slot: Slot) -> Answer:
        # Without max_results arXiv silently sends no more than ten.
        asked = {"id_list": ",".join(names), "max_results": len(names)}
        return exchange.get(
            httpx2.URL(self._api_url, params=asked),
            agent=self._agent,
            timeout=self._timeout,
            on_send=slot.sent,
            transport=self._transport,
        )


def _read(answer: Answer) -> Feed:
    if answer.status == HTTPStatus.FORBIDDEN:
        raise AccessDenied("arXiv denies us access (HTTP 403)")
    # 400 is how arXiv refuses an identifier, with a feed that says which.
    if answer.status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
        raise ArxivUnavailable(
            f"arXiv answered with HTTP status {answer.status}", answer.retry_after
        )
    feed = atom.parse(answer.body)
    if answer.status == HTTPStatus.BAD_REQUEST and feed.error is None:
        raise MalformedFeed("arXiv refused the request (HTTP 400) without saying why")
    return feed


def _agent(contact: str) -> str:
    where = contact if "://" in contact else f"mailto:{contact}"
    return f"zhaji/{VERSION}" + (f" (+{where})" if contact else "")
