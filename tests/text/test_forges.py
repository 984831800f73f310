import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.forges import Link, link, links, raw_file

LONG = 64 * 1024  # characters


@pytest.mark.parametrize(
    ("text", "url", "kind"),
    [
        ("Code: https://github.com/a/b.", "https://github.com/a/b", "code"),
        ("(see github.com/a/b)", "https://github.com/a/b", "code"),
        ("HTTP://www.GitHub.com/a/b/", "https://github.com/a/b", "code"),
        ("https://github.com/a/b.git", "https://github.com/a/b", "code"),
        ("https://github.com/a/b#readme", "https://github.com/a/b", "code"),
        ("https://github.com/a/b/tree/main/c?d=1", "https://github.com/a/b", "code"),
        (
            "https://github.com/a/b-c_d.e, 9 pages",
            "https://github.com/a/b-c_d.e",
            "code",
        ),
        (r"\url{https://github.com/a/b}", "https://github.com/a/b", "code"),
        (r"\href{https://github.com/a/b}{here}", "https://github.com/a/b", "code"),
        (r"https://github.com/a/b\_c", "https://github.com/a/b_c", "code"),
        ("代码见https://github.com/a/b，欢迎", "https://github.com/a/b", "code"),
        ("代码：github.com/a/b开源", "https://github.com/a/b", "code"),
        ('<a href="https://github.com/a/b">', "https://github.com/a/b", "code"),
        (
            "all at https://github.com/microsoft/",
            "https://github.com/microsoft",
            "code",
        ),
        ("gist.github.com/a/12ab", "https://gist.github.com/a/12ab", "code"),
        ("raw.githubusercontent.com/a/b/m/x.py", "https://github.com/a/b", "code"),
        ("gitlab.com/a/b/c/-/tree/x", "https://gitlab.com/a/b/c", "code"),
        ("https://gitlab.inria.fr/a/b", "https://gitlab.inria.fr/a/b", "code"),
        ("bitbucket.org/a/b/src/x", "https://bitbucket.org/a/b", "code"),
        ("codeberg.org/a/b", "https://codeberg.org/a/b", "code"),
        ("https://gitee.com/a/b", "https://gitee.com/a/b", "code"),
        ("huggingface.co/a/b/tree/main", "https://huggingface.co/a/b", "model"),
        ("hf.co/a/b", "https://huggingface.co/a/b", "model"),
        ("huggingface.co/datasets/a/b", "https://huggingface.co/datasets/a/b", "data"),
        ("huggingface.co/spaces/a/b", "https://huggingface.co/spaces/a/b", "project"),
        ("www.modelscope.cn/models/a/b", "https://modelscope.cn/models/a/b", "model"),
        ("https://a.github.io/b/", "https://a.github.io/b", "project"),
        ("a.github.io", "https://a.github.io", "project"),
        ("a.gitlab.io/b", "https://a.gitlab.io/b", "project"),
        ("a.codeberg.page", "https://a.codeberg.page", "project"),
    ],
)
def test_a_link_is_found_however_it_is_written(text, url, kind):
    assert links(text) == [Link(url, kind)]
    assert links(url) == [Link(url, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "we use github and gitlab.",
        "https://github.com",
        "https://github.com/",
        "https://github.com/features/copilot",
        "https://github.com/topics/llm",
        "https://gitlab.com/-/snippets/1",
        "https://huggingface.co/papers/2307.02486",
        "https://huggingface.co/datasets",
        "https://modelscope.cn/organization/a",
        "github.community/a/b",
        "https://github.com.evil.example/a/b",
        "https://github.com@evil.example/a/b",
        "https://evil.example/github.com/a/b",
        "mail me@github.com/a/b",
        "mygithub.com/a/b",
        "github.io/a",
        "https://github.com/../../a",
    ],
)
def test_what_is_no_such_place_is_not_found(text):
    assert links(text) == []


def test_each_place_is_found_once_in_order():
    text = "github.com/b/b, hf.co/c/d; GitHub.com/B/b/issues and github.com/a/a"

    found = [found.url for found in links(text)]

    assert found == [
        "https://github.com/b/b",
        "https://huggingface.co/c/d",
        "https://github.com/a/a",
    ]


def test_an_address_is_looked_at_from_its_beginning():
    assert link(" https://github.com/a/b/wiki ") == Link(
        "https://github.com/a/b", "code"
    )
    assert link("https://example.org/?u=github.com/a/b") is None


@given(
    st.lists(st.sampled_from(["github.com/", "a", "/", ".", "\\_", "，"])).map("".join)
)
def test_what_is_found_is_found_again_as_it_is(text):
    for found in links(text):
        assert links(found.url) == [found]


@pytest.mark.parametrize(
    "part", ["github.com.", "a.", "https://", "github.com/a/", "\\_", "gitlab.a", "-"]
)
def test_long_texts_come_to_an_end(part):
    assert len(links(part * (LONG // len(part)) + " github.com/a/b")) <= 2


@pytest.mark.parametrize(
    ("shown", "file"),
    [
        ("https://github.com/o/r/blob/main/docs/a.md", "o/r/main/docs/a.md"),
        ("http://www.github.com/o/r/raw/v1/README.md#top", "o/r/v1/README.md"),
    ],
)
def test_a_file_shown_at_github_is_read_itself(shown, file):
    assert raw_file(shown) == f"https://raw.githubusercontent.com/{file}"


def test_other_addresses_of_files_stay():
    for url in ("https://github.com/o/r", "https://example.org/o/r/blob/main/a.md"):
        assert raw_file(url) == url
