"""Asking arXiv in turn, whatever the protocol, and keeping account of it."""

import time
from collections.abc import Callable, Collection, Mapping, Sized
from http import HTTPStatus
from typing import ClassVar, Protocol, TypeVar

import httpx2

from kb.arxiv import exchange
from kb.arxiv.errors import (
    AccessDenied,
    ArxivUnavailable,
    Declined,
    GateClosed,
)
from kb.arxiv.exchange import Answer
from kb.arxiv.gate import DAY, Gate, Slot
from kb.arxiv.records import Asked
from kb.fetch.wire import trusted

VERSION = "0.1.0"


class Holding(Protocol):
    """What an answer was read into."""

    @property
    def records(self) -> Sized:
        """The papers in it."""


Said = TypeVar("Said", bound=Holding)


class Asker:
    """Asks one of arXiv's interfaces, through `gate` and never around it."""

    protocol: ClassVar[str]  # as in records.Asked
    usual_timeout: ClassVar[float]  # seconds

    def __init__(
        self,
        url: str,
        gate: Gate,
        *,
        contact: str = "",
        timeout: float | None = None,
        transport: httpx2.BaseTransport | None = None,
        on_asked: Callable[[Asked], None] | None = None,
    ) -> None:
        """`contact`: a mail address or a page where arXiv finds who is asking.

        `timeout` is in seconds, for a whole request from connecting to the last byte,
        and must be shorter than the gate's lease. `on_asked` hears of each request
        after its turn, also of one that failed.
        """
        self._timeout = self.usual_timeout if timeout is None else timeout
        if self._timeout >= gate.lease_seconds:
            raise ValueError(
                f"A request may take {self._timeout:g} s but holds the gate for"
                f" {gate.lease_seconds:g} s: lower the timeout or lengthen the lease"
            )
        self._url = url
        self._gate = gate
        self._agent = _agent(contact)
        self._transport = transport
        self._on_asked = on_asked
        trusted()

    def _ask(
        self,
        query: Mapping[str, str | int],
        read: Callable[[Answer], Said],
        wait: Callable[[float], None] | None = None,
    ) -> Said:
        """Send one request and return what `read` makes of the answer.

        `wait` is as in `Client.fetch`. Raises GateClosed when it is not our turn; what
        `read` raises; and ArxivUnavailable, with the gate blocked.
        """
        slot = self._enter(wait)
        began = time.monotonic()
        try:
            with slot:
                said = self._settle(query, read, slot)
        except ArxivUnavailable as error:
            self._tell(error.outcome, began, cause=error.cause)
            raise
        except Declined as error:
            self._tell("answered", began, cause=str(error))
            raise
        self._tell("answered", began, papers=len(said.records))
        return said

    def _enter(self, wait: Callable[[float], None] | None) -> Slot:
        while True:
            try:
                return self._gate.enter()
            except GateClosed as closed:
                if wait is None or closed.blocked:
                    raise
                wait(closed.seconds)

    def _settle(
        self,
        query: Mapping[str, str | int],
        read: Callable[[Answer], Said],
        slot: Slot,
    ) -> Said:
        try:
            said = read(self._get(query, slot))
        except Declined:
            self._gate.succeeded()
            raise
        except AccessDenied as error:
            self._gate.break_open(why=error.cause)
            error.retry_after = DAY
            raise
        except ArxivUnavailable as error:
            error.retry_after = self._gate.back_off(error.cause, error.retry_after)
            raise
        self._gate.succeeded()
        return said

    def _get(self, query: Mapping[str, str | int], slot: Slot) -> Answer:
        return exchange.get(
            httpx2.URL(self._url, params=dict(query)),
            agent=self._agent,
            timeout=self._timeout,
            on_send=slot.sent,
            transport=self._transport,
        )

    def _tell(
        self, outcome: str, began: float, *, papers: int = 0, cause: str = ""
    ) -> None:
        if self._on_asked is not None:
            seconds = time.monotonic() - began
            self._on_asked(Asked(self.protocol, outcome, seconds, papers, cause))


def body(answer: Answer, *, also: Collection[HTTPStatus] = ()) -> bytes:
    """Return the body of a proper answer: of status 200, or one `also` allowed.

    Raises AccessDenied and ArxivUnavailable.
    """
    if answer.status == HTTPStatus.FORBIDDEN:
        raise AccessDenied("arXiv denies us access (HTTP 403)")
    if answer.status not in {HTTPStatus.OK, *also}:
        raise ArxivUnavailable(
            f"arXiv answered with HTTP status {answer.status}", answer.retry_after
        )
    return answer.body


def _agent(contact: str) -> str:
    where = contact if "://" in contact else f"mailto:{contact}"
    return f"zhaji/{VERSION}" + (f" (+{where})" if contact else "")
