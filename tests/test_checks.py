import pytest

from kb.checks import arxiv_contact


@pytest.mark.parametrize(
    ("production", "enabled", "contact", "warned"),
    [
        (True, True, "", True),
        (True, True, "kb@example.org", False),
        (True, False, "", False),
        (False, True, "", False),
    ],
)
def test_a_site_in_production_is_warned_when_arxiv_cannot_write_to_it(
    settings, production, enabled, contact, warned
):
    settings.PRODUCTION, settings.ARXIV_ENABLED = production, enabled
    settings.ARXIV_CONTACT = contact

    assert [each.id for each in arxiv_contact()] == ["kb.W001"] * warned
