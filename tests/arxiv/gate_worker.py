"""A process that passes the gate: `python -m tests.arxiv.gate_worker SOCKET …`.

    enter SPACING COUNT   pass COUNT times; print when each turn began and ended
    hold LEASE            take the turn, say so, and keep it until killed

Times are microseconds of the server's clock.
"""

import sys
import time

import redis

from kb.arxiv.errors import GateClosed
from kb.arxiv.gate import Gate, Slot


def _turn(gate: Gate) -> Slot:
    while True:
        try:
            return gate.enter()
        except GateClosed as closed:
            time.sleep(closed.seconds)


def _clock(client: redis.Redis) -> int:
    seconds, micros = client.time()
    return seconds * 1_000_000 + micros


def _enter(client: redis.Redis, spacing: float, count: int) -> None:
    gate = Gate(client, spacing=spacing)
    for _ in range(count):
        with _turn(gate) as slot:
            began = _clock(client)
            slot.sent()
            time.sleep(spacing / 5)
            ended = _clock(client)
        print(began, ended, flush=True)  # noqa: T201 - the test reads it


def _hold(client: redis.Redis, lease: float) -> None:
    with Gate(client, spacing=0.01, lease_seconds=lease).enter():
        print("held", flush=True)  # noqa: T201 - the test reads it
        sys.stdin.read()


if __name__ == "__main__":
    address, verb, number, *rest = sys.argv[1:]
    with redis.Redis(unix_socket_path=address) as valkey:
        if verb == "enter":
            _enter(valkey, float(number), int(rest[0]))
        else:
            _hold(valkey, float(number))
