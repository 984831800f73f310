"""Sentences of the layers without translations, said in the reader's language."""

import json

import pytest
from django.utils import translation

from kb.ops import words
from kb.ops.words import kept, translated
from kb.readinglist.document import NotAList
from kb.readinglist.parser import parse
from kb.readinglist.source import decode
from kb.text import markdown
from tests.factories import person

LIST = """\
# paper

## Agent
- [Tools](https://arxiv.org/abs/2305.17126)
- [Post](https://example.org/post)

## Agent

# Elsewhere

<p>https://lost.example/</p>
"""


def refusal(data):
    with pytest.raises(NotAList) as raised:
        decode(data, "列表.md")
    return raised.value


def test_a_refusal_is_english_by_itself_and_chinese_for_readers_of_chinese():
    empty = refusal(b"")

    assert str(empty) == "列表.md is empty: there is nothing to read in it."
    with translation.override("zh-hans"):
        assert translated(empty) == "列表.md 是空的：里面没有可读的内容。"


def test_a_text_that_is_too_long_is_refused_in_chinese_with_its_figures():
    with pytest.raises(markdown.TooLong) as raised:
        markdown.render("字" * 40_000)

    with translation.override("zh-hans"):
        told = translated(raised.value)

    assert "118 KB" in told
    assert "64 KB" in told
    assert "Shorten" not in told


@pytest.mark.parametrize("said", ["https://a -> https://b", ValueError("odd"), ""])
def test_any_other_text_is_said_as_it_is(said):
    with translation.override("zh-hans"):
        assert translated(said) == str(said)
    assert kept(said) == {}


def test_every_remark_on_a_list_has_a_chinese_form_that_survives_json():
    document = parse(LIST)
    remarks = [one.message for one in document.warnings]
    remarks += [one.reason for one in document.unparsed]
    rows = json.loads(json.dumps([kept(remark) for remark in remarks]))

    with translation.override("en"):
        english = [words.again(row) for row in rows]
    with translation.override("zh-hans"):
        chinese = [words.again(row) for row in rows]

    assert english == remarks
    assert len(remarks) == 5
    for said in chinese:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said), said


def chinese_page(client, address, **form):
    """What a curator who reads Chinese gets back."""
    client.force_login(person(curator=True))
    answer = client.post(
        address, form, follow=True, headers={"accept-language": "zh-CN"}
    )
    return answer.content.decode()


@pytest.mark.django_db
def test_the_plan_of_an_import_is_chinese_for_readers_of_chinese(client):
    page = chinese_page(client, "/lists/import/", text=LIST, name="list")

    assert "“Elsewhere”既不是“paper”也不是“blog”" in page
    assert "在 HTML 中" in page
    assert "paper without an arXiv URL" not in page


@pytest.mark.django_db
def test_a_list_that_cannot_be_read_is_refused_in_chinese(client):
    page = chinese_page(client, "/lists/import/", text="- " * 200 + "deep", name="list")

    assert "层。请把其中一些移到上层，然后重试。" in page
