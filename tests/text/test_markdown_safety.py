import logging

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.text import markdown
from kb.text.markdown.sanitiser import sanitise
from tests.hostile import HOSTILE
from tests.markup import Markup


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(HOSTILE) == len(set(HOSTILE))
    assert len(HOSTILE) >= 200


@pytest.mark.parametrize("source", HOSTILE)
def test_no_hostile_text_becomes_more_than_text_and_safe_links(source):
    assert Markup(markdown.render(source)).problems == []


@pytest.mark.parametrize(
    "before", ["- ", "> ", "| a |\n|---|\n| ", "**粗**", "1. x\n   "]
)
def test_no_hostile_text_is_believed_inside_other_markup(before):
    for source in HOSTILE:
        assert Markup(markdown.render(before + source)).problems == []


def test_all_hostile_texts_together_are_as_harmless():
    for joint in ("\n\n", "\n", " ", "`", "$"):
        for start in range(0, len(HOSTILE), 40):
            source = joint.join(HOSTILE[start : start + 40])
            assert Markup(markdown.render(source)).problems == []


def test_raw_html_is_shown_as_it_was_written():
    markup = Markup(markdown.render("a <b>x</b> <script>alert(1)</script>"))

    assert markup.elements == ["p"]
    assert markup.text.strip() == "a <b>x</b> <script>alert(1)</script>"


def test_a_refused_link_is_shown_as_it_was_written():
    markup = Markup(markdown.render("[x](javascript:alert(1))"))

    assert markup.links == []
    assert markup.text.strip() == "[x](javascript:alert(1))"


def test_links_say_nothing_of_the_reader():
    assert 'rel="noopener noreferrer nofollow"' in markdown.render("[x](https://a.b)")


def test_formula_lengths_cannot_push_it_over_its_neighbours():
    html = markdown.render(r"$\hspace{99em}\kern{-99em}\rule{99em}{99em}\raise{99em}x$")

    assert "<math" in html
    assert "99" not in html


MARKS = [*"[]()*_`<>!$\\|~^:#-+\n\"'&; ", "](", "$$", "```", "|-|-|"]
WORDS = ["https://", "javascript:", "[^1]", "\n\n[^1]: ", "\n\n", "\n- ", "\n> "]
fragments = st.sampled_from([*HOSTILE, *MARKS, *WORDS, "重点（注意）"])
documents = st.text() | st.lists(fragments | st.text(max_size=8)).map("".join)


@settings(max_examples=150, deadline=None)
@given(documents)
@example("\ud800")
@example("http://[::1")
@example("<http://a\u0300.\u2000>")
def test_any_text_renders_to_safe_html(source):
    markup = Markup(markdown.render(source))

    assert markup.problems == []


def test_a_text_the_parser_fails_on_is_shown_as_it_was_written(monkeypatch, caplog):
    def fail(*_):
        raise RecursionError

    monkeypatch.setattr("kb.text.markdown.rendering.write", fail)
    with caplog.at_level(logging.CRITICAL + 1):
        html = markdown.render("a <b> & *c*")

    assert html == "<pre>a &lt;b&gt; &amp; *c*</pre>"


def test_the_sanitiser_trusts_no_parser():
    html = (
        '<p id="main" class="footnotes" style="top:0" onclick="x()">a'
        '<a id="body" href="javascript:x()">b</a><li id="fn-0123abcd-1">c</li>'
        '<math href="javascript:x()" xlink:href="x"><mi class="math">d</mi></math>'
    )

    assert Markup(sanitise(html)).problems == []
