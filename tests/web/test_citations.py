"""Lists, searches and entries as files of citations."""

import csv
import io
import json
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kb.citations import bibtex, csl, ris
from kb.models import Entry, Paper
from kb.models.entries import Status
from kb.readinglist.parser import parse
from kb.web import citations
from tests.factories import blog, paper, resource, summarised, topic_at

pytestmark = pytest.mark.django_db

AUTHORS = [{"name": "Jiayu Ding", "affiliations": []}, {"name": "王小明"}]


@pytest.fixture
def library():
    """A paper with all that can be told, a post, and one that waits for review."""
    moe = topic_at(["Model", "moe"])
    found = paper("2307.02486", "LongNet & friends", topics=[moe], tags=["long"])
    Paper.objects.filter(pk=found.pk).update(
        authors=AUTHORS, abstract="We scale 50% more.", primary_category="cs.CL"
    )
    summarised(found, "=把注意力放大")
    blog("https://example.org/post", "复杂推理")
    waits = paper("2305.17126", "Waits", topics=[moe])
    Entry.objects.filter(pk=waits.pk).update(status=Status.INBOX)
    return found


def body(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize(
    ("form", "read"), [("bibtex", bibtex.read), ("ris", ris.read), ("csl", csl.read)]
)
def test_a_list_is_a_file_of_citations(client, member, library, form, read):
    response = client.get(f"/?format={form}")

    found = read(body(response))
    assert found.problems == []
    assert {one.title for one in found.references} == {"LongNet & friends", "复杂推理"}
    (told,) = (one for one in found.references if one.arxiv_id)
    assert [author.family for author in told.authors] == ["Ding", "王小明"]
    assert (told.arxiv_id, told.primary_category) == ("2307.02486", "cs.CL")
    assert told.abstract == "We scale 50% more."
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_a_topic_a_tag_and_an_entry_are_files_too(client, member, library):
    for address in ("/topics/model/", "/tags/long/", library.get_absolute_url()):
        found = bibtex.read(body(client.get(f"{address}?format=bibtex")))
        assert [one.title for one in found.references] == ["LongNet & friends"]


def test_a_search_is_a_file_of_all_that_was_found(
    client, member, library, library_index
):
    for number in range(citations.CHUNK // 20):
        paper(f"2301.{number + 1:05}", f"Scaling number {number}")
    library_index()

    found = bibtex.read(body(client.get("/search/?q=number&format=bibtex")))

    assert len(found.references) == citations.CHUNK // 20
    assert len({one.key for one in found.references}) == len(found.references)


def test_a_table_has_everything_and_runs_nothing(client, member, library):
    (_, row) = csv.DictReader(io.StringIO(body(client.get("/?format=csv"))[1:]))
    told = json.loads(body(client.get("/?format=json")))

    assert row["topics"] == "Model / moe"
    assert row["authors"] == "Jiayu Ding; 王小明"
    assert row["summary_zh"] == "'=把注意力放大"  # a spreadsheet would run it
    assert told[1]["summary_zh"] == "=把注意力放大"
    assert told[1]["tags"] == ["long"]


def test_a_key_stays_whatever_else_is_asked_for(client, member, library):
    alone = bibtex.read(body(client.get(f"{library.get_absolute_url()}?format=bibtex")))
    among = bibtex.read(body(client.get("/?format=bibtex")))

    keys = {one.title: one.key for one in among.references}
    assert alone.references[0].key == keys["LongNet & friends"]


def test_who_may_not_read_a_list_gets_no_file_of_it(library, settings):
    assert Client().get("/?format=bibtex").status_code == 302
    settings.READABLE_BY = "everyone"

    titles = {
        one.title for one in bibtex.read(body(Client().get("/?format=bibtex")))[0]
    }
    assert titles == {"LongNet & friends", "复杂推理"}
    waits = Entry.objects.get(title="Waits")
    address = f"{waits.get_absolute_url()}?format=bibtex"
    assert Client().get(address).status_code == 404


def test_a_format_that_is_none_shows_the_page(client, member, library):
    assert "<html" in client.get("/?format=word").content.decode()


def test_queries_do_not_grow_with_rows(client, member, library):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            body(client.get("/?format=json"))
        return len(captured)

    few = queries()
    for number in range(20):
        paper(f"2302.{number + 1:05}", f"More {number}", tags=["long"])

    assert queries() == few


def test_an_entry_is_printed_in_four_styles(client, member, library):
    page = client.get(library.get_absolute_url()).content.decode()

    assert "DING J, 王小明. LongNet &amp; friends[EB/OL]. arXiv:2307.02486" in page
    for label in ("GB/T 7714", "APA", "IEEE", "MLA"):
        assert f"<dt>{label}</dt>" in page
    assert 'href="?format=bibtex"' in page


def test_an_entry_is_copied_as_the_item_a_list_would_have(client, member, library):
    resource(library, "https://github.com/a/b", by=member)

    page = client.get(library.get_absolute_url()).content.decode()

    text = page.partition('id="cite-markdown"')[2].partition(">")[2]
    item = unescape(text.partition("</p>")[0])
    (entry,) = parse(f"# paper\n\n{item}\n").entries
    assert (entry.title, entry.arxiv_id) == ("LongNet & friends", "2307.02486")
    assert entry.summaries == {"zh": "=把注意力放大"}
    assert entry.tags == ("long",)
    assert [link.url for link in entry.resources] == ["https://github.com/a/b"]
