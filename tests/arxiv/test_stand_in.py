"""The stand-in has arXiv's habits, or the tests that use it prove nothing."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

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


@pytest.mark.service
def test_it_can_be_run_by_hand(tmp_path):
    records = tmp_path / "papers.json"
    records.write_text(json.dumps([{"id": "2307.02486", "title": "LongNet"}]))
    command = [sys.executable, "-m", "tests.arxiv_server", "--records", str(records)]
    root = Path(__file__).parents[2]

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            feed = ask(told.split()[-1], id_list="2307.02486")
        finally:
            process.terminate()

    assert [record.title for record in feed.records] == ["LongNet"]
