"""Whose turn it is to ask arXiv, agreed over every process and machine.

arXiv wants one request every three seconds over one connection from all that one party
runs (https://info.arxiv.org/help/api/tou.html), so the turn is kept in Valkey or Redis
and told by the server's clock. Nothing here sleeps.
"""

import contextlib
import os
import secrets
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self, cast

import redis

from kb.arxiv.errors import GateClosed
from kb.arxiv.gate_script import SCRIPT

DAY = 86_400.0
FIRST_BACK_OFF = 60.0
LONGEST_BACK_OFF = 3_600.0

_TIMES = ("next_at", "blocked_until", "denied_until", "lease_until")
_CLOSED = {
    "busy": "another request is under way",
    "early": "the last request was too recent",
}


@dataclass(frozen=True)
class State:
    """The gate at one moment, for a status page; None for what is not in force."""

    next_at: datetime | None
    blocked_until: datetime | None
    reason: str
    leased_until: datetime | None
    holder: str  # host:process:token of the request under way
    failures: int  # in a row
    denied: bool  # blocked because arXiv told us to stop

    @property
    def held_by(self) -> str:
        """Return the host and process of the request under way, as host:process."""
        return self.holder.rpartition(":")[0]


class Gate:
    """Lets one request through at a time, and none within `spacing` seconds of another.

    A holder that dies without leaving keeps the others out for `lease_seconds`.
    Any method may raise redis.RedisError: without the server there is no turn.
    """

    def __init__(
        self,
        redis_client: redis.Redis,
        name: str = "arxiv",
        spacing: float = 3.1,
        lease_seconds: float = 90,
    ) -> None:
        """Gates of one name on one server are the same gate."""
        self.spacing = spacing
        self.lease_seconds = lease_seconds
        self._redis = redis_client
        self._key = f"gate:{name}"
        self._script = redis_client.register_script(SCRIPT)

    def enter(self) -> "Slot":
        """Take the turn at once, or raise GateClosed."""
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
        self._pass("enter", holder)
        return Slot(self, holder)

    def look(self) -> None:
        """Raise GateClosed if `enter` would now; take nothing."""
        self._pass("look", "")

    def leave(self, holder: str, seconds_since_sent: float) -> None:
        """Give the turn back; a holder whose lease ran out changes nothing."""
        self._run("leave", holder, _micro(self.spacing), _micro(seconds_since_sent))

    def block(self, seconds: float, reason: str = "paused by an admin") -> None:
        """Let nobody in for `seconds`, at most a day; never shortens a longer block."""
        self._run("block", "", _micro(min(seconds, DAY)), reason)

    def break_open(self, seconds: float = DAY, why: str = "access denied") -> None:
        """Stop asking, as after a 403, until `reopen` or for `seconds`."""
        self._run("deny", "", _micro(min(seconds, DAY)), why)

    def back_off(self, reason: str, retry_after: float | None = None) -> float:
        """Count a failure and block; return for how many seconds.

        Without `retry_after`: one minute, doubled by each failure in a row up to an
        hour.
        """
        failures = self._redis.hincrby(self._key, "failures", 1)
        doubled = FIRST_BACK_OFF * 2.0 ** min(failures - 1, 10)
        seconds = min(retry_after or min(doubled, LONGEST_BACK_OFF), DAY)
        self.block(seconds, reason)
        return seconds

    def succeeded(self) -> None:
        """Forget the failures so far."""
        self._redis.hdel(self._key, "failures")

    def reopen(self) -> None:
        """Lift a block and forget why; the spacing still holds."""
        fields = ("blocked_until", "denied_until", "reason", "failures")
        self._redis.hdel(self._key, *fields)

    def state(self) -> State:
        """Return what holds now by the server's clock."""
        seconds, micros = self._redis.time()
        now = seconds * 1_000_000 + micros
        stored = cast(dict[bytes | str, Any], self._redis.hgetall(self._key))
        fields = {_text(name): _text(value) for name, value in stored.items()}
        at = {name: _moment(fields.get(name), now) for name in _TIMES}
        return State(
            next_at=at["next_at"],
            blocked_until=at["blocked_until"],
            reason=fields.get("reason", "") if at["blocked_until"] else "",
            leased_until=at["lease_until"],
            holder=fields.get("holder", "") if at["lease_until"] else "",
            failures=int(fields.get("failures", 0)),
            denied=bool(at["blocked_until"] and at["denied_until"]),
        )

    def _pass(self, verb: str, holder: str) -> None:
        kind, left, reason = self._run(
            verb, holder, _micro(self.spacing), _micro(self.lease_seconds)
        )
        if kind != "open":
            why = _CLOSED.get(kind, reason)
            raise GateClosed(left / 1e6, why, blocked=kind == "blocked")

    def _run(self, *arguments: str | int) -> tuple[str, int, str]:
        answer = cast(list[Any], self._script(keys=[self._key], args=arguments))
        kind, left, reason = answer
        return _text(kind), int(left), _text(reason)


class Slot:
    """The turn, held until the `with` block ends."""

    def __init__(self, gate: Gate, holder: str) -> None:
        """Only `Gate.enter` makes these."""
        self._gate = gate
        self._holder = holder
        self._sent = time.monotonic()

    def sent(self) -> None:
        """Count the spacing from now: the request leaves, connecting took its time."""
        self._sent = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        # The reply in hand matters more; a turn not given back runs out by itself.
        with contextlib.suppress(redis.RedisError):
            self._gate.leave(self._holder, time.monotonic() - self._sent)


def _moment(micros: str | None, now: int) -> datetime | None:
    if micros is None or int(micros) <= now:
        return None
    return datetime.fromtimestamp(int(micros) / 1e6, UTC)


def _micro(seconds: float) -> int:
    return round(seconds * 1e6)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
