import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.anchors import Span, painted, plain
from kb.text.markdown import render
from tests.text.anchors.documents import DOCUMENT
from tests.text.anchors.test_plainform import MARKDOWN

SPANS = st.lists(
    st.builds(
        lambda start, size, name: Span(start, start + size, name, "key"),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 6),
    ),
    max_size=8,
)
NO_PLACE_FOR_MARKS = {
    "ul",
    "ol",
    "table",
    "thead",
    "tbody",
    "tr",
    "section",
    "math",
    "mi",
}


class Marks(HTMLParser):
    """What stands in which mark; fails on what a browser would have to mend."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.ids: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "mark":
            parent = next((name for name, _ in self._open[::-1] if name != "mark"), "")
            assert parent not in NO_PLACE_FOR_MARKS
            self.ids += [names["id"]] if "id" in names else []
        if tag not in ("br", "hr"):
            self._open.append((tag, names.get("data-note", "")))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for tag, note in self._open:
            if tag == "mark":
                self.said[note] = self.said.get(note, "") + data


def without_marks(html: str) -> str:
    return re.sub("</?mark[^>]*>", "", html)


def squeezed(text: str) -> str:
    return re.sub(r"[ \n]", "", text)


def test_a_highlight_crosses_bold_links_and_blocks():
    html = '<p>a <b>b</b></p>\n<ul>\n<li><a href="/x">c</a> d</li>\n</ul>'

    assert painted(html, [Span(0, 5, 7, "key")]) == (
        '<p><mark class="key" data-note="7" id="quote-7">a </mark>'
        '<b><mark class="key" data-note="7">b</mark></b></p>\n<ul>\n'
        '<li><a href="/x"><mark class="key" data-note="7">c</mark></a> d</li>\n</ul>'
    )


def test_highlights_that_overlap_nest_the_first_outside():
    html = "<p>abcdef</p>"

    assert painted(html, [Span(2, 6, 2), Span(0, 4, 1)]) == (
        '<p><mark data-note="1" id="quote-1">ab'
        '<mark data-note="2" id="quote-2">cd</mark></mark>'
        '<mark data-note="2">ef</mark></p>'
    )


def test_of_two_that_begin_together_the_longer_is_outside():
    html = "<p>abc</p>"

    marked = painted(html, [Span(0, 1, 1), Span(0, 3, 2), Span(0, 3, 3)])

    assert re.findall('data-note="(.)"', marked) == ["2", "3", "1"]


def test_a_formula_is_marked_whole_and_once():
    html = render("x $a+b$ y")
    inside = plain(html).index("+")

    marked = painted(html, [Span(inside, inside + 1, 1, "method")])

    opening = '<mark class="method" data-note="1" id="quote-1">'
    assert marked.startswith(f"<p>x {opening}<math")
    assert marked.endswith("</math></mark> y</p>\n")


def test_what_is_escaped_stays_escaped():
    html = "<p>a &lt;b&gt; &amp;</p>"

    assert without_marks(painted(html, [Span(1, 4, 1), Span(5, 7, 2)])) == html


def test_names_cannot_break_out_of_their_attributes():
    marked = painted("<p>ab</p>", [Span(0, 1, '"><script>', '" onclick="x')])

    assert "<script" not in marked
    assert '" onclick' not in marked


def test_what_the_page_put_in_is_not_marked():
    html = render("a[^1] b\n\n[^1]: c")

    assert Marks(painted(html, [Span(0, 9, 1)])).said == {"1": "a bc"}


@pytest.mark.parametrize("span", [(5, 5), (7, 3), (90, 99), (-9, -1)])
def test_what_marks_nothing_changes_nothing(span):
    html = "<p>text</p>"

    assert painted(html, [Span(*span, 1)]) == html


def test_no_more_than_can_be_told_apart_lie_over_each_other():
    marked = painted("<p>a</p>", [Span(0, 1, name) for name in range(300)])

    assert marked.count("<mark") == 16


def test_many_highlights_of_a_long_text_are_all_painted():
    html = render("我们提出一种新的方法。" * 1_000)

    marked = painted(html, [Span(at * 10, at * 10 + 25, at) for at in range(1_000)])

    assert len(set(Marks(marked).ids)) == 1_000


@given(MARKDOWN, SPANS)
def test_marking_keeps_the_text_and_marks_what_was_asked(source, spans):
    html = render(source)

    marked = painted(html, spans)

    text, marks = plain(html), Marks(marked)
    assert without_marks(marked) == html
    assert plain(marked) == text
    assert len(marks.ids) == len(set(marks.ids))
    if "<math" not in html:
        for name in {span.id for span in spans}:
            asked = {at for one in spans if one.id == name for at in range(*one[:2])}
            letters = squeezed(
                "".join(text[at] for at in sorted(asked) if at < len(text))
            )
            if sum(one.id == name for one in spans) == 1:
                assert squeezed(marks.said.get(str(name), "")) == letters


def test_everything_the_renderer_makes_can_be_marked():
    html = render(DOCUMENT)
    length = len(plain(html))

    for start in range(0, length, 3):
        spans = [Span(start, start + 17, 1, "key"), Span(start + 5, length, 2)]

        marked = painted(html, spans)

        assert without_marks(marked) == html
        assert set(Marks(marked).ids) <= {"quote-1", "quote-2"}
