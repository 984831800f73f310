"""What is fetched is whole, of the kind that was wanted, small, and in time."""

import gzip
import time

import pytest

from kb.fetch import NotFetched
from tests.websites import Reply, redirect, text

MB = 2**20


def test_a_file_is_fetched_with_what_its_sender_says_of_it(site):
    site.replies["/list.md"] = text("# 列表\n".encode(), Content_Type="Text/Markdown")

    got = site.fetch("/list.md")

    assert (got.url, got.status) == (f"{site.url}/list.md", 200)
    assert (got.content_type, got.text) == ("text/markdown", "# 列表\n")


def test_nothing_is_told_but_the_name_of_the_site_and_what_is_wanted(site):
    site.replies["/set"] = redirect("/", Set_Cookie="a=b")

    site.fetch("/set")

    (_, first), (_, second) = site.asked
    assert first == second
    assert first == {
        "Host": site.url.removeprefix("http://"),
        "User-Agent": "test",
        "Accept": "text/plain, text/markdown, text/x-markdown",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_a_proxy_of_the_environment_is_not_used(site, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert site.fetch("/").status == 200


@pytest.mark.parametrize(
    ("body", "kind", "read"),
    [
        ("\ufeff# 列表".encode(), "text/plain", "# 列表"),
        ("# 列表".encode(), "text/plain; charset=iso-8859-1", "# 列表"),
        ("# 列表".encode("gb18030"), "text/plain; charset=GBK", "# 列表"),
        ("# é".encode("latin-1"), "text/plain; charset=latin-1", "# é"),
    ],
)
def test_a_text_is_read_as_it_was_written(site, body, kind, read):
    site.replies["/"] = text(body, Content_Type=kind)

    assert site.fetch("/").text == read


@pytest.mark.parametrize("charset", ["", "; charset=idna", "; charset=none-such"])
def test_what_cannot_be_read_is_not_taken_for_a_text(site, charset):
    site.replies["/"] = text(b"\xff\xfe\xfd", Content_Type="text/plain" + charset)

    with pytest.raises(NotFetched, match="is not a text in UTF-8"):
        assert site.fetch("/").text


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 404, 410, 429, 500, 503])
def test_only_a_proper_answer_is_taken(site, status):
    site.replies["/"] = Reply(status=status)

    with pytest.raises(NotFetched, match=f"HTTP status {status}"):
        site.fetch("/")


def test_a_page_about_the_file_is_told_from_the_file(site):
    site.replies["/"] = text(b"<p>", Content_Type="text/html; charset=utf-8")

    with pytest.raises(NotFetched, match="is a web page, not a file"):
        site.fetch("/")


@pytest.mark.parametrize("kind", ["", "image/svg+xml", "application/json", "text"])
def test_only_the_kinds_that_were_asked_for_are_taken(site, kind):
    site.replies["/"] = text(b"x", Content_Type=kind)

    with pytest.raises(NotFetched, match=f"is “{kind.replace('+', '.')}”, where"):
        site.fetch("/")


def test_five_redirects_are_followed_and_a_sixth_is_not(site):
    for number in range(1, 7):
        onward = f"/{number - 1}" if number > 1 else "/"
        site.replies[f"/{number}"] = redirect(onward, 300 + [1, 2, 3, 7, 8][number % 5])

    assert site.fetch("/5").url == f"{site.url}/"
    with pytest.raises(NotFetched, match="sends on and on"):
        site.fetch("/6")


def test_an_answer_that_breaks_off_is_none(site):
    site.replies["/"] = text(b"half of it", Content_Length="20")

    with pytest.raises(NotFetched, match="is broken"):
        site.fetch("/")


@pytest.mark.parametrize(("coding", "body"), [("gzip", b"no gzip"), ("br", b"x")])
def test_what_cannot_be_unpacked_is_refused(site, coding, body):
    site.replies["/"] = text(body, Content_Encoding=coding)

    with pytest.raises(NotFetched, match="is broken"):
        site.fetch("/")


@pytest.mark.parametrize("packed", [False, True])
def test_as_much_as_was_wanted_is_fetched_and_not_a_byte_more(site, packed):
    for path, body in (("/fits", b"x" * MB), ("/more", b"x" * (MB + 1))):
        sent = gzip.compress(body) if packed else body
        site.replies[path] = text(
            sent, **({"Content_Encoding": "gzip"} if packed else {})
        )

    assert len(site.fetch("/fits", max_bytes=MB).body) == MB
    with pytest.raises(NotFetched, match="is larger than 1 MB"):
        site.fetch("/more", max_bytes=MB)


def test_a_body_without_end_is_left_soon(site):
    sent: list[int] = []
    site.replies["/"] = Reply(sent.append(one) or b"x" * MB for one in range(60))

    with pytest.raises(NotFetched, match="is larger than 2 MB"):
        site.fetch("/")

    assert len(sent) < 20  # what lay in the system's buffers


def test_a_server_that_drips_is_left_at_the_deadline(site):
    def drops():
        for _ in range(100):
            time.sleep(0.02)
            yield b"."

    site.replies["/"] = Reply(drops())
    began = time.monotonic()

    with pytest.raises(NotFetched, match=r"did not answer in full within 0\.3 seconds"):
        site.fetch("/", seconds=0.3)

    assert time.monotonic() - began < 1


def test_all_redirects_together_have_no_more_time_than_one(site):
    def slowly():
        time.sleep(0.2)
        yield b""

    for number in range(5):
        site.replies[f"/{number}"] = redirect(f"/{number + 1}")
    site.replies["/5"] = Reply(slowly())

    with pytest.raises(NotFetched, match="did not answer in full"):
        site.fetch("/0", seconds=0.15)
