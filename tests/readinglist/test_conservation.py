import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.readinglist.document import Document, Unparsed
from kb.readinglist.parser import parse

PLACES = [
    "{}",
    "# {}",
    "## a\n\n{}",
    "- {}",
    "- a\n  - {}",
    "> - {}",
    "```\n{}\n```",
    "    {}",
    "- [T](https://t.example/), `{}`",
    "- [T](https://t.example/)\n  - {}",
    "| a | {} |\n|---|---|\n",
    "<p>{}</p>",
    "<!-- {} -->",
    "![alt]({})",
    "[x]: {}",
    "- x [y]({} z)",
    "## a\n<!-- intro -->\n{}\n<!-- /intro -->",
    "- - - {}",
    "- ```\n  {}\n  ```",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "written",
    [
        "https://arxiv.org/abs/2301.00001",
        "https://lost.example/a_b",
        "arXiv:2301.00001",
    ],
)
def test_no_address_is_lost_wherever_it_stands(place, written):
    document = parse(place.format(written))

    kept = [*document.entries, *document.topics, *document.unparsed]
    assert written.split(":")[1].strip("/").split("/")[-1] in repr(kept)


@given(st.lists(st.sampled_from([*PLACES, "\n", "\n\n", "---\n", "- "]), max_size=8))
def test_every_paper_is_kept_or_reported(places):
    ids = [f"23{month:02}.00001" for month in range(1, 1 + len(places))]
    text = "".join(
        place.format(f"https://arxiv.org/abs/{one}") + "\n"
        for place, one in zip(places, ids, strict=True)
    )

    kept = repr(parse(text))

    for place, one in zip(places, ids, strict=True):
        assert "{}" not in place or one in kept


@given(st.text("-# \t\n[]()<>!`*_~|&;:,，.。aA中1/\\\"'=+{}", max_size=200))
def test_any_text_is_a_list_of_some_kind(text):
    assert isinstance(parse(text), Document)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("```\nhttps://lost.example/\n```", "in a code block"),
        ("    https://lost.example/", "in a code block"),
        ("<p>https://lost.example/</p>", "in HTML"),
        ("## a https://lost.example/", "in a heading"),
        ("- [T](https://t.example/) ![i](https://lost.example/)", "in an image"),
        ("> https://lost.example/", "not in an entry"),
    ],
)
def test_what_is_left_over_has_its_place_and_reason(text, reason):
    (lost,) = parse(f"# paper\n\n{text}\n").unparsed

    assert lost.urls == ("https://lost.example/",)
    assert lost.text in text
    assert (lost.line, lost.reason) == (text.count("```") // 2 + 3, reason)


def test_a_paper_is_reported_once_for_each_place():
    document = parse("```\narXiv:2301.00001\nhttps://arxiv.org/pdf/2301.00001v2\n```")

    alone, whole = "arXiv:2301.00001", "https://arxiv.org/pdf/2301.00001v2"
    address = "https://arxiv.org/abs/2301.00001"
    assert document.unparsed == (
        Unparsed(2, alone, "in a code block", (address,)),
        Unparsed(3, whole, "in a code block", (whole,)),
    )
