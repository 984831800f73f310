import json

import pytest

from kb.models import Annotation
from kb.ops import annotations, summaries
from kb.ops.annotations import Passage
from kb.ops.exchange import addresses, giving
from kb.webannotations import read, write
from tests.factories import NOW, blog, note, paper, person

pytestmark = pytest.mark.django_db
HERE = "https://kb.example.org"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = HERE


@pytest.fixture
def li():
    return person()


def file_of(notes):
    """The file as other programs read it; reading it checks it against the model."""
    found = giving.collection(notes, address=f"{HERE}/annotations/", label="全部")
    text = write(found)
    assert read(text.encode()) == found
    return json.loads(text)


def items(notes=None):
    told = file_of(Annotation.objects.all() if notes is None else notes)
    return told["first"]["items"]


def highlight(entry, quote, by, *, body="", visibility="team", meaning="key"):
    about = Passage(quote, meaning=meaning)
    return annotations.write(entry, body, visibility, by=by, now=NOW, about=about)


def test_a_highlight_says_what_it_marks_where_and_by_whom(li):
    entry = paper()
    summaries.save(entry, "zh", "用**膨胀注意力**，代价低。", base=0, by=li, now=NOW)
    kept = highlight(entry, "膨胀注意力", li)

    (item,) = items()

    assert item["id"] == f"{HERE}/notes/{kept.pk}/"
    assert item["motivation"] == "highlighting"
    assert item["creator"] == {"type": "Person", "name": "li"}
    assert item["created"] == "2026-03-04T05:06:00Z"
    assert item["body"] == [
        {"type": "TextualBody", "value": "key", "purpose": "tagging"}
    ]
    assert item["target"]["source"] == f"{HERE}/entries/{entry.pk}/?lang=zh"
    quote, position = item["target"]["selector"]
    assert (quote["prefix"], quote["exact"], quote["suffix"]) == (
        "用",
        "膨胀注意力",
        "，代价低。",
    )
    assert (position["start"], position["end"]) == (1, 6)


def test_a_note_on_an_entry_is_about_its_own_address(li):
    note(paper("2307.02486"), "一", by=li)
    note(blog("https://example.org/post"), "二", by=li, visibility="team")

    private, shared = items()

    assert private["target"] == "https://arxiv.org/abs/2307.02486"
    assert private["body"][0]["value"] == "一"
    assert "audience" in private
    assert shared["target"] == "https://example.org/post"
    assert "audience" not in shared


def test_an_orphan_says_what_the_text_was_and_no_place(li):
    entry = paper()
    summaries.save(entry, "zh", "膨胀注意力。", base=0, by=li, now=NOW)
    highlight(entry, "膨胀注意力", li)
    summaries.save(entry, "zh", "完全不同的话。", base=1, by=li, now=NOW)

    (item,) = items()

    (selector,) = item["target"]["selector"]
    assert selector["exact"] == "膨胀注意力"


def test_replies_follow_what_they_answer_and_a_settled_thread_says_so(li):
    entry = paper()
    first = note(entry, "问题", by=li, visibility="team")
    annotations.reply(first, "回答", by=person("wang"), now=NOW)
    annotations.resolve(first, by=li, now=NOW)

    question, answer = items()

    assert answer["target"] == question["id"]
    assert answer["motivation"] == "replying"
    assert question["schema:creativeWorkStatus"] == "resolved"


def test_a_stub_says_nothing_and_is_not_there(li):
    first = note(paper(), "问题", by=li, visibility="team")
    annotations.reply(first, "回答", by=person("wang"), now=NOW)
    annotations.delete(first, by=li, now=NOW)

    (answer,) = items()

    assert answer["body"][0]["value"] == "回答"
    assert answer["target"] == addresses.of_note(first.pk)


def test_it_is_one_query_however_many_there_are(li, django_assert_num_queries):
    for number in range(5):
        entry = paper(f"2301.0000{number + 1}")
        first = note(entry, "问", by=person(f"wu{number}"), visibility="team")
        annotations.reply(first, "答", by=li, now=NOW)

    with django_assert_num_queries(1):
        assert len(items()) == 10


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (f"{HERE}/notes/12/", 12),
        (f"{HERE}/notes/12", None),
        (f"{HERE}/notes/0/", None),
        (f"{HERE}/notes/x/", None),
        (f"{HERE}/notes/{'9' * 30}/", None),
        ("https://elsewhere.org/notes/12/", None),
        (f"{HERE}.evil.org/notes/12/", None),
    ],
)
def test_which_note_an_address_is_of(address, key):
    assert addresses.note_at(address) == key


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (f"{HERE}/entries/7/?lang=zh", (7, "zh")),
        (f"{HERE}/entries/7/#abstract", (7, "")),
        (f"{HERE}/entries/7/?lang=xx", (7, "")),
        (f"{HERE}/entries/7/edit/", None),
        (f"{HERE}/topics/7/", None),
        ("https://arxiv.org/abs/2307.02486", None),
    ],
)
def test_which_text_an_address_is_of(address, found):
    assert addresses.text_at(address) == found
