import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.urls import NotAnAddress, canonical, doi, doi_within, find_urls


@pytest.mark.parametrize(
    ("written", "known_as"),
    [
        ("https://arxiv.org/pdf/2305.14705v2.pdf", "https://arxiv.org/abs/2305.14705"),
        ("https://hf.co/papers/2305.14705", "https://arxiv.org/abs/2305.14705"),
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://例子.中国/", "https://xn--fsqu00a.xn--fiqs8s/"),
        ("https://[::1]:443/", "https://[::1]/"),
        ("https://a.example/b/../c/./d/..", "https://a.example/c/"),
        ("https://a.example/../..", "https://a.example/"),
        ("https://a.example/a//b/", "https://a.example/a//b/"),
        ("https://a.example/%7euser/%e4%b8%ad", "https://a.example/~user/%E4%B8%AD"),
        ("https://a.example/中 文", "https://a.example/%E4%B8%AD%20%E6%96%87"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/a%2fb", "https://a.example/a%2Fb"),
        (
            "https://a.example/?utm_source=x&b=2&fbclid=1&a=",
            "https://a.example/?b=2&a=",
        ),
        ("https://a.example/?", "https://a.example/"),
        ("https://a.example/p#section", "https://a.example/p"),
        ("https://a.example/#/notes/1", "https://a.example/#/notes/1"),
        ("https://a.example/#!x", "https://a.example/#!x"),
        ("  https://a.example/  ", "https://a.example/"),
    ],
)
def test_an_address_has_one_form(written, known_as):
    assert canonical(written) == known_as


@pytest.mark.parametrize(
    "written",
    [
        "",
        "words",
        "javascript:alert(1)",
        "ftp://a.example/",
        "mailto:a@a.example",
        "//a.example/",
        "http://",
        "http:///path",
        "https://..",
        "https://a b/",
        "https://a.example:99999/",
        "https://user:secret@a.example/",
        "https://a.example/\nb",
        "https://a\tb.example/",
        "https://[::1/",
        "https://-a.example/",
        "https://a.example/\ud800",
        "http://" + "a" * 300,
    ],
)
def test_what_is_no_web_address_is_refused_in_words(written):
    with pytest.raises(NotAnAddress, match="is not a web address"):
        canonical(written)


def test_a_long_refused_address_is_not_repeated_whole():
    with pytest.raises(NotAnAddress) as refusal:
        canonical("x" * 5000)

    assert len(str(refusal.value)) < 300


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30))
def test_the_one_form_of_an_address_stays_as_it_is(path):
    once = canonical(f"https://a.example/{path}")

    assert canonical(once) == once


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("10.1145/3580305.3599790", "10.1145/3580305.3599790"),
        ("doi:10.1000/ABC.", "10.1000/abc"),
        ("DOI: 10.1000/abc(1)x),", "10.1000/abc(1)x"),
        ("https://doi.org/10.1038%2FNature14539?x=1", "10.1038/nature14539"),
        ("http://dx.doi.org/10.1038/nature14539。", "10.1038/nature14539"),
        ("10.48550/arXiv.2305.14705", "10.48550/arxiv.2305.14705"),
        ("see 10.1000/abc", None),
        ("10.1/abc", None),
        ("https://example.org/10.1000/abc", None),
    ],
)
def test_a_doi_is_known_in_its_written_forms(written, name):
    assert doi(written) == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://dl.acm.org/doi/10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("https://a.example/doi/pdf/10.1000/ABC.pdf?x=1#top", "10.1000/abc"),
        ("https://a.example/article/10.1000/s1-2(3)/", "10.1000/s1-2(3)"),
        ("https://a.example/10.1/abc", None),
        ("https://a.example/v10.1000/abc", None),
        ("https://a.example/?doi=10.1000/abc", None),
        ("", None),
    ],
)
def test_a_doi_is_seen_at_the_end_of_a_publishers_address(url, name):
    assert doi_within(url) == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("见https://a.example/b，提出", ["https://a.example/b"]),
        ("见https://a.example/b。", ["https://a.example/b"]),
        (
            "https://zh.wikipedia.org/wiki/重庆 x",
            ["https://zh.wikipedia.org/wiki/重庆"],
        ),
        ("（https://a.example/b）", ["https://a.example/b"]),
        ("(https://a.example/X_(Y))", ["https://a.example/X_(Y)"]),
        ("[t](https://a.example/b)构建", ["https://a.example/b"]),
        ("<https://a.example/b>", ["https://a.example/b"]),
        ('<a href="https://a.example/b">', ["https://a.example/b"]),
        ("**https://a.example/b**.", ["https://a.example/b"]),
        ("`https://a.example/b`|", ["https://a.example/b"]),
        ("https://a.example/b?c=1,2&d", ["https://a.example/b?c=1,2&d"]),
        (
            "https://a.example,https://b.example;x",
            ["https://a.example", "https://b.example;x"],
        ),
        ("HTTP://A.example/", ["HTTP://A.example/"]),
        ("xhttps://a.example/ https:// ftp://a.example", []),
    ],
)
def test_addresses_are_found_in_running_text(text, found):
    assert [one.url for one in find_urls(text)] == found


@given(st.text("https://a.（）()[]，,中 ", max_size=60))
def test_what_is_found_stands_where_it_says(text):
    for found in find_urls(text):
        assert text[found.start : found.end] == found.url
