"""What a person types is asked as meant, or refused with what to do."""

import pytest

from kb.fetch import NotFetched, Rules, targets


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("http://Example.ORG", "http://example.org/"),
        (
            "https://example.org.:443/a b?q=列表#top",
            "https://example.org/a%20b?q=%E5%88%97%E8%A1%A8",
        ),
        ("https://bücher.example/x%20y", "https://xn--bcher-kva.example/x%20y"),
        (" http://example.org:80/a?b ", "http://example.org/a?b"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
    ],
)
def test_an_address_is_asked_as_it_is_meant(typed, asked):
    assert str(targets.read(typed, Rules())) == asked


@pytest.mark.parametrize(
    "typed",
    [
        "", "example.org/list.md", "file:///etc/passwd", "gopher://example.org/",
        "ftp://example.org/", "http://", "http:///list.md", "http://me@example.org/",
        "http://me:secret@example.org/", "http://@example.org/",
        "http://example.org\\@127.0.0.1/", "http://exa%00mple.org/",
        "http://exa\0mple.org/", "http://example.org\r\nHost: a/", "http://a b.org/",
        "http://[fe80::1%25eth0]/", "http://[::1/", "http://example..org/",
        "http://example.org:99999/", "http://example.org:x/", f"http://{'a' * 64}.org/",
    ],
)  # fmt: skip
def test_what_names_no_site_is_refused(typed):
    with pytest.raises(NotFetched, match="write one that begins with"):
        targets.read(typed, Rules())


@pytest.mark.parametrize("port", [0, 22, 8000, 6379, 65535])
def test_only_the_usual_ports_are_asked(port):
    with pytest.raises(NotFetched, match=f"names port {port}: only"):
        targets.read(f"http://example.org:{port}/", Rules())


def test_a_refusal_repeats_a_long_address_in_part():
    with pytest.raises(NotFetched) as refusal:
        targets.read("gopher://" + "a" * 5000, Rules())

    assert len(refusal.value.sentence) < 400
