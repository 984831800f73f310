"""Whole tasks by keyboard alone."""

import pytest
from playwright.sync_api import expect

from kb.models import Entry, Reading
from tests.browser.conftest import log_in
from tests.factories import paper, topic_at

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit, curator):
    page = visit()
    log_in(page)
    page.goto("/")
    return page


def test_through_a_list_and_into_an_entry(page):
    for number in range(3):
        paper(f"2301.0000{number}", f"Paper {number}")
    page.goto("/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Paper 1")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Paper 2")).to_be_focused()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text("Paper 2")


def test_star_and_read_from_the_list_and_the_page(page, curator):
    first = paper("2301.00001", "First")
    page.goto("/")

    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator("#messages")).not_to_be_empty()
    assert Reading.objects.get(entry=first, member=curator).starred

    page.goto(first.get_absolute_url())
    with page.expect_response("**/reading/"):
        page.keyboard.press("r")
    expect(page.locator("#mark-read")).to_have_attribute("aria-pressed", "true")
    assert Reading.objects.get(entry=first).state == "read"


def test_filed_under_a_topic(page):
    topic = topic_at(["Agents"])
    there = paper(title="To be filed")
    page.goto(there.get_absolute_url())

    page.keyboard.press("t")
    box = page.get_by_label("Agents")
    expect(box).to_be_visible()
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert list(Entry.objects.get().topics.all()) == [topic]


def test_the_palette_goes_anywhere(page, library_index):
    topic_at(["Long context"])
    paper("2307.02486", "LongNet")
    library_index()
    page.reload()

    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Go to an entry, a topic, an action")
    expect(field).to_be_focused()
    page.keyboard.type("longn")
    expect(page.locator("#palette [role=option]").first).to_contain_text("LongNet")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("LongNet")
    page.wait_for_load_state()

    page.keyboard.press("Control+k")
    page.keyboard.type("anything")
    page.keyboard.press("Escape")  # once is enough, with something typed
    expect(page.locator("#palette")).to_have_count(0)

    page.keyboard.press("Control+k")
    page.keyboard.type("Topic tree")
    expect(page.locator("#palette [role=option]").first).to_contain_text("Topic tree")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Topic tree")


def test_the_sheet_of_keys_comes_and_goes(page):
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("give a star")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_no_key_is_taken_from_a_field(page):
    page.goto("/add/")
    field = page.locator("main input[name=text]")
    field.focus()
    page.keyboard.type("jkoaetsr?")

    expect(field).to_have_value("jkoaetsr?")
    assert page.url.endswith("/add/")


def test_a_paper_is_added(page):
    page.keyboard.press("a")
    expect(page.locator("main input[name=text]")).to_be_focused()
    page.keyboard.type("https://example.org/post")
    page.keyboard.press("Enter")
    title = page.get_by_label("Title")
    expect(title).to_be_visible()
    title.focus()
    page.keyboard.type("A post")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("A post")
