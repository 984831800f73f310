"""A web site to fetch from."""

import pytest

from tests.websites import website


@pytest.fixture
def site():
    with website() as site:
        yield site
