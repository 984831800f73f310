import time
import tomllib
from datetime import UTC, datetime
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest

from kb.arxiv.asking import VERSION
from kb.arxiv.client import BATCH, Client
from kb.arxiv.errors import (
    AccessDenied,
    ArxivUnavailable,
    GateClosed,
    MalformedFeed,
)
from kb.arxiv.gate import Gate
from kb.arxiv.records import Asked, Author, Record, Reply
from kb.arxiv.tally import NOT_AN_IDENTIFIER
from tests.arxiv_papers import feed
from tests.arxiv_server import FAULTS, Paper

pytestmark = pytest.mark.service

LONGNET = Paper(
    "2307.02486",
    "LongNet: Scaling Transformers to 1,000,000,000 Tokens",
    "Scaling sequence length is a demand.\n\nWe introduce dilated attention.",
    authors=["Jiayu Ding", ("Dirk Wübben", ["Bremen"])],
    versions=["2023-07-05T17:59:38Z", "2023-07-19T10:01:00Z"],
    comment="Work in progress",
    categories=["cs.CL", "cs.LG"],
)
FLAN = Paper("2305.14705", "Mixture-of-Experts Meets Instruction Tuning")
OLD = Paper("math/0309136", "On old papers", versions=["2003-09-08"])
KNOWN = [LONGNET, FLAN, OLD]
IDS = [paper.id for paper in KNOWN]


@pytest.fixture
def arxiv(server):
    server.put(*KNOWN)
    return server


@pytest.fixture
def client(arxiv, gate):
    return Client(arxiv.url, gate, contact="kb@example.org", timeout=0.4)


def test_a_paper_is_found_with_all_that_arxiv_says(client):
    reply = client.fetch([LONGNET.id])

    assert reply == Reply(
        {
            "2307.02486": Record(
                id="2307.02486",
                version=2,
                title="LongNet: Scaling Transformers to 1,000,000,000 Tokens",
                abstract=(
                    "Scaling sequence length is a demand.\n\n"
                    "We introduce dilated attention."
                ),
                authors=(
                    Author("Jiayu Ding"),
                    Author("Dirk Wübben", ("Bremen",)),
                ),
                categories=("cs.CL", "cs.LG"),
                primary_category="cs.CL",
                published=datetime(2023, 7, 5, 17, 59, 38, tzinfo=UTC),
                updated=datetime(2023, 7, 19, 10, 1, tzinfo=UTC),
                comment="Work in progress",
            )
        }
    )


def test_a_hundred_papers_take_one_request(client, arxiv):
    papers = [Paper(f"2401.{n:05}", f"Paper {n}") for n in range(1, BATCH + 1)]
    arxiv.put(*papers)

    reply = client.fetch([paper.id for paper in papers])

    assert {key: record.title for key, record in reply.found.items()} == {
        f"2401.{n:05}": f"Paper {n}" for n in range(1, 101)
    }
    assert len(arxiv.requests) == 1


def test_more_than_a_hundred_are_refused_without_a_request(client, arxiv):
    with pytest.raises(ValueError, match="at most 100 papers at once, not 101"):
        client.fetch(["2307.02486"] * 101)

    assert arxiv.requests == []


def test_arxiv_is_told_who_asks(client, arxiv, gate):
    public = Client(arxiv.url, gate, contact="https://kb.example.org/about")
    client.fetch(IDS)
    public.fetch(IDS, wait=time.sleep)

    agents = [request.headers["User-Agent"] for request in arxiv.requests]
    assert agents == [
        "zhaji/0.1.0 (+mailto:kb@example.org)",
        "zhaji/0.1.0 (+https://kb.example.org/about)",
    ]


def test_the_version_told_is_the_version_released():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())

    assert project["project"]["version"] == VERSION


def test_a_missing_paper_is_absent(client):
    reply = client.fetch([FLAN.id, "2401.00001"])

    assert (list(reply.found), reply.absent) == ([FLAN.id], ("2401.00001",))


def test_versions_are_answered_apart(client):
    reply = client.fetch(["2307.02486", "2307.02486v1", "2307.02486v9"])

    versions = {key: record.version for key, record in reply.found.items()}
    assert versions == {"2307.02486": 2, "2307.02486v1": 1}
    assert reply.absent == ("2307.02486v9",)


def test_answers_are_keyed_as_the_caller_wrote(client, arxiv):
    written = [
        "arXiv:2305.14705",
        "https://arxiv.org/abs/2305.14705",
        "math.GT/0309136",
    ]

    reply = client.fetch(written)

    assert {key: record.id for key, record in reply.found.items()} == {
        "arXiv:2305.14705": "2305.14705",
        "https://arxiv.org/abs/2305.14705": "2305.14705",
        "math.GT/0309136": "math/0309136",
    }
    assert "max_results=2" in arxiv.requests[0].path


def test_what_is_no_identifier_is_rejected_and_the_rest_found(client, arxiv):
    reply = client.fetch(["abc", FLAN.id, "2313.00001"])

    assert list(reply.found) == [FLAN.id]
    assert reply.rejected == {"abc": NOT_AN_IDENTIFIER, "2313.00001": NOT_AN_IDENTIFIER}
    assert "abc" not in arxiv.requests[0].path


@pytest.mark.parametrize("ids", [[], ["abc"]])
def test_nothing_to_ask_takes_no_turn(client, arxiv, gate, ids):
    client.fetch(ids)

    assert arxiv.requests == []
    assert gate.state().next_at is None


def test_a_refused_identifier_is_isolated_and_the_rest_found(client, arxiv, gate):
    arxiv.refused = {FLAN.id}

    reply = client.fetch([*IDS, "2401.00001"], wait=time.sleep)

    assert list(reply.found) == [LONGNET.id, OLD.id]
    assert reply.absent == ("2401.00001",)
    assert reply.rejected == {
        FLAN.id: "arXiv refuses this identifier: incorrect id format for 2305.14705"
    }
    times = [request.at for request in arxiv.requests]
    assert len(times) == 2
    assert all(b - a > gate.spacing - 0.01 for a, b in pairwise(times))
    assert gate.state().failures == 0


def test_without_waiting_the_refused_identifier_is_told_at_once(arxiv, valkey):
    arxiv.refused = {FLAN.id}
    client = Client(arxiv.url, Gate(valkey, spacing=30))

    with pytest.raises(GateClosed) as caught:
        client.fetch(IDS)

    assert list(caught.value.known.rejected) == [FLAN.id]
    assert (caught.value.known.found, caught.value.known.absent) == ({}, ())


@pytest.mark.parametrize("refused", [{OLD.id}, {LONGNET.id, "2401.00002"}])
def test_a_refusal_that_names_nobody_is_narrowed_down(client, arxiv, refused):
    others = [f"2401.{n:05}" for n in range(1, 6)]
    arxiv.put(*map(Paper, others))
    arxiv.refused, arxiv.discreet = refused, True

    reply = client.fetch([*IDS, *others], wait=time.sleep)

    assert set(reply.rejected) == refused
    assert set(reply.found) == {*IDS, *others} - refused


def test_a_failure_half_way_keeps_what_was_learnt(client, arxiv):
    arxiv.fail_next("refused-unnamed")

    def wait(seconds: float) -> None:
        time.sleep(seconds)
        if len(arxiv.requests) == 2:
            arxiv.fail_next(500)

    with pytest.raises(ArxivUnavailable) as caught:
        client.fetch(IDS, wait=wait)

    assert list(caught.value.known.found) == [FLAN.id, OLD.id]
    assert caught.value.known.absent == ()


CAUSES = {
    "html": "not XML",
    "rate-exceeded": "Rate exceeded.",
    "truncated": "not XML",
    "cut-short": "cannot be reached",
    "truncated-gzip": "not XML",
    "hang": "no complete reply within 0.4 s",
    "drip": "no complete reply within 0.4 s",
    "drip-headers": "no complete reply within 0.4 s",
    "hang-up": "cannot be reached",
    "redirect-loop": "HTTP status 301",
    "entity-bomb": "not XML",
    "nul": "not XML",
    "wrong-charset": "not XML",
    "half-a-paper": "without an abstract",
    "wrong-total": "announced 3 papers and sent 2",
    "strangers": "papers nobody asked for",
    "refused-html": "not XML",
    500: "HTTP status 500",
    502: "HTTP status 502",
    503: "HTTP status 503",
    429: "HTTP status 429",
    404: "HTTP status 404",
}
ANSWERS = {"empty", "refused-unnamed"}  # proper replies, tested by themselves


TOO_LARGE = {"huge", "gzip-bomb"}


def test_every_fault_has_its_test():
    faults = {fault for fault in CAUSES if isinstance(fault, str)}

    assert faults | TOO_LARGE | ANSWERS == FAULTS.keys()


@pytest.mark.parametrize("fault", sorted(TOO_LARGE))
def test_a_reply_is_not_read_beyond_all_measure(arxiv, gate, fault):
    arxiv.fail_next(fault)

    with pytest.raises(ArxivUnavailable, match="larger than 32 MB"):
        Client(arxiv.url, gate, timeout=14).fetch(IDS)

    assert (gate.state().failures, gate.state().holder) == (1, "")


@pytest.mark.parametrize("fault", CAUSES)
def test_a_fault_concludes_nothing_and_holds_everyone_back(client, arxiv, gate, fault):
    arxiv.fail_next(fault)
    began = time.monotonic()

    with pytest.raises(ArxivUnavailable) as caught:
        client.fetch(IDS)

    assert time.monotonic() - began < 2
    assert CAUSES[fault] in caught.value.cause
    assert (caught.value.retry_after, caught.value.known) == (60, Reply())
    state = gate.state()
    assert (state.failures, state.reason) == (1, caught.value.cause)
    assert (state.holder, len(arxiv.requests)) == ("", 1)
    with pytest.raises(GateClosed, match="arXiv"):
        client.fetch(IDS, wait=lambda _: pytest.fail("a block is not waited for"))


def test_a_refusal_without_a_reason_is_no_answer(gate):
    body = feed([], total=0).encode()
    transport = httpx2.MockTransport(lambda _: httpx2.Response(400, content=body))
    client = Client("http://arxiv.example/", gate, transport=transport)

    with pytest.raises(MalformedFeed, match="without saying why"):
        client.fetch(IDS)


def test_an_empty_feed_says_absent_and_leaves_the_judgement_to_the_caller(
    client, arxiv
):
    arxiv.fail_next("empty")

    assert client.fetch(IDS) == Reply(absent=tuple(IDS))


def test_a_server_that_is_not_there_is_unavailable(gate):
    with pytest.raises(ArxivUnavailable, match="cannot be reached"):
        Client("http://127.0.0.1:9/api/query", gate).fetch(IDS)


def test_a_proxy_of_the_environment_is_not_used(client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert set(client.fetch(IDS).found) == set(IDS)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("99999999", 86_400, 86_400),
        ("0", 60, 60),
        ("soon", 60, 60),
        (formatdate(0, usegmt=True), 60, 60),
        ("in ten minutes", 590, 600),
    ],
)
def test_arxiv_says_when_to_come_back(client, arxiv, status, header, least, most):
    if header == "in ten minutes":
        header = formatdate(time.time() + 600, usegmt=True)
    arxiv.fail_next(status, retry_after=header)

    with pytest.raises(ArxivUnavailable) as caught:
        client.fetch(IDS)
    with pytest.raises(GateClosed) as closed:
        client.fetch(IDS)

    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most
    assert least - 5 < closed.value.seconds <= most


def test_a_success_forgets_the_failures(client, valkey, gate):
    valkey.hset("gate:arxiv", "failures", 3)

    client.fetch(IDS)

    assert gate.state().failures == 0


def test_a_403_stops_everything_for_a_day(client, arxiv, gate):
    arxiv.fail_next(403, retry_after="5")

    with pytest.raises(AccessDenied) as caught:
        client.fetch(IDS)
    with pytest.raises(GateClosed) as closed:
        client.fetch(IDS)

    assert caught.value.retry_after == 86_400
    assert closed.value.seconds > 86_300
    assert closed.value.reason == "arXiv denies us access (HTTP 403)"


def test_when_another_request_is_under_way_the_caller_waits(client, gate):
    slot = gate.enter()
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        with slot:
            time.sleep(seconds)

    assert set(client.fetch(IDS, wait=wait).found) == set(IDS)
    assert waits[0] == pytest.approx(gate.spacing, abs=0.01)


def test_each_request_is_told_with_what_came_of_it(arxiv, gate):
    asked: list[Asked] = []
    client = Client(arxiv.url, gate, timeout=0.4, on_asked=asked.append)
    arxiv.refused = {FLAN.id}

    client.fetch(IDS, wait=time.sleep)
    for fault in ("html", "hang", 403):
        time.sleep(gate.spacing)
        arxiv.fail_next(fault)
        with pytest.raises(ArxivUnavailable):
            client.fetch([OLD.id])
        gate.reopen()

    told = [(each.protocol, each.outcome, each.papers) for each in asked]
    assert told == [
        ("atom", "answered", 0),
        ("atom", "answered", 2),
        ("atom", "malformed", 0),
        ("atom", "unavailable", 0),
        ("atom", "denied", 0),
    ]
    assert [bool(each.cause) for each in asked] == [False, False, True, True, True]
    assert all(each.seconds > 0 for each in asked)
    assert len(arxiv.requests) == len(asked)


def test_a_turn_that_was_not_had_is_not_told(arxiv, gate):
    asked: list[Asked] = []
    gate.block(60)

    with pytest.raises(GateClosed):
        Client(arxiv.url, gate, on_asked=asked.append).fetch(IDS)

    assert asked == []


def test_a_request_may_not_outlive_its_lease(valkey):
    with pytest.raises(ValueError, match="lengthen the lease"):
        Client("http://127.0.0.1:9/", Gate(valkey, lease_seconds=40), timeout=40)
