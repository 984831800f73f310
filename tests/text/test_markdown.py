import re

import pytest

from kb.text import markdown
from tests.markup import Markup


def body(source):
    """Return the HTML of one paragraph, without what every link says."""
    html = markdown.render(source).replace(' rel="noopener noreferrer nofollow"', "")
    return re.sub(r"^<p>|</p>$", "", html.strip())


def link(url, text=None):
    return f'<a href="{url}">{text or url}</a>'


LONGNET = "https://arxiv.org/abs//2307.02486"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"LongNet，{LONGNET}, 提出", f"LongNet，{link(LONGNET)}, 提出"),
        ("见https://a.org/1.pdf，提出", f"见{link('https://a.org/1.pdf')}，提出"),
        ("https://a.org/2307.02486。然后", f"{link('https://a.org/2307.02486')}。然后"),
        ("https://a.org/b提出了", f"{link('https://a.org/b')}提出了"),
        (
            "相关：https://x.com/F_YAO_/status/1",
            f"相关：{link('https://x.com/F_YAO_/status/1')}",
        ),
        ("（https://a.org/b）", f"（{link('https://a.org/b')}）"),
        ("(https://a.org/b)c", f"({link('https://a.org/b')})c"),
        ("(https://a.org/b_(c))", f"({link('https://a.org/b_(c)')})"),
        ("See https://a.org/b. Then", f"See {link('https://a.org/b')}. Then"),
        ("https://a.org/b?c=d#e!", f"{link('https://a.org/b?c=d#e')}!"),
        ("**https://a.org/b**", f"<strong>{link('https://a.org/b')}</strong>"),
        ("HTTP://A.org", link("HTTP://A.org")),
        ("xhttps://a.org", "xhttps://a.org"),
        ("以https://开头", "以https://开头"),
        ("https:// a", "https:// a"),
        ("node.js, a.py, a@b.org", "node.js, a.py, a@b.org"),
        ("`https://a.org`", "<code>https://a.org</code>"),
        ("[https://a.org](https://b.org)", link("https://b.org", "https://a.org")),
    ],
)
def test_a_bare_address_ends_where_a_reader_would_end_it(source, expected):
    assert body(source) == expected


def test_an_address_with_a_chinese_path_is_one_link():
    wiki = "https://zh.wikipedia.org/wiki/"
    encoded = "%E5%BC%BA%E5%8C%96%E5%AD%A6%E4%B9%A0"

    assert body(f"见{wiki}强化学习，然后") == (
        f"见{link(wiki + encoded, wiki + '强化学习')}，然后"
    )


def test_an_endless_address_is_left_as_text():
    assert Markup(markdown.render(f"https://a.org/{'b' * 3_000} c")).links == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**重点（注意）**方法", "<strong>重点（注意）</strong>方法"),
        ("方法**（注意）重点**", "方法<strong>（注意）重点</strong>"),
        ("**“重点”**方法", "<strong>“重点”</strong>方法"),
        (
            "**重点**（注意）**方法**",
            "<strong>重点</strong>（注意）<strong>方法</strong>",
        ),
        ("**重点。**然后", "<strong>重点。</strong>然后"),
        ("用**`code`**实现", "用<strong><code>code</code></strong>实现"),
        ("*重点（注意）*方法", "<em>重点（注意）</em>方法"),
        ("~~旧（错）~~新", "<s>旧（错）</s>新"),
        ("a**b(c)**d", "a**b(c)**d"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
    ],
)
def test_emphasis_fits_text_without_spaces(source, expected):
    assert body(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("第一行\n第二行", "第一行第二行"),
        ("第一行，\n第二行", "第一行，第二行"),
        ("他说“好”\n然后", "他说“好”然后"),
        ("**重点**\n方法", "<strong>重点</strong>方法"),
        ("first\nsecond", "first\nsecond"),
        ("中文\nEnglish", "中文\nEnglish"),
        ("损失$L$\n下降", None),
        ("第一行  \n第二行", "第一行<br>\n第二行"),
    ],
)
def test_a_line_end_inside_chinese_is_no_space(source, expected):
    assert body(source) == expected or expected is None
    if expected is None:
        assert "</math>\n下降" in body(source)


def elements(source):
    return Markup(markdown.render(source)).elements


def test_two_spaces_nest_a_list():
    assert elements("- a\n  - b") == ["ul", "li", "ul", "li"]


def test_a_list_may_follow_its_paragraph_at_once():
    assert elements("正文：\n- 一") == ["p", "ul", "li"]


def test_headings_stand_below_those_of_the_page():
    sources = ["# a", "## a", "### a", "#### a", "##### a", "###### a", "a\n==="]
    assert [elements(source) for source in sources] == [
        ["h3"], ["h4"], ["h5"], ["h6"], ["h6"], ["h6"], ["h3"],
    ]  # fmt: skip


def test_column_alignment_is_a_class():
    html = markdown.render("|a|b|c|\n|-|:-:|-:|\n|1|2|3|")

    assert '<td>1</td>\n<td class="center">2</td>\n<td class="right">3</td>' in html


def test_tasks_are_shown_as_boxes():
    html = markdown.render("- [ ] read\n- [x] 写\n- [y] no")

    assert "<li>☐ read</li>" in html
    assert "<li>☑ 写</li>" in html
    assert "<li>[y] no</li>" in html


def test_code_keeps_its_text_and_nothing_else():
    assert (
        markdown.render("```py\na < b\n```") == "<pre><code>a &lt; b\n</code></pre>\n"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("![图 1](https://a.org/1.png)", link("https://a.org/1.png", "图 1")),
        ("![](https://a.org/1.png)", link("https://a.org/1.png")),
        (
            "[![badge](https://b.org/i.svg)](https://a.org)",
            link("https://a.org", "badge"),
        ),
        (
            "[![](https://b.org/i.svg)](https://a.org)",
            link("https://a.org", "https://b.org/i.svg"),
        ),
        ("[](https://a.org)", link("https://a.org")),
        ("![not one", "![not one"),
    ],
)
def test_an_image_is_a_link_to_it(source, expected):
    assert body(source) == expected


def test_links_may_lead_to_a_page_of_this_site():
    assert body("[x](/entries/1)") == link("/entries/1", "x")


def test_footnotes_lead_there_and_back():
    html = markdown.render("一[^a] 二[^a]\n\n[^a]: 注")
    (mark,) = set(re.findall(r"fn-([0-9a-f]{8})-1", html))

    assert Markup(html).links == [
        f"#fn-{mark}-1", f"#fn-{mark}-1", f"#fnref-{mark}-1", f"#fnref-{mark}-1:1",
    ]  # fmt: skip
    assert html.count(">[1]<") == 2
    assert f'id="fn-{mark}-1"' in html


def test_footnotes_of_two_texts_can_share_a_page():
    def ids(html):
        return set(re.findall(r'id="([^"]+)"', html))

    one, other = (markdown.render(f"{word}[^1]\n\n[^1]: x") for word in ("一", "二"))

    assert ids(one)
    assert ids(one).isdisjoint(ids(other))


def test_what_is_nested_too_deep_is_still_shown():
    quotes, bullets = "> " * 60, "- " * 60

    assert "end" in Markup(markdown.render(f"{quotes}end")).text
    assert "end" in Markup(markdown.render(f"{bullets}end")).text


def test_a_table_too_large_is_still_shown():
    row = "|a" * 50
    html = markdown.render(f"{row}\n{'|-' * 50}\n" + "short\n" * 2_000)

    assert "table" not in Markup(html).elements
    assert Markup(html).text.count("short") == 2_000


def test_plain_text_is_what_a_reader_reads():
    source = (
        "# 标题\n\n**重点（注意）**方法\n换行[链接](https://a.org)[^1]\n\n"
        "- 一\n- [x] `二`\n\n$$\nx^2\n$$\n\n损失$L$\n\n```\ncode\n```\n\n[^1]: 注\n"
    )

    assert markdown.plain(source) == (
        "标题\n重点（注意）方法换行链接\n一\n☑ 二\n$$\nx^2\n$$\n损失$L$\ncode\n注"
    )


@pytest.mark.parametrize(
    ("source", "length", "expected"),
    [
        ("short", 10, "short"),
        ("", 10, ""),
        ("一二三四五六", 6, "一二三四五六"),
        ("一二三四五六七", 6, "一二三四五…"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 6, "one…"),
        ("x" * 50, 10, "xxxxxxxxx…"),
        ("**粗体**第一段\n\n第二段", 20, "粗体第一段第二段"),
        ("first\n\nsecond", 20, "first second"),
        ("# 题\n\n$a_i$ 好", 20, "题 $a_i$ 好"),
    ],
)
def test_an_excerpt_ends_at_a_word(source, length, expected):
    assert markdown.excerpt(source, length) == expected


def test_a_text_the_parser_fails_on_is_its_own_plain_form(monkeypatch):
    def fail(*_):
        raise RecursionError

    monkeypatch.setattr("kb.text.markdown.plaintext.parse", fail)

    assert markdown.plain("*a*") == "*a*"
