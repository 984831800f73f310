from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.models import Blog, Entry, Paper, Resource
from kb.ops import reading, resources, summaries, topics
from kb.search import documents, schema
from kb.text import analyser
from tests.factories import (
    NOW,
    blog,
    note,
    paper,
    person,
    resource,
    topic_at,
    with_comment,
)
from tests.search.looking import document

pytestmark = pytest.mark.django_db


def terms(text):
    return " ".join(analyser.terms(text))


def fetched(entry, **fields):
    """The paper with what arXiv says of it."""
    Paper.objects.filter(pk=entry.pk).update(**fields)
    return entry


def summarised(entry, body, language="zh", *, by=None):
    summaries.save(entry, language, body, by=by, now=NOW, base=0)
    return entry


def test_everything_public_is_searched():
    topic = topic_at(["Engineering", "Training"])
    topics.describe(topic, names={"zh": "训练", "en": "Train"}, intro="", by=None)
    entry = paper(title="长序列", topics=[topic], tags=["稀疏 attention"])
    fetched(
        entry,
        arxiv_title="LongNet",
        authors=[{"name": "Jiayu Ding", "affiliations": []}],
        abstract="Scaling sequence length.",
        comment="Work in progress",
        journal_ref="Nature 1",
    )
    summarised(entry, "膨胀注意力")

    text = document(entry)["text"]

    for part in (
        *("长序列", "LongNet", "Jiayu Ding", "Engineering", "Training", "训练"),
        *("Train", "稀疏 attention", "Scaling sequence length.", "Work in progress"),
        *("Nature 1", "膨胀注意力"),
    ):
        assert terms(part) in text


def test_a_post_is_searched_by_its_site_and_author():
    entry = blog(title="A post")
    Blog.objects.update(site="Lil'Log", author="Lilian Weng")

    fields = document(entry)

    assert {terms("Lil'Log"), terms("Lilian Weng")} <= set(fields["text"])
    assert fields["author_name"] == [schema.author_name("Lilian Weng")]


def test_an_author_holds_nothing_that_no_query_can():
    entry = fetched(paper(), authors=[{"name": " U\x85N\t\x1b", "affiliations": []}])

    assert document(entry)["author_name"] == [schema.author_name("U N")]


def test_markup_inside_a_word_does_not_divide_it():
    entry = summarised(paper(), "**指令**微调")

    assert document(entry)["summary"] == [terms("指令微调")]


def test_what_is_filed_is_under_every_topic_above_once():
    first, second = topic_at(["a", "b", "c"]), topic_at(["a", "b", "d"])
    entry = paper(topics=[first, second])

    expected = [topic_at(path).pk for path in ("a", "ab", "abc", "abd")]
    assert document(entry)["topic"] == expected


def test_a_private_note_is_found_by_its_owner_alone():
    li, wu = person("li"), person("wu")
    entry = paper()
    note(entry, "秘密 idea", by=li)
    note(entry, "For all", by=wu, visibility="team")

    fields = document(entry)

    marked = " ".join(f"{li.pk}:{term}" for term in analyser.terms("秘密 idea"))
    assert fields["private"] == [marked]
    assert (fields["noted_by"], fields["by_note"]) == ([li.pk], [wu.pk])
    assert fields["note"] == [terms("For all")]
    everyones = {name: fields[name] for name in fields if name != "private"}
    assert "秘密" not in str(everyones)
    assert "for all" not in str([*fields["text"], fields["word"]])


@pytest.mark.parametrize("gone", ["archived", "deleted"])
def test_what_is_not_shown_has_no_document(gone):
    entry = paper()
    key = entry.pk
    if gone == "archived":
        Entry.objects.update(status="archived")
    else:
        Paper.objects.all().delete()

    assert documents.project([key]) == {}
    assert documents.indexed() == []


def test_the_inbox_is_searched_and_suggests_nothing():
    entry = paper(title="Secretive")
    assert "secretive" in document(entry)["word"]

    Entry.objects.update(status="inbox")

    fields = document(entry)
    assert fields["status"] == "inbox"
    assert terms("Secretive") in fields["text"]
    assert not {"word", "author_hint"} & fields.keys()


@pytest.mark.parametrize(
    ("comment", "has"),
    [
        ("Code: https://github.com/microsoft/torchscale", True),
        ("see GitLab.com/a/b", True),
        ("huggingface.co/meta-llama/Llama-3", True),
        ("https://huggingface.co/datasets/a/b", False),
        ("https://huggingface.co/papers/2307.02486", False),
        ("we use github", False),
    ],
)
def test_a_link_to_code_is_known(comment, has):
    entry = fetched(paper(), comment=comment)

    assert ("code" in document(entry)["flag"]) is has


@pytest.mark.parametrize(
    ("kind", "has"), [("code", True), ("model", True), ("data", False), ("", False)]
)
def test_a_link_of_the_entry_to_code_or_a_model_counts(kind, has):
    entry = paper()
    linked = resource(entry, "https://example.org/x", kind, by=person())
    assert ("code" in document(entry)["flag"]) is has

    resources.take_off(linked, by=person("wu"))

    assert "code" not in document(entry)["flag"]


def test_a_link_that_was_taken_off_counts_in_no_text_either():
    entry = with_comment(paper(), "Code: https://github.com/Tool/used")
    resources.found(entry, now=NOW)
    assert "code" in document(entry)["flag"]

    resources.take_off(Resource.objects.get(), by=person())

    assert "code" not in document(entry)["flag"]


def test_what_an_entry_has_and_is():
    li = person()
    entry = fetched(paper(by=li), withdrawn=True)
    summarised(entry, "[代码](https://github.com/a/b)", by=person("wu"))
    note(entry, by=li, visibility="team")
    reading.star(entry, by=li, on=True, now=NOW)
    reading.mark(entry, "read", by=li, now=NOW)

    fields = document(entry)

    assert set(fields["flag"]) == {"summary", "code", "withdrawn", "note"}
    assert (fields["starred"], fields["read"]) == ([li.pk], [li.pk])
    assert len(fields["by"]) == 2


def test_a_category_is_in_its_archive():
    entry = fetched(paper(), categories=["cs.CL", "stat.ML"])

    assert set(document(entry)["cat"]) == {"cs.cl", "stat.ml", "cs", "stat"}


@pytest.mark.parametrize(
    ("title", "summary", "languages"),
    [
        ("LongNet", "", ["en"]),
        ("长序列", "", ["zh"]),
        ("LongNet", "膨胀注意力", ["zh"]),
    ],
)
def test_an_entry_without_summary_is_in_its_titles_language(title, summary, languages):
    entry = paper(title=title)
    if summary:
        summarised(entry, summary)

    assert document(entry)["lang"] == languages


def test_an_arxiv_id_tells_when_it_appeared_until_arxiv_does():
    entry = paper("2307.02486")
    assert document(entry)["year"] == [2023]

    fetched(entry, published_at=datetime(2024, 1, 2, tzinfo=UTC))

    fields = document(entry)
    assert fields["year"] == [2024]
    day = (date(2024, 1, 2) - date(1970, 1, 1)).days
    assert fields["published"] == schema.placed(day, entry.pk)


def test_what_has_no_date_is_the_oldest():
    entry = blog()

    fields = document(entry)

    assert fields["published"] == schema.placed(schema.NO_DAY, entry.pk)
    assert fields["year"] == []


def test_a_year_makes_two_per_cent_whenever_it_is_asked():
    old, new = paper("2307.02486"), paper("2407.02486", "Other")

    ratio = document(new)["recency"] / document(old)["recency"]

    assert ratio == pytest.approx(1.02, abs=1e-4)


def test_each_word_of_a_name_leads_to_it():
    entry = fetched(paper(), authors=[{"name": "Aleš Leonardis", "affiliations": []}])

    hints = document(entry)["author_hint"]

    assert hints == ["ales\tAleš Leonardis", "leonardis\tAleš Leonardis"]


def test_the_digest_tells_whether_anything_differs():
    entry = paper()
    before = document(entry)["digest"]
    assert document(entry)["digest"] == before

    reading.star(entry, by=person(), on=True, now=NOW)

    assert document(entry)["digest"] != before


def test_queries_do_not_grow_with_entries():
    def count():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            documents.project(documents.indexed())
        return len(caught)

    li = person()
    for number in range(3):
        paper(f"2307.0248{number}", f"First {number}", topics=[topic_at(["a"])])
    few = count()
    for number in range(20):
        topic = topic_at(["b", f"topic {number}"])
        entry = paper(f"2308.000{number:02}", f"Then {number}", topics=[topic])
        summarised(entry, "很多")
        resource(entry, by=li)

    assert count() == few
