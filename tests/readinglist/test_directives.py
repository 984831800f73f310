import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.readinglist import directives

WRITTEN = st.lists(
    st.sampled_from(
        [
            "<!-- ",
            "<!--",
            "=",
            "en",
            "zh: x",
            "entry",
            "tags: a",
            "/intro",
            " -->",
            "\n",
        ]
    )
).map("".join)


@given(WRITTEN)
def test_a_note_about_directives_reads_back(text):
    assert directives.take(directives.quoted(text)).text == text


def test_directives_are_taken_out_and_kept():
    taken = directives.take("Name <!-- en: A &amp; B --> <!-- topic -->\nrest")

    assert taken.text == "Name\nrest"
    assert (taken.marks, taken.names) == ({"topic"}, {"en": "A & B"})


def test_an_escaped_directive_is_text():
    assert directives.take(r"Name \<!-- topic -->").marks == set()


@pytest.mark.parametrize("tag", ["a", "a, b", "--", "-->", "&amp;", "a-", "<b>"])
def test_any_tag_reads_back(tag):
    assert directives.take(directives.tagged([tag, "last"])).tags == [tag, "last"]


def test_an_introduction_that_never_ends_is_text():
    lines = ["<!-- intro -->", "text"]

    assert directives.cut_regions(lines) == []
    assert lines == ["<!-- intro -->", "text"]
