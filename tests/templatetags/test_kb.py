"""The tags of the templates, and what pages made with them cost."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kb.models import Annotation, Summary
from kb.ops import summaries
from kb.templatetags import kb
from tests.factories import NOW, blog, paper, person, topic_at


def drawn(source, **context):
    return Template("{% load kb %}" + source).render(Context(context))


def test_a_summary_is_shown_from_what_was_kept_by_this_renderer():
    kept = Summary(body="*new*", html="<p>kept</p>", renderer=kb.markdown.RENDERER)

    assert drawn("{{ it|rendered }}", it=kept) == "<p>kept</p>"


@pytest.mark.parametrize("model", [Summary, Annotation])
def test_a_text_kept_by_another_renderer_is_rendered_anew(model):
    stale = model(body="*new*<script>", html="<script>", renderer=0)

    assert drawn("{{ it|rendered }}", it=stale) == "<p><em>new</em>&lt;script&gt;</p>\n"


@pytest.mark.parametrize(
    ("text", "tag"), [("大模型 agent", "zh-Hans"), ("LongNet", "en"), ("", "en")]
)
def test_the_language_of_a_text_is_told_to_browsers(text, tag):
    assert kb.language_of(text) == tag


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (["A. One"], "A. One"),
        (["A. One", "B. Two", "C. Three"], "A. One, B. Two, C. Three"),
        (["A. One", "B. Two", "C. Three", "D. Four"], "A. One et al."),
    ],
)
def test_a_line_names_three_authors_or_the_first(names, line):
    with translation.override("en"):
        assert kb.short_authors(names) == line


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.example.org:8443/a?b", "example.org"),
        ("Example Weekly", "Example Weekly"),
    ],
)
def test_a_site_is_named_by_its_host(address, site):
    assert kb.site_name(address) == site


def test_a_date_is_relative_with_the_exact_one_beside():
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)

    with translation.override("en"):
        shown = drawn("{{ it|ago }}", it=moment)

    assert 'datetime="2020-01-02T03:04:05+00:00"' in shown
    assert 'title="Jan. 2, 2020, 3:04 a.m."' in shown
    assert shown.endswith("ago</time>")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            {"message": "", "template": "no title beside %(address)s"}
            | {"values": {"address": "https://example.org/?a&b"}},
            "https://example.org/?a&amp;b 旁边没有标题",
        ),
        ({"reason": "in HTML", "template": "in HTML", "values": {}}, "在 HTML 中"),
        ({"message": "abs//1 -> abs/1"}, "abs//1 -&gt; abs/1"),
    ],
)
def test_what_an_import_remarks_is_told_in_the_readers_language(row, told):
    with translation.override("zh-hans"):
        assert drawn("{{ it|told }}", it=row) == told


def test_the_fields_of_a_report_have_names_that_people_know():
    fields = ["title", "zh", "en", "topics", "tags", "url", "kind", "intro"]

    with translation.override("zh-hans"):
        assert kb.field_names(fields) == (
            "标题，中文文字，英文文字，主题，标签，地址，类型，简介"
        )


def test_no_date_is_no_text():
    assert drawn("{{ it|ago }}", it=None) == ""


@pytest.mark.django_db
def test_a_large_tree_opens_only_the_way_to_the_current_topic(monkeypatch):
    monkeypatch.setattr(kb, "SMALL_TREE", 3)
    for path in (["Engineer", "train"], ["Model", "moe"]):
        topic_at(path)
    tree = kb.Topic.objects.tree()

    kb.unfold(tree, tree[1].subtopics[0].path, everything=kb.size(tree) <= 3)

    assert [topic.unfolded for topic in tree] == [False, True]


@pytest.fixture
def shelf():
    """Put entries into the library, from `start` on, each with everything a row has."""
    writer = person("writer")

    def fill(start, end):
        for number in range(start, end):
            topic = topic_at(["Engineer", f"topic {number}"])
            tags = [f"tag {number}", "common"]
            entry = paper(
                f"2301.{number:05}", f"Paper {number}", topics=[topic], tags=tags
            )
            for language, body in (("zh", "提出一种方法。"), ("en", "A method.")):
                summaries.save(entry, language, body, base=0, by=writer, now=NOW)
            blog(f"https://example.org/{number}", f"Post {number}", topics=[topic])

    return fill


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/topics/engineer/", "/tags/common/"])
def test_queries_do_not_grow_with_rows(client, shelf, address):
    client.force_login(person())
    shelf(1, 2)
    few = queries(client, address)

    shelf(2, 10)

    assert queries(client, address) == few


@pytest.mark.django_db
def test_a_full_page_is_under_60_kb(client, shelf):
    client.force_login(person())
    shelf(1, 14)

    page = client.get("/").content

    assert page.count(b"<article") == 25
    assert len(page) < 60_000
