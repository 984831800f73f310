"""A text is read at an address, or whoever gave it is told why not."""

import pytest

from kb.ops import fetching
from kb.ops.errors import Unreachable
from tests.websites import connections, redirect, website


@pytest.fixture
def site(monkeypatch):
    with website() as site:
        monkeypatch.setattr(fetching, "RULES", site.rules())
        monkeypatch.setattr(fetching, "RESOLVER", site.resolve)
        yield site


def test_a_text_is_read_and_where_it_stood(site):
    site.replies["/moved"] = redirect("/")

    assert fetching.read(f"{site.url}/moved") == ("# A list\n", f"{site.url}/")


def test_whoever_gave_the_address_is_told_what_is_wrong_with_it(site):
    with pytest.raises(Unreachable, match=r"127\.0\.0\.2 is not on the public"):
        fetching.read("http://127.0.0.2/")


def test_switched_off_nothing_is_asked_and_that_is_said(site, settings):
    settings.FETCH_ENABLED = False

    with connections() as reached, pytest.raises(Unreachable, match="fetches nothing"):
        fetching.read(f"{site.url}/")

    assert reached == []
