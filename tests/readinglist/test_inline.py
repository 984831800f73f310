import pytest

from kb.readinglist import inline


def found(text):
    return [(span.url, span.label) for span in inline.read(text, {}).links]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[a *b*](https://x.example/)", [("https://x.example/", "a b")]),
        ("[a](<https://x.example/ (y)>)", [("https://x.example/ (y)", "a")]),
        ("[a [b] `]` c](https://x.example/)", [("https://x.example/", "a [b] ] c")]),
        (r"[a](https://x.example/a\_b&amp;c)", [("https://x.example/a_b&c", "a")]),
        (
            "[![i](https://i.example/)](https://x.example/)",
            [("https://x.example/", "")],
        ),
        (
            "相关 Tweet：https://x.example/a_b_",
            [("https://x.example/a_b", "相关 Tweet")],
        ),
        ("etc。代码: https://x.example/", [("https://x.example/", "代码")]),
        ("<https://x.example/>", [("https://x.example/", "")]),
        ("`https://x.example/` ![i](https://i.example/)", []),
        ("<!-- https://x.example/ --> [a](#a) [b](b.md) [c](mailto:c@x.example)", []),
        ("see arXiv:2301.00001v2", [("https://arxiv.org/abs/2301.00001", "")]),
    ],
)
def test_links_are_found_with_their_labels(text, links):
    assert found(text) == links


def test_a_link_stands_where_it_says():
    text = "`[no](x)` **[a](https://x.example/)**, https://y.example/z"

    spans = inline.read(text, {}).links

    assert [text[span.start : span.end] for span in spans] == [
        "[a](https://x.example/)",
        "https://y.example/z",
    ]


def test_links_inside_the_page_are_noticed():
    assert inline.read("[a](#a)", {}).anchors
    assert not inline.read("[a](https://x.example/)", {}).anchors


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("two\n words", "two words"),
        (r"a *b* **c** `d` \*e\* &amp; <br>f", "a b c d *e* & f"),
        ("[link](x) ![image](y)", "link"),
    ],
)
def test_plain_text_has_no_markup(text, plain):
    assert inline.plain(text) == plain


def test_strong_parts_are_listed():
    assert inline.bold("**a `b`** c __d__ *e*") == ["a b", "d"]
