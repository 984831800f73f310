import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.anchors.plainform import parts, plain
from kb.text.markdown import render
from tests import drafts
from tests.pathological import PATHOLOGICAL
from tests.text.anchors.documents import DOCUMENT, Walker

MARKDOWN = st.lists(
    st.sampled_from(
        [
            *"a好 \n*`$>|-#&<",
            "  ",
            "\n\n",
            "**",
            "$x^2$",
            "[^1]",
            "\n\n[^1]: 注",
            "[a](/b)",
        ]
    )
).map("".join)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        (" \n<p> </p>\n", ""),
        ("<p>大<em>模</em>型</p>", "大模型"),
        ("<p> a <b> b</b>\n c </p>", "a b c"),
        ("<p>a\u00a0 &nbsp;b\u3000</p>", "a\u00a0 \u00a0b\u3000"),
        ("<p>one<br>two <br>\n three</p>\n\n<p>four</p>", "one\ntwo\nthree\nfour"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul><hr>c", "a\nb\nc"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<pre><code>\nx = 1\n  y</code></pre>", "x = 1 y"),
        ("<p>a &lt;p&gt; &amp;amp; &#x27;</p>", "a <p> &amp; '"),
        ('<p><a href="/x" title="1 > 0 <p>">link</a>s</p>', "links"),
        ("<math><mi>x</mi> <mo>=</mo><mn>1</mn></math>.", "x =1."),
        ("<math><mi>x</mi><annotation>x^1</annotation></math>", "x"),
        ('a<sup class="footnote-ref"><a href="#f">[1]</a></sup>。', "a。"),
        ("a <button data-aside>3 <b>notes</b></button> b", "a b"),
        ("a<span data-aside>x<span>y</span></span>b", "ab"),
        ("<p>a<mark>b <mark>c</mark></mark>d</p>", "ab cd"),
        ("1 < 2 & 3", "1 < 2 & 3"),
    ],
)
def test_the_plain_form_is_what_a_reader_reads(html, text):
    assert plain(html) == text


@pytest.mark.parametrize("source", [DOCUMENT, *drafts.summaries()])
def test_summaries_count_as_the_rule_says(source):
    html = render(source)

    assert plain(html) == Walker(html).text


@pytest.mark.parametrize("source", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_so_does_the_worst_of_texts(source):
    html = render(source[:4_000])

    assert plain(html) == Walker(html).text


@given(MARKDOWN)
def test_so_does_any_text(source):
    html = render(source)

    assert plain(html) == Walker(html).text


@given(MARKDOWN)
def test_the_parts_are_the_html_and_say_where_each_is(source):
    html = render(source)

    found = parts(html)

    text = plain(html)
    assert "".join(part.html for part in found) == html
    assert all(text[part.start : part.end] == part.said for part in found if part.said)


def test_wrapping_lines_anew_changes_nothing():
    wrapped, joined = (
        "We propose\na method.\n\n- 一行\n  两行\n",
        "We propose a method.\n- 一行两行\n",
    )

    assert plain(render(wrapped)) == plain(render(joined))


def test_a_new_footnote_does_not_change_the_sentences_before_it():
    before, after = "First[^a]. Last[^b].", "First[^a]. Second[^c]. Last[^b]."
    notes = "\n\n[^a]: x\n\n[^b]: y\n\n[^c]: z\n"

    texts = [plain(render(source + notes)) for source in (before, after)]

    assert [text.split("\n")[0] for text in texts] == [
        "First. Last.",
        "First. Second. Last.",
    ]
