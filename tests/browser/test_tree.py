"""The tree of topics, where it is too large to be sent with every page."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.factories import topic_at

pytestmark = pytest.mark.browser

NAMES = [("Models", f"Kind {n}", "Deeper") for n in range(30)]


@pytest.fixture
def large():
    for path in NAMES:
        topic_at(path)


def test_what_is_folded_is_fetched_when_it_is_unfolded(visit, curator, large):
    page = visit()
    log_in(page)
    tree = page.locator("#topics")
    expect(tree.get_by_role("link", name="Kind 7", exact=False)).to_have_count(0)

    tree.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(tree.get_by_role("link", name="Kind 7 0")).to_be_visible()
    tree.locator("summary[aria-label='Topics in Kind 7']").click()
    expect(tree.get_by_role("link", name="Deeper")).to_have_count(1)

    tree.locator("summary").first.click()  # folded and unfolded, it is not doubled
    tree.locator("summary").first.click()
    expect(tree.get_by_role("link", name="Kind 7 0")).to_have_count(1)


def test_without_scripts_a_topics_own_page_shows_what_is_below(visit, curator, large):
    page = visit(java_script_enabled=False)
    log_in(page)
    tree = page.locator("#topics")
    expect(tree.locator("summary")).to_be_hidden()

    tree.get_by_role("link", name="Models").click()

    expect(tree.get_by_role("link", name="Kind 7 0")).to_be_visible()
