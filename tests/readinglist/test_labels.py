import pytest

from kb.readinglist.labels import is_title, link_kind


@pytest.mark.parametrize(
    "text", ["Mamba", "MEM1", "Paper Tigers", "论文写作指南", "1984 Revisited"]
)
def test_a_name_can_be_a_title(text):
    assert is_title(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Paper",
        "[PDF]",
        "arXiv 2026.03",
        "ICLR'24",
        "code, data",
        "论文链接",
        "🔥",
        "a" * 301,
        "https://a.example/",
    ],
)
def test_what_only_names_a_link_is_no_title(text):
    assert not is_title(text)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://x.com/a/status/1", "tweet"),
        ("https://www.github.com/a/b", "github"),
        ("https://huggingface.co/papers/2301.00001", "arxiv"),
        ("https://huggingface.co/a", "huggingface"),
        ("https://m.bilibili.com/video/1", "video"),
        ("https://notgithub.com/", "web"),
    ],
)
def test_links_are_told_apart(url, kind):
    assert link_kind(url) == kind
