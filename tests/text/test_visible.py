import pytest

from kb.text.markdown import render
from kb.text.visible import visible


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>大<em>模</em>型</p>", "大模型"),
        ("<p>a<strong>b</strong>c <code>d e</code></p>", "abc d e"),
        ("<p>one<br>two</p>\n<p>three</p>", "one\ntwo\nthree"),
        ("<h3>a</h3><ul><li>b</li><li>c</li></ul><hr>d", "a\nb\nc\nd"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<p>a &lt;p&gt; &amp;amp; &quot;b&quot;&#39;</p>", 'a <p> &amp; "b"\''),
        ('<p><a href="https://a.example/" title="1 > 0 <p>">link</a>s</p>', "links"),
        ("<math><mrow><mi>x</mi><mo>=</mo><mn>1</mn></mrow></math>", "x=1"),
        (
            (
                "<math><semantics><mi>x</mi><annotation encoding='tex'>x</annotation>"
                "</semantics></math> y"
            ),
            "x y",
        ),
        ("1 < 2 and <unknown>kept</unknown>", "1 < 2 and kept"),
        ("a < b", "a < b"),
    ],
)
def test_a_reader_sees_the_words_and_none_of_the_markup(html, text):
    assert visible(html) == text


def test_what_the_renderer_makes_reads_as_it_looks():
    source = (
        "# 标题\n\n用**指令**微调，$E = mc^2$[^1]\n\n- [x] `a < b`\n- [二](/x)\n\n"
        "```\nline\n  next\n```\n\n[^1]: 脚注"
    )

    assert visible(render(source)) == (
        "标题\n用指令微调，E=mc2[1]\n☑ a < b\n二\nline\nnext\n脚注"
    )
