import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.text.markdown import TooLong, render
from kb.text.mentions import MOST, linked, mentioned

NAMES = ["li", "wang.w", "李雷", "zhao@lab.cn", "a-b"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("@li", ["li"]),
        ("@li，看这里", ["li"]),
        ("请@li看看，@李雷也看看", ["li", "李雷"]),
        ("\uff20李雷：好", ["李雷"]),
        ("(@li), @wang.w... and @a-b-", ["li", "wang.w", "a-b"]),
        ("@Li and @LI", ["li"]),
        ("@li@wang.w", ["li", "wang.w"]),
        ("@zhao@lab.cn", ["zhao@lab.cn"]),
        ("**@li** *@李雷*", ["li", "李雷"]),
        ("# @li\n\n- [ ] @wang.w: read\n\n> @a-b", ["li", "wang.w", "a-b"]),
        ("first line\n@li", ["li"]),
    ],
)
def test_people_are_spoken_to(source, names):
    assert mentioned(source, NAMES) == names


@pytest.mark.parametrize(
    "source",
    [
        "@lily",
        "@li_x @li-x @li.x",
        "li@li wang.w@li x.@li",
        "@@li",
        "@nobody",
        "li",
        "`@li` and ``@li``",
        "```\n@li\n```",
        "    @li",
        "$@li$",
        "[@li](https://a.example)",
        "https://a.example/@li",
        "a.example/@li",
        "<li@a.example>",
        "![@li](https://a.example/x.png)",
        "",
    ],
)
def test_nobody_is(source):
    assert mentioned(source, NAMES) == []


def test_everybody_is_named_once_and_in_order():
    assert mentioned("@wang.w @li @wang.w", NAMES) == ["wang.w", "li"]


def test_a_text_speaks_to_so_many_at_most():
    names = [f"member{number}" for number in range(2 * MOST)]

    assert mentioned(" ".join(f"@{name}" for name in names), names) == names[:MOST]


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(TooLong):
        mentioned("字" * 65_536, NAMES)


def test_names_become_links():
    html = render("请@Li看 `@li` [@li](/x)")

    assert linked(html, {"li": '/people/li?a&"b'}) == (
        '<p>请<a class="mention" href="/people/li?a&amp;&quot;b">@Li</a>看 '
        '<code>@li</code> <a href="/x" rel="noopener noreferrer nofollow">@li</a></p>\n'
    )


def test_a_text_to_nobody_stays_as_it_is():
    html = render("用 $x < 1$ & *more* <b>\n\n```\n@li\n```")

    assert linked(html, {"li": "/people/li"}) == html


@given(st.text(alphabet="@lix .李雷`*\n[](/)$", max_size=40))
@example("@李\n雷")
def test_what_is_linked_is_who_is_spoken_to(source):
    names = ["li", "x", "李雷"]

    html = linked(render(source), {name: f"/people/{name}" for name in names})

    shown = {name for name in names if f'class="mention" href="/people/{name}"' in html}
    assert shown == set(mentioned(source, names))
