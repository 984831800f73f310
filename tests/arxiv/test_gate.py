import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import redis

from kb.arxiv.errors import GateClosed
from kb.arxiv.gate import Gate

pytestmark = pytest.mark.service

SPACING = 0.05


def worker(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.arxiv.gate_worker", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def refusal(gate: Gate) -> GateClosed:
    with pytest.raises(GateClosed) as caught:
        gate.enter()
    return caught.value


def test_four_processes_never_start_too_close_nor_overlap(valkey_socket, valkey):
    workers = [worker(valkey_socket, "enter", SPACING, 15) for _ in range(4)]
    printed = "".join(process.communicate(timeout=20)[0] for process in workers)

    turns = sorted(tuple(map(int, line.split())) for line in printed.splitlines())

    assert len(turns) == 60
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(turns)]
    assert min(gaps) >= SPACING * 1e6 - 1000
    assert all(later[0] > earlier[1] for earlier, later in pairwise(turns))


def test_a_killed_holder_keeps_the_others_out_only_for_its_lease(valkey_socket, valkey):
    gate = Gate(valkey, spacing=0.01, lease_seconds=0.5)
    with worker(valkey_socket, "hold", 0.5) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        began = time.monotonic()
        holder.kill()

    closed = refusal(gate)
    while time.monotonic() < began + 2:
        try:
            gate.enter()
            break
        except GateClosed as still:
            time.sleep(still.seconds)

    assert (closed.blocked, closed.reason) == (False, "another request is under way")
    assert 0.3 < time.monotonic() - began < 1


def test_a_turn_taken_too_soon_is_refused_with_the_time_left(valkey):
    gate = Gate(valkey, spacing=30, lease_seconds=90)
    with gate.enter():
        during = refusal(gate)
    after = refusal(gate)

    assert 29 < during.seconds <= 30
    assert 29 < after.seconds <= 30
    assert after.reason == "the last request was too recent"


def test_the_spacing_counts_from_when_the_request_left(valkey):
    gate = Gate(valkey, spacing=30, lease_seconds=90)
    with gate.enter() as slot:
        time.sleep(0.2)
        slot.sent()
    assert 29.9 < refusal(gate).seconds <= 30


def test_only_the_holder_gives_the_turn_back(valkey):
    short = Gate(valkey, spacing=0.001, lease_seconds=0.001)
    late = short.enter()
    time.sleep(0.01)
    gate = Gate(valkey, spacing=0.001, lease_seconds=60)
    gate.enter()

    with late:
        pass

    assert refusal(gate).reason == "another request is under way"


def test_the_turn_is_given_back_when_the_work_fails(valkey):
    gate = Gate(valkey, spacing=0.001, lease_seconds=60)
    with pytest.raises(ZeroDivisionError), gate.enter():
        raise ZeroDivisionError

    assert gate.state().leased_until is None


def test_a_block_keeps_every_process_out_and_says_why(valkey_socket, gate):
    gate.block(40, "arXiv is down")

    with redis.Redis(unix_socket_path=valkey_socket) as elsewhere:
        closed = refusal(Gate(elsewhere))

    assert (closed.blocked, closed.reason) == (True, "arXiv is down")
    assert 39 < closed.seconds <= 40
    assert str(closed).endswith("s: arXiv is down")


def test_a_shorter_block_does_not_lift_a_longer_one(gate):
    gate.break_open(why="access denied")
    gate.block(5, "busy")

    assert refusal(gate).seconds > 86_000
    assert gate.state().reason == "access denied"


def test_a_refusal_is_told_from_a_pause_while_it_lasts(gate):
    gate.back_off("arXiv is down")
    paused = gate.state()
    gate.break_open(why="access denied")
    denied = gate.state()
    gate.reopen()

    assert (paused.denied, denied.denied) == (False, True)
    assert not gate.state().denied
    gate.break_open(0.001)
    time.sleep(0.01)
    gate.back_off("arXiv is down")
    assert not gate.state().denied


def test_an_admin_can_reopen_the_gate(gate):
    gate.break_open()
    gate.reopen()

    with gate.enter():
        assert gate.state().blocked_until is None


def test_back_off_doubles_up_to_an_hour_and_a_success_forgets_it(gate):
    waits = [gate.back_off("down") for _ in range(8)]
    gate.succeeded()

    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert gate.back_off("down") == 60


def test_back_off_does_as_told_for_at_most_a_day(gate):
    assert gate.back_off("told", retry_after=7) == 7
    assert gate.back_off("told", retry_after=10**7) == 86_400


def test_gates_of_another_name_are_other_gates(gate, valkey):
    gate.block(60)

    with Gate(valkey, "elsewhere").enter():
        assert gate.state().leased_until is None


def test_a_clock_that_stepped_back_does_not_close_the_gate_for_long(valkey):
    ahead = int((time.time() + 86_400) * 1e6)
    valkey.hset("gate:arxiv", mapping={"next_at": ahead})

    assert refusal(Gate(valkey, spacing=3)).seconds == 3


def test_state_tells_what_is_in_force(valkey):
    gate = Gate(valkey, spacing=30)
    now = datetime.fromtimestamp(time.time(), UTC)
    with gate.enter():
        gate.back_off("arXiv is down")
        state = gate.state()

    def near(moment: datetime | None, seconds: float) -> bool:
        return moment is not None and abs(
            moment - now - timedelta(seconds=seconds)
        ) < timedelta(seconds=1)

    assert near(state.next_at, 30)
    assert near(state.leased_until, 90)
    assert near(state.blocked_until, 60)
    assert (state.reason, state.failures) == ("arXiv is down", 1)
    assert state.holder.startswith(f"{state.held_by}:")
    assert state.held_by.endswith(f":{os.getpid()}")


def test_state_of_an_untouched_gate_is_open(gate):
    state = gate.state()

    assert (state.next_at, state.blocked_until, state.leased_until) == (None,) * 3
    assert (state.reason, state.holder, state.failures) == ("", "", 0)


def test_a_client_that_decodes_its_replies_will_do(valkey_socket, valkey):
    with redis.Redis(unix_socket_path=valkey_socket, decode_responses=True) as client:
        gate = Gate(client)
        gate.block(40, "停用")

        assert refusal(gate).reason == "停用"
        assert gate.state().reason == "停用"


def test_looking_takes_nothing_and_tells_what_entering_would(gate):
    gate.look()
    with gate.enter(), pytest.raises(GateClosed, match="under way"):
        gate.look()
    with pytest.raises(GateClosed, match="too recent"):
        gate.look()
    gate.block(60, "paused")
    with pytest.raises(GateClosed, match="paused") as closed:
        gate.look()

    assert closed.value.blocked
    assert gate.state().holder == ""
