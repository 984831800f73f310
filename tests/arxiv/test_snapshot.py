import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kb.arxiv.records import RawRecord, Version
from kb.arxiv.snapshot import Unreadable, records

BESIDE = Path(__file__).parents[2].parent / "shared" / "data"
SAMPLE = (
    Path(os.environ.get("ZHAJI_CORPUS", BESIDE))
    / "arxiv"
    / "kaggle_oai_snapshot_sample_200.jsonl"
)
PAPER: dict[str, Any] = {
    "id": "math.GT/0309136",
    "submitter": "Dirk W\u00fcbben",
    "authors": 'Dirk W\\"ubben and\n  Ada Kim (Oxford)',
    "title": "On $\\beta$-sheets of\n  every kind",
    "comments": "12 pages,\n  3 figures",
    "journal-ref": None,
    "doi": "10.1142/S0218216504003",
    "report-no": None,
    "categories": "math.GT math.CO",
    "license": None,
    "abstract": "  The first paragraph\nis wrapped.\n  The second is short.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 8 Sep 2003 12:30:00 GMT"},
        {"version": "v2", "created": "Sat, 2 Oct 2004 14:00:00 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Wübben", "Dirk", ""], ["Kim", "Ada", "", "Oxford"]],
}


def written(**changes: object) -> bytes:
    return json.dumps(PAPER | changes).encode() + b"\n"


def only(line: bytes) -> RawRecord | Unreadable:
    (read,) = records([line])
    return read


def test_a_line_is_read_whole():
    assert only(written()) == RawRecord(
        id="math/0309136",
        title="On $\\beta$-sheets of every kind",
        abstract="The first paragraph is wrapped.\n\nThe second is short.",
        authors='Dirk W\\"ubben and Ada Kim (Oxford)',
        categories=("math.GT", "math.CO"),
        versions=(
            Version(1, datetime(2003, 9, 8, 12, 30, tzinfo=UTC)),
            Version(2, datetime(2004, 10, 2, 14, 0, tzinfo=UTC)),
        ),
        comment="12 pages, 3 figures",
        doi="10.1142/S0218216504003",
        withdrawn=None,
        changed_on=date(2008, 11, 26),
    )


def test_letters_beyond_ascii_and_a_title_of_zero_are_kept():
    line = json.dumps(PAPER | {"title": "0", "comments": "王小明 🙂"})

    escaped, plain = records(
        [line.encode(), json.dumps(json.loads(line), ensure_ascii=False).encode()]
    )

    assert isinstance(escaped, RawRecord)
    assert (escaped.title, escaped.comment) == ("0", "王小明 🙂")
    assert plain == escaped


def test_blank_lines_say_nothing():
    assert list(records([b"\n", b"  \r\n", b""])) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "line 1"),
        (b"[]", "not an object"),
        (b"\xff", "can't decode"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": 1' + b"0" * 5000 + b"}", "4300"),
        (written(id=7), "its id is missing or not text"),
        (written(id="LongNet"), "'LongNet' is not an arXiv identifier"),
        (written(title=" "), "its title is missing or not text"),
        (written(abstract=None), "its abstract is missing or not text"),
        (written(doi=3), "its doi is missing or not text"),
        (written(versions=[]), "no versions"),
        (written(versions=["v1"]), "not as they should be"),
        (written(versions=[{"version": "v1"}]), "not as they should be"),
        (written(versions=[{"version": "v1", "created": "once"}]), "'once'"),
        (written(update_date="yesterday"), "yesterday"),
        (written(title="a\0b"), "NUL"),
        (written(title="\ud800"), "surrogates"),
        (written().decode().encode("utf-16"), "can't decode"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_stops_nothing(line, reason):
    before, bad, after = records([written(), line, written()])

    assert isinstance(bad, Unreadable)
    assert bad.line == 2
    assert reason in bad.reason
    assert before == after == only(written())


def test_lines_are_read_as_they_are_wanted():
    taken: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield written()

    next(records(lines()))

    assert taken == [0]


def sample() -> list[bytes]:
    if not SAMPLE.exists():
        pytest.skip("no corpus beside the repository")
    return SAMPLE.read_bytes().splitlines()


def test_every_line_of_the_recorded_sample_is_a_paper():
    read = list(records(sample()))

    assert len(read) == 200
    assert all(isinstance(each, RawRecord) for each in read)


def test_the_authors_of_the_recorded_sample_are_those_that_arxiv_read():
    for line, read in zip(sample(), records(sample()), strict=True):
        assert isinstance(read, RawRecord)
        theirs = [
            " ".join(filter(None, [fore, last, suffix]))
            for last, fore, suffix, *_ in json.loads(line)["authors_parsed"]
        ]

        assert [author.name for author in read.author_list] == theirs
