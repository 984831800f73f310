import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.arxiv.atom import Feed, RejectedId, parse
from kb.arxiv.errors import MalformedFeed
from kb.arxiv.records import Author, Record

BESIDE = Path(__file__).parents[2].parent / "shared" / "data"
RECORDED = Path(os.environ.get("ZHAJI_CORPUS", BESIDE)) / "arxiv" / "atom_fixtures"

HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
      xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <title>arXiv Query</title>
"""
ENTRY = """  <entry>
    <id>http://arxiv.org/abs/math.GT/0309136v2</id>
    <title>  Über $\\beta$-sheets:
      a &lt;survey&gt;</title>
    <updated>2004-10-02T10:00:00-04:00</updated>
    <link href="https://arxiv.org/abs/math/0309136v2" rel="alternate"/>
    <summary>  The first
paragraph is
wrapped.
  The second is short.

The third, after a blank line.
</summary>
    <category term="math.GT"/>
    <category term="math.CO"/>
    <category term="math.GT"/>
    <category term="57M25"/>
    <published>2003-09-08T12:30:00Z</published>
    <arxiv:comment>12 pages,
      3 figures</arxiv:comment>
    <arxiv:primary_category term="math.GT"/>
    <arxiv:journal_ref>J. Knot Theory 13 (2004)</arxiv:journal_ref>
    <arxiv:doi>10.1142/S0218216504003</arxiv:doi>
    <author>
      <name>Dirk Wübben</name>
      <arxiv:affiliation>Bremen</arxiv:affiliation>
      <arxiv:affiliation>Oslo</arxiv:affiliation>
    </author>
    <author>
      <name>王 小明</name>
    </author>
  </entry>
"""
REFUSAL = """  <entry>
    <id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id>
    <title>Error</title>
    <summary>incorrect id format for abc</summary>
  </entry>
"""


def feed(*entries: str, total: object = None) -> bytes:
    count = len(entries) if total is None else total
    totals = f"<opensearch:totalResults>{count}</opensearch:totalResults>"
    return (HEAD + totals + "".join(entries) + "</feed>\n").encode()


def changed(old: str, new: str) -> bytes:
    assert old in ENTRY
    return feed(ENTRY.replace(old, new))


def only(body: bytes) -> Record:
    (record,) = parse(body).records
    return record


def test_an_entry_is_read_whole():
    assert only(feed(ENTRY)) == Record(
        id="math/0309136",
        version=2,
        title="Über $\\beta$-sheets: a <survey>",
        abstract=(
            "The first paragraph is wrapped.\n\n"
            "The second is short.\n\n"
            "The third, after a blank line."
        ),
        authors=(
            Author("Dirk Wübben", ("Bremen", "Oslo")),
            Author("王 小明"),
        ),
        categories=("math.GT", "math.CO", "57M25"),
        primary_category="math.GT",
        published=datetime(2003, 9, 8, 12, 30, tzinfo=UTC),
        updated=datetime(2004, 10, 2, 14, 0, tzinfo=UTC),
        comment="12 pages, 3 figures",
        journal_ref="J. Knot Theory 13 (2004)",
        doi="10.1142/S0218216504003",
        withdrawn=None,
    )


def test_what_arxiv_leaves_out_is_empty():
    record = only(
        changed("arxiv:comment", "arxiv:note").replace(b"arxiv:doi", b"arxiv:other")
    )

    assert (record.comment, record.doi) == ("", "")


def test_a_title_of_zero_is_a_title():
    title = ENTRY[ENTRY.index("<title>") : ENTRY.index("</title>")]

    assert only(changed(title, "<title>0")).title == "0"


def test_several_entries_keep_their_order_and_the_total_stands_by_itself():
    other = ENTRY.replace("math.GT/0309136v2", "2307.02486v1")
    read = parse(feed(ENTRY, other, total=214881))

    assert [record.id for record in read.records] == ["math/0309136", "2307.02486"]
    assert read.total == 214881


def test_a_feed_without_entries_is_a_proper_answer():
    assert parse(feed()) == Feed(0)


@pytest.mark.parametrize(
    ("comment", "withdrawn"),
    [
        ("This paper has been withdrawn by the author", True),
        ("Withdrawn", True),
        ("The paper was temporarily withdrawn due to an error", True),
        ("12 pages", None),
        ("Supersedes the withdrawn note of 2003", None),
    ],
)
def test_a_withdrawal_shows_in_the_comment_alone(comment, withdrawn):
    body = changed("12 pages,\n      3 figures", comment)

    assert only(body).withdrawn is withdrawn


def test_a_refused_identifier_is_named():
    assert parse(feed(REFUSAL)) == Feed(
        1, error=RejectedId("abc", "incorrect id format for abc")
    )


def test_a_refusal_may_name_nobody():
    body = feed(REFUSAL.replace(" for abc", ""))

    assert parse(body).error == RejectedId("", "incorrect id format")


def test_a_refusal_of_something_else_is_no_answer():
    body = feed(
        REFUSAL.replace("incorrect id format for abc", "start must be a number")
    )

    with pytest.raises(MalformedFeed, match="start must be a number"):
        parse(body)


BOMB = b"""<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><title>&b;</title></feed>"""
DTD = b"""<!DOCTYPE feed><feed xmlns="http://www.w3.org/2005/Atom"/>"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"Rate exceeded.", id="plain text"),
        pytest.param(b"<!DOCTYPE html><html><body></body></html>", id="HTML"),
        pytest.param(b"<html><body>Maintenance</body></html>", id="XHTML"),
        pytest.param(b"<feed/>", id="no namespace"),
        pytest.param(feed(ENTRY)[:-20], id="truncated"),
        pytest.param(feed(ENTRY) + b"<p/>", id="junk after the end"),
        pytest.param(BOMB, id="entity bomb"),
        pytest.param(DTD, id="DTD"),
        pytest.param(feed(ENTRY).replace(b"survey", b"sur\0vey"), id="NUL"),
        pytest.param(feed(ENTRY).replace(b"UTF-8", b"UTF-16"), id="wrong charset"),
        pytest.param(feed(ENTRY).replace(b"UTF-8", b"KLINGON"), id="no charset"),
        pytest.param(feed(ENTRY).replace(b"\xc3\x9c", b"\xdc"), id="not UTF-8"),
        pytest.param(feed(ENTRY, total="many"), id="total in words"),
        pytest.param(feed(ENTRY, total=-1), id="negative total"),
        pytest.param(feed(ENTRY).replace(b"totalResults", b"total"), id="no total"),
        pytest.param(changed("math.GT/0309136v2", "math.GT/0309136"), id="no version"),
        pytest.param(changed("math.GT/0309136v2", "elsewhere"), id="no identifier"),
        pytest.param(changed("<summary>", "<sum>").replace(b"/summary", b"/sum"),
                     id="no abstract"),
        pytest.param(changed("2003-09-08T12:30:00Z", ""), id="no date"),
        pytest.param(changed("2003-09-08T12:30:00Z", "yesterday"), id="no such date"),
        pytest.param(changed("12:30:00Z", "12:30:00"), id="no time zone"),
        pytest.param(changed("2003-09-08T12:30:00Z", "0001-01-01T00:00:00+10:00"),
                     id="before all time"),
        pytest.param(b"<a>" * 100_000, id="deep"),
    ],
)  # fmt: skip
def test_anything_else_is_malformed(body):
    with pytest.raises(MalformedFeed):
        parse(body)


def test_an_entry_without_a_title_is_malformed():
    title = ENTRY[ENTRY.index("<title>") : ENTRY.index("</title>")]

    with pytest.raises(MalformedFeed, match="without its title"):
        parse(changed(title, "<title>"))


# What each recorded reply holds: its total, its number of entries, the first and the
# last of them.
OUTCOMES = {
    "id_0000.0000_s0_m100_8b51d9633a68": (0, 0, "", ""),
    "id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af": (
        1, 1, "1707.08567v1", "1707.08567v1"),
    "id_0808.05394_s0_m100_7b0c7d0a7cdd": (0, 0, "", ""),
    "id_1605.08386_s0_m100_199195aa31ad": (1, 1, "1605.08386v1", "1605.08386v1"),
    "id_1707.08567_s0_m100_6a1afebfc6a3": (1, 1, "1707.08567v1", "1707.08567v1"),
    "id_2104.12255v1_s0_m100_6ae69987ffe1": (1, 1, "2104.12255v1", "2104.12255v1"),
    "id_astro-ph_0601001_s0_m100_3150dca9dc76": (
        1, 1, "astro-ph/0601001v1", "astro-ph/0601001v1"),
    "id_quant-ph_0201082v1_s0_m100_86989fe779ef": (
        1, 1, "quant-ph/0201082v1", "quant-ph/0201082v1"),
    "q_testing_s0_m100_cfe7536492ca": (214881, 100, "2202.12139v1", "gr-qc/0103067v1"),
    "q_testing_s0_m10_bc5a6c384fe9": (214881, 10, "2202.12139v1", "1812.11470v1"),
    "q_testing_s0_m15_80c242b59d59": (214881, 15, "2202.12139v1", "1912.04900v1"),
    "q_testing_s10_m10_34e56e15aaac": (214881, 10, "2403.16981v2", "2202.06271v1"),
    "q_testing_s20_m10_348a237fecab": (214881, 10, "2008.01944v1", "2602.15552v1"),
    "q_testing_s30_m10_f2e39f0143dc": (214881, 10, "2101.12036v1", "2501.09657v1"),
    "q_testing_s40_m10_96dd32eb854c": (214881, 10, "1704.08347v1", "2107.07364v1"),
    "q_testing_s50_m10_7f488ab8598c": (214881, 10, "1709.03221v1", "2101.09077v1"),
    "q_testing_s5_m10_c0e94a259d4a": (214881, 10, "1202.4527v1", "1912.04900v1"),
    "q_testing_s5_m15_bbcf6b23085b": (214881, 15, "1202.4527v1", "2202.06271v1"),
    "q_testing_s9_m15_0b78d4b4d476": (214881, 15, "1812.11470v1", "1908.03707v1"),
}  # fmt: skip


def recorded(name: str) -> bytes:
    path = RECORDED / f"{name}.json"
    if not path.exists():
        pytest.skip("no corpus beside the repository")
    body: str = json.loads(path.read_text())["body"]
    return body.encode("latin-1")  # how the recorder kept the UTF-8 bytes


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_recorded_reply_has_its_outcome(name):
    total, count, first, last = OUTCOMES[name]

    read = parse(recorded(name))

    names = [f"{record.id}v{record.version}" for record in read.records]
    assert (read.total, len(names), read.error) == (total, count, None)
    assert [*names[:1], *names[-1:]] == ([first, last] if count else [])


def test_the_recorded_refusal_names_the_identifier():
    refused = parse(recorded("id_abc_s0_m100_b79c8dcf6bc3"))

    assert refused.error == RejectedId("abc", "incorrect id format for abc")


def test_every_recorded_reply_is_in_the_table():
    present = {path.stem for path in RECORDED.glob("*.json")}

    assert present <= {*OUTCOMES, "id_abc_s0_m100_b79c8dcf6bc3"}


def test_a_recorded_entry_with_affiliations():
    (record,) = parse(recorded("id_astro-ph_0601001_s0_m100_3150dca9dc76")).records

    assert record.authors == (
        Author("Andrew Gould", ("Ohio State",)),
        Author("Susan Dorsher", ("Ohio State",)),
        Author("B. Scott Gaudi", ("CfA",)),
        Author("Andrzej Udalski", ("Warsaw University Observatory",)),
    )
    assert record.abstract.startswith("We derive the frequencies of hot Jupiters")
    assert record.journal_ref == "ActaAstron.56:1-50,2006"


def test_recorded_names_keep_their_letters():
    (record,) = parse(recorded("id_1707.08567_s0_m100_6a1afebfc6a3")).records

    assert "Dirk Wübben" in [author.name for author in record.authors]


def test_a_recorded_title_of_zero():
    (record,) = parse(recorded("id_2104.12255v1_s0_m100_6ae69987ffe1")).records

    assert record.title == "0"
