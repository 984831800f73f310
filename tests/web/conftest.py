"""Who asks for pages."""

import pytest

from tests.factories import person


@pytest.fixture
def member(client, db):
    """Somebody who is logged in."""
    li = person()
    client.force_login(li)
    return li
