"""Whatever address a member gives, nothing but the public internet is asked.

What is counted are connections, not refusals: the one public site is this machine's
127.0.0.1, everything else is somebody's inside.
"""

import gzip
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from kb.fetch import NotFetched
from tests.websites import HOME, Reply, connections, redirect, text, website

ROOT = Path(__file__).parents[2]
INSIDE = {
    "loopback": "http://127.0.0.2/",
    "loopback-port": "http://127.0.0.2:443/",
    "loopback-v6": "http://[::1]/",
    "mapped": "http://[::ffff:127.0.0.2]/",
    "mapped-hex": "http://[::ffff:7f00:2]/",
    "hexadecimal": "http://0x7f000002/",
    "decimal": "http://2130706434/",
    "octal": "http://0177.0.0.2/",
    "short": "http://127.2/",
    "zero": "http://0.0.0.0/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata-v6": "http://[fd00:ec2::254]/",
    "shared": "http://100.64.0.1/",
    "private": "http://10.0.0.1/",
    "nat64": "http://[64:ff9b::127.0.0.2]/",
    "6to4": "http://[2002:7f00:2::]/",
    "teredo": "http://[2001:0:7f00:2::1]/",
    "unique-local": "http://[fc00::1]/",
    "link-local": "http://[fe80::1]/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "user": "http://public.example@127.0.0.2/",
    "backslash": "http://public.example\\@127.0.0.2/",
    "name": "http://inside.example/",
    "dot": "http://inside.example./",
    "wide": "http://１２７.０.０.２/",  # noqa: RUF001 - full-width digits are the point
    "nul": "http://public.example%00.inside.example/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.2:6379/_INFO",
}
ANSWERS = {
    "mixed": [str(HOME), "127.0.0.2"],
    "mixed-v6": [str(HOME), "::1"],
    "alias": ["10.0.0.1"],
    "fifty": [*[str(HOME)] * 49, "192.168.0.1"],
    "scoped": ["fe80::1%2"],
    "nothing": [],
    "nonsense": ["not an address"],
}


@pytest.fixture
def site():
    with website() as site:
        site.names["inside.example"] = ["127.0.0.2"]
        yield site


@pytest.mark.parametrize("url", INSIDE.values(), ids=INSIDE)
def test_nobodys_inside_is_asked(site, url):
    with connections() as reached, pytest.raises(NotFetched):
        site.fetch(url)

    assert reached == []


@pytest.mark.parametrize("url", INSIDE.values(), ids=INSIDE)
def test_nor_when_a_public_site_sends_us_there(site, url):
    site.replies["/"] = redirect(url)

    with connections() as reached, pytest.raises(NotFetched):
        site.fetch("/")

    assert reached == [str(HOME)]


@pytest.mark.parametrize("number", range(1, 7))
def test_nor_after_any_number_of_redirects(site, number):
    for step in range(1, number):
        site.replies[f"/{step}"] = redirect(f"/{step + 1}")
    site.replies[f"/{number}"] = redirect("http://127.0.0.2/")

    with connections() as reached, pytest.raises(NotFetched):
        site.fetch("/1")

    assert set(reached) == {str(HOME)}


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_a_name_with_any_address_that_is_not_public_is_not_asked(site, answers):
    site.names["public.example"] = answers

    with connections() as reached, pytest.raises(NotFetched):
        site.fetch("/")

    assert reached == []


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_where_it_was_checked(
    site,
):
    asked = count()

    def rebinding(_host, _port):
        return [str(HOME) if next(asked) == 0 else "127.0.0.2"]

    with connections() as reached:
        site.fetch("/", resolver=rebinding)

    assert reached == [str(HOME)]


def test_a_name_that_leads_elsewhere_after_a_redirect_is_not_asked_again(site):
    asked = count()
    site.replies["/"] = redirect("/again")

    def rebinding(_host, _port):
        return [str(HOME) if next(asked) == 0 else "127.0.0.2"]

    with connections() as reached, pytest.raises(NotFetched, match="not on the public"):
        site.fetch("/", resolver=rebinding)

    assert reached == [str(HOME)]


def test_without_a_name_service_nothing_is_asked(site):
    def broken(_host, _port):
        raise OSError(11, "try again")

    with (
        connections() as reached,
        pytest.raises(NotFetched, match="could not be found"),
    ):
        site.fetch("/", resolver=broken)

    assert reached == []


def test_a_refusal_does_not_tell_where_a_name_leads(site):
    with pytest.raises(NotFetched) as refusal:
        site.fetch("http://inside.example/")

    assert "127.0.0.2" not in refusal.value.sentence


MEASURED = """
import resource, sys
from kb.fetch import NotFetched
from tests.websites import Website

def grown():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

url, port = sys.argv[1:]
site = Website()
site.server_port = int(port)
site.fetch(url + "/")
before = grown()
try:
    site.fetch(url + "/flood")
except NotFetched as refusal:
    print(grown() - before, refusal)
"""


def flood():
    for _ in range(60):
        yield b"x" * 2**20


def bomb():
    return gzip.compress(b"\0" * (100 * 2**20), 1)


@pytest.mark.service
@pytest.mark.parametrize("kind", ["60 MB", "100 MB packed"])
def test_a_flood_takes_neither_time_nor_memory(site, kind):
    packed = text(bomb(), Content_Encoding="gzip")
    site.replies["/flood"] = Reply(flood()) if kind == "60 MB" else packed
    command = [sys.executable, "-c", MEASURED, site.url, str(site.server_port)]
    began = time.monotonic()

    said = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout

    kilobytes, _, refusal = said.partition(" ")
    assert "is larger than 2 MB" in refusal
    assert int(kilobytes) < 20 * 1024
    assert time.monotonic() - began < 15
