import os
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kb.arxiv.errors import MalformedFeed, NoSuchPaper, TokenExpired
from kb.arxiv.oai import Page, parse
from kb.arxiv.records import Author, RawRecord, Version

BESIDE = Path(__file__).parents[2].parent / "shared" / "data"
RECORDED = Path(os.environ.get("ZHAJI_CORPUS", BESIDE)) / "arxiv" / "oai_fixtures"

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
    <responseDate>2026-11-23T16:25:18Z</responseDate>
    <request verb="ListRecords" metadataPrefix="arXivRaw">http://localhost/oai</request>
"""
RECORD = """        <record>
            <header>
        <identifier>oai:arXiv.org:math.GT/0309136</identifier>
        <datestamp>2008-02-03</datestamp>
        <setSpec>math:math:GT</setSpec>
            </header>
            <metadata>
        <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
            <id>math/0309136</id>
            <submitter>Dirk Wübben</submitter>
            <version version="v2">
                <date>Sat, 02 Oct 2004 14:00:00 GMT</date>
                <size>151kb</size>
                <source_type>D</source_type>
            </version>
            <version version="v1">
                <date>Mon, 08 Sep 2003 12:30:00 GMT</date>
            </version>
            <title>Über $\\beta$-sheets:
      a &lt;survey&gt;</title>
            <authors>Dirk Wübben and 王 小明 (Bremen)</authors>
            <categories>math.GT math.CO math.GT</categories>
            <comments>12 pages,
      3 figures</comments>
            <report-no>X-1</report-no>
            <msc-class>57M25</msc-class>
            <acm-class>57M25</acm-class>
            <journal-ref>J. Knot Theory 13 (2004)</journal-ref>
            <doi>10.1142/S0218216504003</doi>
            <license>http://creativecommons.org/licenses/by/4.0/</license>
            <abstract>  The first
paragraph is wrapped.
  The second is short.
</abstract>
        </arXivRaw>
            </metadata>
        </record>
"""
DELETED = """        <record>
            <header status="deleted">
        <identifier>oai:arXiv.org:0704.0001</identifier>
        <datestamp>2008-02-04</datestamp>
            </header>
        </record>
"""


def page(*records: str, token: str = "") -> bytes:
    told = f"<ListRecords>{''.join(records)}{token}</ListRecords>"
    return f"{HEAD}{told}</OAI-PMH>\n".encode()


def error(code: str, words: str = "Reason: it is so.") -> bytes:
    return f"{HEAD}<error code='{code}'>{words}</error></OAI-PMH>".encode()


def changed(old: str, new: str) -> bytes:
    assert old in RECORD
    return page(RECORD.replace(old, new))


def only(body: bytes) -> RawRecord:
    (record,) = parse(body).records
    return record


def test_a_record_is_read_whole():
    assert only(page(RECORD)) == RawRecord(
        id="math/0309136",
        title="Über $\\beta$-sheets: a <survey>",
        abstract="The first paragraph is wrapped.\n\nThe second is short.",
        authors="Dirk Wübben and 王 小明 (Bremen)",
        categories=("math.GT", "math.CO"),
        versions=(
            Version(1, datetime(2003, 9, 8, 12, 30, tzinfo=UTC)),
            Version(2, datetime(2004, 10, 2, 14, tzinfo=UTC), 151 * 1024, "D"),
        ),
        comment="12 pages, 3 figures",
        journal_ref="J. Knot Theory 13 (2004)",
        doi="10.1142/S0218216504003",
        licence="http://creativecommons.org/licenses/by/4.0/",
        withdrawn=False,
        changed_on=date(2008, 2, 3),
    )


def test_a_record_tells_what_an_atom_entry_would():
    record = only(page(RECORD))

    assert record.latest.number == 2
    assert record.published == datetime(2003, 9, 8, 12, 30, tzinfo=UTC)
    assert record.updated == datetime(2004, 10, 2, 14, tzinfo=UTC)
    assert record.primary_category == "math.GT"
    assert record.author_list == (
        Author("Dirk Wübben", ("Bremen",)),
        Author("王 小明", ("Bremen",)),
    )


def test_a_title_of_zero_is_a_title():
    title = RECORD[RECORD.index("<title>") : RECORD.index("</title>")]

    assert only(changed(title, "<title>0")).title == "0"


def test_what_arxiv_leaves_out_is_empty():
    record = only(changed("<comments>", "<x>").replace(b"</comments>", b"</x>"))

    assert record.comment == ""


@pytest.mark.parametrize(
    ("first", "second", "withdrawn"),
    [("D", "I", True), ("", "DI", True), ("I", "D", False), ("D", "", False)],
)
def test_a_paper_is_withdrawn_when_its_newest_version_has_no_source(
    first, second, withdrawn
):
    versions = "".join(
        f"""<version version="v{number}"><date>Mon, 08 Sep 2003 12:30:00 GMT</date>
        <source_type>{kind}</source_type></version>"""
        for number, kind in ((1, first), (2, second))
    )
    old = RECORD[RECORD.index("<version ") : RECORD.index("<title>")]

    assert only(changed(old, versions)).withdrawn is withdrawn


def test_twenty_five_versions_are_kept_in_order():
    versions = "".join(
        f"""<version version="v{number}">
        <date>Mon, {number:02} Sep 2003 12:30:00 GMT</date></version>"""
        for number in range(25, 0, -1)
    )
    old = RECORD[RECORD.index("<version ") : RECORD.index("<title>")]

    record = only(changed(old, versions))

    assert [version.number for version in record.versions] == [*range(1, 26)]
    assert (record.published.day, record.updated.day) == (1, 25)


def test_a_page_keeps_the_order_and_tells_what_was_removed():
    other = RECORD.replace("math.GT/0309136", "2307.02486")

    read = parse(page(other, DELETED, RECORD))

    assert read.responded_at == datetime(2026, 11, 23, 16, 25, 18, tzinfo=UTC)
    assert [record.id for record in read.records] == ["2307.02486", "math/0309136"]
    assert read.deleted == ("0704.0001",)


TOKEN = "verb%3DListRecords%26from%3D2011-07-14%26skip%3D0"


@pytest.mark.parametrize(
    ("attribute", "expires_at"),
    [
        ("expires='2026-11-24T06:00:00Z'", datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ("expirationDate='2026-11-25T00:00:00Z'", datetime(2026, 11, 25, tzinfo=UTC)),
        ("", datetime(2026, 11, 24, tzinfo=UTC)),
    ],
)
def test_a_token_says_when_it_expires_or_does_at_midnight(attribute, expires_at):
    token = f"<resumptionToken {attribute}>{TOKEN}</resumptionToken>"

    read = parse(page(RECORD, token=token))

    assert (read.token, read.token_expires_at) == (TOKEN, expires_at)


@pytest.mark.parametrize("token", ["", "<resumptionToken/>"])
def test_the_last_page_has_no_token(token):
    read = parse(page(RECORD, token=token))

    assert (read.token, read.token_expires_at) == ("", None)


def test_one_paper_comes_as_a_page_of_one():
    body = page(RECORD).replace(b"ListRecords>", b"GetRecord>")

    assert [record.id for record in parse(body).records] == ["math/0309136"]


def test_no_matching_record_is_an_empty_page():
    responded_at = datetime(2026, 11, 23, 16, 25, 18, tzinfo=UTC)

    assert parse(error("noRecordsMatch")) == Page(responded_at)


def test_an_expired_token_is_told_apart():
    with pytest.raises(TokenExpired, match="it is so"):
        parse(error("badResumptionToken"))


def test_a_paper_arxiv_does_not_have_is_told_apart():
    with pytest.raises(NoSuchPaper, match="it is so"):
        parse(error("idDoesNotExist"))


@pytest.mark.parametrize(
    "code", ["badArgument", "badVerb", "cannotDisseminateFormat", "noSetHierarchy", ""]
)
def test_any_other_refusal_comes_in_arxivs_words(code):
    with pytest.raises(MalformedFeed, match=rf"refused .*\({code}\): Reason: it is so"):
        parse(error(code))


BOMB = b"""<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error>&b;</error></OAI-PMH>"""


def without(element: str) -> bytes:
    start, end = RECORD.index(f"<{element}"), RECORD.rindex(f"</{element}>")
    return page(RECORD[:start] + RECORD[end + len(element) + 3 :])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"Rate exceeded.", id="plain text"),
        pytest.param(b"<html><body>Maintenance</body></html>", id="XHTML"),
        pytest.param(b"<feed xmlns='http://www.w3.org/2005/Atom'/>", id="Atom"),
        pytest.param(b"<OAI-PMH/>", id="no namespace"),
        pytest.param(page(RECORD)[:-40], id="truncated"),
        pytest.param(page(RECORD) + b"<p/>", id="junk after the end"),
        pytest.param(BOMB, id="entity bomb"),
        pytest.param(b"<!DOCTYPE x>" + page(RECORD)[39:], id="DTD"),
        pytest.param(page(RECORD).replace(b"survey", b"sur\0vey"), id="NUL"),
        pytest.param(page(RECORD).replace(b"UTF-8", b"UTF-16"), id="wrong charset"),
        pytest.param(page(RECORD).replace(b"\xc3\x9c", b"\xdc"), id="not UTF-8"),
        pytest.param(page(), id="neither records nor an error"),
        pytest.param(page(RECORD).replace(b"responseDate", b"date"), id="no date"),
        pytest.param(page(RECORD).replace(b"18Z", b"18"), id="no time zone"),
        pytest.param(changed("math.GT/0309136", "LongNet"), id="no identifier"),
        pytest.param(changed("math.GT/0309136", "2307.02486v1"), id="a version's"),
        pytest.param(page(DELETED.replace("0704.0001", "")), id="nothing removed"),
        pytest.param(without("header"), id="no header"),
        pytest.param(without("metadata"), id="no metadata"),
        pytest.param(without("version"), id="no versions"),
        pytest.param(without("title"), id="no title"),
        pytest.param(without("authors"), id="no authors"),
        pytest.param(without("abstract"), id="no abstract"),
        pytest.param(without("categories"), id="no categories"),
        pytest.param(without("datestamp"), id="no datestamp"),
        pytest.param(changed('"v2"', '"two"'), id="version in words"),
        pytest.param(changed("Sat, 02 Oct", "02 Oct"), id="no such date"),
        pytest.param(changed("Sat, 02 Oct", "Sat, 42 Oct"), id="impossible date"),
        pytest.param(changed("Sat, 02 Oct", "Sat, 02 Okt"), id="unknown month"),
        pytest.param(changed("00 GMT", "00 CET"), id="other time zone"),
        pytest.param(changed("151kb", "big"), id="size in words"),
        pytest.param(changed("2008-02-03", "2008-13-03"), id="no such day"),
        pytest.param(page(RECORD, token="<resumptionToken expires='soon'>x"
                          "</resumptionToken>"), id="no such expiry"),
        pytest.param(b"<a>" * 100_000, id="deep"),
    ],
)  # fmt: skip
def test_anything_else_is_malformed(body):
    with pytest.raises(MalformedFeed):
        parse(body)


def test_memory_does_not_grow_with_what_is_not_kept():
    """The tree of a page would take several times what its records take."""
    ballast = "<report-no>" + "x" * 1000 + "</report-no>"
    record = RECORD.replace("<report-no>X-1</report-no>", ballast * 20)
    some, twice = page(record * 400), page(record * 800)

    def peak(body: bytes) -> int:
        tracemalloc.start()
        kept = parse(body)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert kept.records
        return most

    assert peak(twice) - peak(some) < (len(twice) - len(some)) / 4


def recorded(name: str) -> bytes:
    path = RECORDED / f"{name}.xml"
    if not path.exists():
        pytest.skip("no corpus beside the repository")
    return path.read_bytes()


def test_the_recorded_walk_holds_every_record_once():
    pages = [parse(recorded(f"list_records_arXivRaw_page{n}")) for n in (1, 2, 3)]

    records = [record for each in pages for record in each.records]
    assert len({record.id for record in records}) == len(records) == 509
    assert sum(len(record.versions) for record in records) == 1040
    assert sum(record.withdrawn is True for record in records) == 6
    assert [bool(each.token) for each in pages] == [True, True, False]
    assert pages[0].token_expires_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert pages[1].token.endswith("from%3D2015-05-20%26skip%3D10")


def test_recorded_authors_are_told_apart():
    records = [*parse(recorded("list_records_arXivRaw_page1")).records]
    records += parse(recorded("list_records_arXivRaw_page2")).records

    (forney,) = [each for each in records if "Forney" in each.authors]
    assert forney.author_list == (
        Author("G. David Forney Jr."),
        Author("Pascal O. Vontobel"),
    )
    assert all(each.author_list for each in records)


@pytest.mark.parametrize(
    ("name", "raised"),
    [
        ("error_bad_token", TokenExpired),
        ("error_id", NoSuchPaper),
        ("error_id_form", NoSuchPaper),
        ("error_bad_date", MalformedFeed),
        ("error_bad_verb", MalformedFeed),
        ("identify", MalformedFeed),
        ("list_sets", MalformedFeed),
        ("list_identifiers_page1", MalformedFeed),
        ("list_records_arXiv_page1", MalformedFeed),
        ("list_records_oai_dc_page1", MalformedFeed),
    ],
)
def test_a_recorded_reply_of_another_kind_is_not_taken_for_records(name, raised):
    with pytest.raises(raised):
        parse(recorded(name))


def test_the_recorded_empty_reply_is_an_empty_page():
    assert parse(recorded("error_no_records")).records == ()
