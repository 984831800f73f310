"""On paper there is what was written, and nothing to press."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.factories import paper, summarised

pytestmark = pytest.mark.browser


def test_an_entry_is_printed_without_what_can_only_be_pressed(visit, curator):
    there = summarised(paper(title="LongNet"), "Linear cost.", "en")
    page = visit(color_scheme="dark")
    log_in(page)
    page.goto(there.get_absolute_url())

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="LongNet")).to_be_visible()
    expect(page.get_by_text("Linear cost.", exact=True)).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("banner")).to_have_count(0)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
