"""The stand-in has arXiv's habits, or the tests that use it prove nothing."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from kb.arxiv import oai
from kb.arxiv.atom import Feed, RejectedId, parse
from tests.arxiv_server import Paper

PAPERS = [Paper(f"2401.{n:05}", versions=[f"2024-01-{n:02}"]) for n in range(1, 16)]


@pytest.fixture
def arxiv(server):
    server.put(*PAPERS)
    return server


def ask(url: str, **parameters: object) -> Feed:
    with urlopen(f"{url}?{urlencode(parameters)}", timeout=5) as reply:
        return parse(reply.read())


def names(feed: Feed) -> list[str]:
    return [f"{record.id}v{record.version}" for record in feed.records]


def test_ten_papers_are_sent_unless_more_are_asked_for(arxiv):
    ids = ",".join(paper.id for paper in PAPERS)

    short, whole = (
        ask(arxiv.url, id_list=ids),
        ask(arxiv.url, id_list=ids, max_results=15),
    )

    assert (short.total, len(short.records)) == (15, 10)
    assert (whole.total, len(whole.records)) == (15, 15)


def test_the_order_is_its_own_and_repetitions_collapse(arxiv):
    feed = ask(arxiv.url, id_list="2401.00003,2401.00009,2401.00003,2401.00007")

    assert names(feed) == ["2401.00009v1", "2401.00007v1", "2401.00003v1"]


def test_the_missing_are_passed_over_in_silence(arxiv):
    feed = ask(arxiv.url, id_list="0808.05394,2401.00001,2401.00001v2")

    assert (feed.total, names(feed)) == (1, ["2401.00001v1"])


def test_the_first_bad_identifier_is_named_with_a_400(arxiv):
    with pytest.raises(HTTPError) as refused:
        ask(arxiv.url, id_list="2401.00001,abc,xyz")
    with refused.value as reply:
        feed = parse(reply.read())

    assert refused.value.code == 400
    assert feed.error == RejectedId("abc", "incorrect id format for abc")


def test_the_query_may_be_posted(arxiv):
    form = urlencode({"id_list": "2401.00001"}).encode()

    with urlopen(arxiv.url, data=form, timeout=5) as reply:
        feed = parse(reply.read())

    assert names(feed) == ["2401.00001v1"]


def test_a_fault_it_does_not_know_is_an_error(arxiv):
    with pytest.raises(ValueError, match="is not one of"):
        arxiv.fail_next("earthquake")


VERBS = {"verb": "ListRecords", "metadataPrefix": "arXivRaw"}


def harvest(url: str, **parameters: object) -> str:
    with urlopen(f"{url}?{urlencode(parameters)}", timeout=5) as reply:
        body: bytes = reply.read()
    return body.decode()


def code(reply: str) -> str:
    match = re.search("<error code='(.+?)'>", reply)
    return match[1] if match else ""


def dated(reply: str) -> list[str]:
    return re.findall("<datestamp>(.+?)</datestamp>", reply)


def test_changes_come_in_pages_from_the_oldest_on(arxiv):
    arxiv.oai.page_size = 6
    arxiv.oai.now = datetime(2026, 11, 23, 16, 25, 18, tzinfo=UTC)

    reply = harvest(arxiv.oai_url, **VERBS, **{"from": "2024-01-05"})
    (token,) = re.findall("<resumptionToken expires='(.+?)'>(.+?)<", reply)
    rest = harvest(arxiv.oai_url, verb="ListRecords", resumptionToken=token[1])

    assert dated(reply) == [f"2024-01-{day:02}" for day in range(5, 11)]
    assert token[0] == "2026-11-24T00:00:00Z"
    assert token[1].startswith("verb%3DListRecords%26metadataPrefix%3DarXivRaw%26from")
    assert dated(rest) == [f"2024-01-{day:02}" for day in range(11, 16)]
    assert "resumptionToken>" not in rest.replace("<request", "")


def test_a_page_is_what_the_parser_takes_it_for(arxiv):
    paper = Paper(
        "hep-th/9901001",
        "On <i>β</i> & $x$",
        versions=["1999-01-01", "1999-02-02"],
        datestamp="2024-02-01",
        categories=["hep-th", "math.GT"],
        withdrawn=True,
        licence="",
    )
    arxiv.put(paper, Paper("2401.99999", datestamp="2024-02-02", deleted=True))

    reply = harvest(arxiv.oai_url, **VERBS, **{"from": "2024-02-01"})
    page = oai.parse(reply.encode())

    (record,) = page.records
    assert (record.id, record.title) == (paper.id, paper.title)
    assert [version.source_type for version in record.versions] == ["", "I"]
    assert (record.withdrawn, record.licence) == (True, "")
    assert page.deleted == ("2401.99999",)
    assert "<setSpec>physics:hep-th</setSpec>" in reply
    assert "<setSpec>math:math:GT</setSpec>" in reply


@pytest.mark.parametrize(
    ("parameters", "refused"),
    [
        ({}, "badVerb"),
        ({"verb": "Dance"}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        (VERBS | {"from": "yesterday"}, "badArgument"),
        (VERBS | {"resumptionToken": "x"}, "badArgument"),
        (VERBS | {"metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        (VERBS | {"from": "2026-01-01"}, "noRecordsMatch"),
        (VERBS | {"set": "stat"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        (VERBS | {"verb": "GetRecord"}, "badArgument"),
        (VERBS | {"verb": "GetRecord", "identifier": "oai:arXiv.org:0704.0001"},
         "idDoesNotExist"),
    ],
)  # fmt: skip
def test_a_refusal_of_changes_comes_as_a_proper_answer(arxiv, parameters, refused):
    assert code(harvest(arxiv.oai_url, **parameters)) == refused


def test_tokens_can_be_made_to_expire(arxiv):
    arxiv.oai.page_size = 1
    asked = VERBS | {"from": "2024-01-05"}
    reply = harvest(arxiv.oai_url, **asked)
    (token,) = re.findall("<resumptionToken .+?>(.+?)<", reply)
    arxiv.oai.expire_tokens()

    expired = harvest(arxiv.oai_url, verb="ListRecords", resumptionToken=token)
    harvest(arxiv.oai_url, **asked)
    given_anew = harvest(arxiv.oai_url, verb="ListRecords", resumptionToken=token)

    assert code(expired) == "badResumptionToken"
    assert dated(given_anew) == ["2024-01-06"]


def test_requests_are_kept_with_when_they_came_and_went(arxiv):
    began = time.monotonic()
    for _ in range(3):
        ask(arxiv.url, id_list="2401.00001")

    times = [(seen.at, seen.ended) for seen in arxiv.requests]
    assert [seen.query for seen in arxiv.requests] == [{"id_list": "2401.00001"}] * 3
    assert times == sorted(times)
    assert all(began < at for at, _ in times)
    assert len(arxiv.spacing_violations(60)) == 2
    assert arxiv.spacing_violations(0) == []
    assert arxiv.connections_max == 1


def test_connections_that_are_open_at_once_are_counted(arxiv):
    address = urlsplit(arxiv.url)
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(
                socket.create_connection((address.hostname, address.port))
            )
        ask(arxiv.url, id_list="2401.00001")
    ask(arxiv.url, id_list="2401.00001")

    assert arxiv.connections_max == 4


@pytest.mark.service
@pytest.mark.parametrize("records", [True, False])
def test_it_can_be_run_by_hand(tmp_path, records):
    file = tmp_path / "papers.json"
    file.write_text(json.dumps([{"id": "2307.02486", "title": "LongNet"}]))
    options = ["--records", str(file)] if records else ["--papers", "2"]
    command = [sys.executable, "-m", "tests.arxiv_server", *options]
    root = Path(__file__).parents[2]

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        try:
            assert process.stdout is not None
            *_, changes, _, url = process.stdout.readline().split()
            feed = ask(url, id_list="2307.02486,1501.00001,1501.00002")
            page = oai.parse(harvest(changes, **VERBS).encode())
            seen = json.loads(harvest(url.replace("/api/query", "/seen")))
        finally:
            process.terminate()

    wanted = ["2307.02486v1"] if records else ["1501.00002v2", "1501.00001v1"]
    assert names(feed) == wanted
    assert len(page.records) == len(wanted)
    assert (seen["connections_max"], len(seen["requests"])) == (1, 2)
