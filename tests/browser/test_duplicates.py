"""Somebody adds what may be there already; a curator looks through such pairs."""

import pytest
from playwright.sync_api import expect

from kb.models import Entry
from tests.browser.conftest import log_in
from tests.browser.test_pages import faults
from tests.factories import blog, paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_what_may_be_there_is_shown_added_anyway_and_told_apart(visit, curator, width):
    known = paper(title="Attention Is All You Need")
    blog("https://example.org/other", "attention is all you need")
    page = visit(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    log_in(page)

    page.goto("/add/?text=https://example.org/attention")
    page.get_by_label("Title").fill("Atention is all you need")
    page.locator("button[name=save]").click()

    asked = page.get_by_role("alert")
    link = asked.get_by_role("link", name="Attention Is All You Need", exact=True)
    expect(link).to_have_attribute("href", known.get_absolute_url())
    told = faults(page)
    page.get_by_role("button", name="Add anyway").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Atention is all you need"
    )
    assert Entry.objects.count() == 3

    page.goto("/duplicates/")
    told += faults(page)
    expect(page.locator("article")).to_have_count(1)
    page.get_by_role("button", name="Not the same").click()
    expect(page.locator("main article")).to_have_count(0)

    assert told == []
