import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import formatdate
from itertools import chain

import pytest

from kb.arxiv.errors import (
    AccessDenied,
    ArxivUnavailable,
    GateClosed,
    MalformedFeed,
    TokenExpired,
)
from kb.arxiv.gate import Gate
from kb.arxiv.harvester import Harvester
from kb.arxiv.records import Asked, RawRecord, Version
from tests.arxiv_faults import ATOM_ONLY
from tests.arxiv_server import FAULTS, Paper

pytestmark = pytest.mark.service

SINCE = date(2024, 1, 1)
LONGNET = Paper(
    "2307.02486",
    "LongNet: Scaling Transformers to 1,000,000,000 Tokens",
    "Scaling sequence length is a demand.\n\nWe introduce dilated attention.",
    authors=["Jiayu Ding", ("Dirk Wübben", ["Bremen"])],
    versions=["2023-07-05T17:59:38Z", "2023-07-19T10:01:00Z"],
    comment="Work in progress",
    doi="10.1000/1",
    sizes=[20, 3041],
    source_types=["", "D"],
    datestamp="2024-02-05",
)


@pytest.fixture
def arxiv(server):
    server.put(LONGNET)
    return server


@pytest.fixture
def asked():
    return []


@pytest.fixture
def harvester(arxiv, gate, asked):
    return Harvester(
        arxiv.oai_url,
        gate,
        contact="kb@example.org",
        timeout=0.4,
        on_asked=asked.append,
    )


def days(count: int) -> list[Paper]:
    """Papers that changed one a day in January 2024."""
    return [
        Paper(f"2401.{n:05}", f"Paper {n}", versions=[f"2024-01-{n:02}"])
        for n in range(1, count + 1)
    ]


def walk(
    harvester: Harvester, since: date = SINCE, token: str = "", **first: str
) -> Iterator[list[str]]:
    """Yield the identifiers of each page, from the one `token` asks for."""
    while True:
        try:
            page = harvester.page(since=since, token=token, **first)
        except GateClosed as closed:
            time.sleep(closed.seconds)
            continue
        yield [record.id for record in page.records]
        token = page.token
        if not token:
            break


def test_a_record_is_read_with_all_that_arxiv_says(harvester):
    (record,) = harvester.page(since=SINCE).records

    assert record == RawRecord(
        id="2307.02486",
        title="LongNet: Scaling Transformers to 1,000,000,000 Tokens",
        abstract=(
            "Scaling sequence length is a demand.\n\nWe introduce dilated attention."
        ),
        authors="Jiayu Ding, Dirk Wübben (Bremen)",
        categories=("cs.CL", "cs.LG"),
        versions=(
            Version(1, datetime(2023, 7, 5, 17, 59, 38, tzinfo=UTC), 20 * 1024, ""),
            Version(2, datetime(2023, 7, 19, 10, 1, tzinfo=UTC), 3041 * 1024, "D"),
        ),
        comment="Work in progress",
        doi="10.1000/1",
        licence="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        withdrawn=False,
        changed_on=date(2024, 2, 5),
    )


def test_the_pages_of_a_walk_hold_each_record_once(harvester, arxiv):
    arxiv.put(*days(20))
    arxiv.oai.page_size = 7

    pages = [*walk(harvester)]

    assert list(map(len, pages)) == [7, 7, 7]
    assert [*chain(*pages)] == [*(paper.id for paper in days(20)), LONGNET.id]
    assert arxiv.connections_max == 1


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_records_of_one_day_are_told_apart_by_the_token(harvester, arxiv, size):
    arxiv.put(*(Paper(f"2402.{n:05}", versions=["2024-02-03"]) for n in range(1, 6)))
    arxiv.oai.page_size = size

    names = [*chain(*walk(harvester))]

    assert names == [*(f"2402.{n:05}" for n in range(1, 6)), LONGNET.id]


def test_a_walk_begins_on_the_day_asked_for(harvester, arxiv):
    arxiv.put(*days(20))

    names = [*chain(*walk(harvester, date(2024, 1, 19)))]

    assert names == ["2401.00019", "2401.00020", LONGNET.id]


def test_only_the_set_asked_for_is_sent(harvester, arxiv):
    arxiv.put(Paper("2402.00001", categories=["hep-th"], datestamp="2024-02-03"))
    arxiv.oai.page_size = 1

    assert [*walk(harvester, set_spec="physics:hep-th")] == [["2402.00001"]]
    assert [*walk(harvester, set_spec="cs")] == [[LONGNET.id]]
    assert [*walk(harvester, set_spec="cs:cs:CL")] == [[LONGNET.id]]


def test_nothing_but_what_was_asked_is_sent(harvester, arxiv):
    arxiv.put(*days(3))
    arxiv.oai.page_size = 2
    [*walk(harvester, set_spec="cs")]

    first, second = [dict(request.query) for request in arxiv.requests]
    assert first == {
        "verb": "ListRecords",
        "metadataPrefix": "arXivRaw",
        "from": "2024-01-01",
        "set": "cs",
    }
    assert second.keys() == {"verb", "resumptionToken"}
    agents = {request.headers["User-Agent"] for request in arxiv.requests}
    assert agents == {"zhaji/0.1.0 (+mailto:kb@example.org)"}


def test_when_nothing_changed_the_page_is_empty_and_the_last(harvester):
    page = harvester.page(since=date(2026, 1, 1))

    assert (page.records, page.deleted, page.token) == ((), (), "")


def test_a_removed_record_is_told(harvester, arxiv):
    arxiv.put(Paper("math/0309136", deleted=True, datestamp="2024-02-01"))

    page = harvester.page(since=SINCE)

    assert page.deleted == ("math/0309136",)
    assert [record.id for record in page.records] == [LONGNET.id]


def test_an_expired_token_asks_for_a_new_walk_and_holds_nobody_back(
    harvester, arxiv, gate
):
    arxiv.put(*days(5))
    arxiv.oai.page_size = 2
    page = harvester.page(since=SINCE)
    arxiv.oai.expire_tokens()
    time.sleep(gate.spacing)

    with pytest.raises(TokenExpired, match="invalid or expired"):
        harvester.page(since=SINCE, token=page.token)

    last = page.records[-1].changed_on
    assert [*chain(*walk(harvester, last))] == [
        *(paper.id for paper in days(5)[1:]),
        LONGNET.id,
    ]
    assert gate.state().failures == 0


def test_a_record_missed_because_another_changed_is_found_by_the_next_walk(
    harvester, arxiv, gate
):
    day = [Paper(f"2402.{n:05}", datestamp="2024-02-03") for n in range(1, 5)]
    arxiv.put(*day)
    arxiv.oai.page_size = 2
    page = harvester.page(since=SINCE)
    day[0].datestamp = "2024-02-06"  # the others of the day move up by one

    rest = [*chain(*walk(harvester, SINCE, page.token))]
    again = [*chain(*walk(harvester, date(2024, 2, 3)))]

    assert rest == [day[3].id, LONGNET.id, day[0].id]
    assert again == [*(paper.id for paper in day[1:]), LONGNET.id, day[0].id]


def test_a_paper_is_asked_for_by_itself(harvester, arxiv):
    record = harvester.record("https://arxiv.org/abs/2307.02486v1")

    assert record is not None
    assert (record.id, len(record.versions)) == (LONGNET.id, 2)
    assert dict(arxiv.requests[0].query) == {
        "verb": "GetRecord",
        "metadataPrefix": "arXivRaw",
        "identifier": "oai:arXiv.org:2307.02486",
    }


def test_a_paper_that_arxiv_does_not_have_is_none(harvester, gate):
    assert harvester.record("2401.99999") is None
    assert gate.state().failures == 0


def test_a_paper_that_arxiv_removed_is_none(harvester, arxiv):
    arxiv.put(Paper("math/0309136", deleted=True))

    assert harvester.record("math.GT/0309136") is None


def test_what_is_no_identifier_is_not_asked_for(harvester, arxiv):
    with pytest.raises(ValueError, match="'LongNet' is not an arXiv identifier"):
        harvester.record("LongNet")

    assert arxiv.requests == []


def test_a_record_of_another_paper_is_no_answer(harvester, arxiv):
    arxiv.papers["2401.00001"] = LONGNET

    with pytest.raises(MalformedFeed, match="asked for 2401"):
        harvester.record("2401.00001")


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
    "empty": "not of OAI-PMH",
    "entity-bomb": "not XML",
    "nul": "not XML",
    "wrong-charset": "not XML",
    "half-a-paper": "no more than a part of 2307.02486",
    "strangers": "not of OAI-PMH",
    "refused-unnamed": "HTTP status 400",
    "refused-html": "HTTP status 400",
    500: "HTTP status 500",
    503: "HTTP status 503",
    429: "HTTP status 429",
    404: "HTTP status 404",
}


TOO_LARGE = {"huge", "gzip-bomb"}


def test_every_fault_has_its_test():
    faults = {fault for fault in CAUSES if isinstance(fault, str)}

    assert faults | TOO_LARGE | ATOM_ONLY == FAULTS.keys()


@pytest.mark.parametrize("fault", sorted(TOO_LARGE))
def test_a_reply_is_not_read_beyond_all_measure(arxiv, gate, fault):
    arxiv.fail_next(fault)

    with pytest.raises(ArxivUnavailable, match="larger than 32 MB"):
        Harvester(arxiv.oai_url, gate, timeout=14).page(since=SINCE)

    assert (gate.state().failures, gate.state().holder) == (1, "")


@pytest.mark.parametrize("fault", CAUSES)
def test_a_fault_concludes_nothing_and_holds_everyone_back(
    harvester, arxiv, gate, asked, fault
):
    arxiv.fail_next(fault)

    with pytest.raises(ArxivUnavailable) as caught:
        harvester.page(since=SINCE)

    assert CAUSES[fault] in caught.value.cause
    assert caught.value.retry_after == 60
    state = gate.state()
    assert (state.failures, state.reason) == (1, caught.value.cause)
    assert (state.holder, len(arxiv.requests)) == ("", 1)
    with pytest.raises(GateClosed, match="arXiv"):
        harvester.page(since=SINCE)
    assert [each.cause for each in asked] == [caught.value.cause]


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("120", 120, 120), ("in ten minutes", 590, 600), ("0", 60, 60)],
)
def test_arxiv_controls_the_flow_by_503(harvester, arxiv, header, least, most):
    if header == "in ten minutes":
        header = formatdate(time.time() + 600, usegmt=True)
    arxiv.fail_next(503, retry_after=header)

    with pytest.raises(ArxivUnavailable) as caught:
        harvester.page(since=SINCE)
    with pytest.raises(GateClosed) as closed:
        harvester.record(LONGNET.id)

    assert least <= caught.value.retry_after <= most
    assert closed.value.blocked
    assert least - 5 < closed.value.seconds <= most


def test_a_403_stops_everything_for_a_day(harvester, arxiv, gate, asked):
    arxiv.fail_next(403, retry_after="5")

    with pytest.raises(AccessDenied) as caught:
        harvester.page(since=SINCE)
    with pytest.raises(GateClosed) as closed:
        harvester.page(since=SINCE)

    assert caught.value.retry_after == 86_400
    assert closed.value.seconds > 86_300
    assert [each.outcome for each in asked] == ["denied"]


def test_each_request_is_told_with_what_came_of_it(harvester, arxiv, gate, asked):
    arxiv.put(*days(2))

    harvester.page(since=SINCE)
    for fault in ("html", "hang-up"):
        time.sleep(gate.spacing)
        arxiv.fail_next(fault)
        with pytest.raises(ArxivUnavailable):
            harvester.page(since=SINCE)
        gate.reopen()
    time.sleep(gate.spacing)
    harvester.record("2401.99999")

    told = [(each.protocol, each.outcome, each.papers) for each in asked]
    assert told == [
        ("oai", "answered", 3),
        ("oai", "malformed", 0),
        ("oai", "unavailable", 0),
        ("oai", "answered", 0),
    ]
    assert all(isinstance(each, Asked) and each.seconds > 0 for each in asked)
    assert len(arxiv.requests) == 4


def test_a_turn_that_was_not_had_is_not_told(arxiv, valkey, asked):
    gate = Gate(valkey)
    gate.block(60)

    with pytest.raises(GateClosed):
        Harvester(arxiv.oai_url, gate, on_asked=asked.append).page(since=SINCE)

    assert asked == []


def test_a_request_may_not_outlive_its_lease(valkey):
    with pytest.raises(ValueError, match="lengthen the lease"):
        Harvester("http://127.0.0.1:9/", Gate(valkey, lease_seconds=60))
