"""Searching as people do it: typing, by keyboard, without scripts, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from kb.models import Paper
from kb.ops import summaries
from tests.browser.conftest import PASSWORD, log_in
from tests.browser.test_pages import faults
from tests.factories import NOW, paper, topic_at

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}


@pytest.fixture
def library(curator, library_index):
    """Entries enough to tell results apart, in an index."""
    train = topic_at(["Engineer", "train"])
    agent = topic_at(["Agent"])
    longnet = paper(topics=[train], tags=["attention"])
    Paper.objects.filter(pk=longnet.pk).update(
        abstract="Scaling attention to a billion tokens."
    )
    summaries.save(longnet, "zh", "用膨胀注意力扩展上下文", base=0, by=None, now=NOW)
    paper("2305.17126", "Tool Makers", topics=[agent])
    paper("2210.03629", "Attention to Tools", topics=[agent])
    library_index()
    return longnet


def box(page):
    return page.locator("search-box [name=q]:visible").first


def titles(page):
    return page.locator("#found .entries h2 a")


def at(page):
    """The query of the address."""
    return page.evaluate("new URLSearchParams(location.search).get('q')")


def opened(visit, address="/search/", **options):
    page = visit(**options)
    log_in(page)
    page.goto(address)
    return page


@pytest.mark.parametrize(
    ("language", "said"), [("en-GB", "2 entries"), ("zh-CN", re.compile("2"))]
)
def test_typing_brings_results_and_keeps_the_place(visit, library, language, said):
    page = opened(visit, locale=language)
    steps = page.evaluate("history.length")

    box(page).press_sequentially("atten", delay=30)

    expect(titles(page)).to_have_count(2)
    expect(box(page)).to_be_focused()
    expect(page.locator("#said")).to_contain_text(said)
    expect(page.locator("#found mark").first).to_have_text("Attention")
    assert at(page) == "atten"
    assert page.evaluate("history.length") == steps
    assert page.title().startswith("atten")


def test_chinese_is_searched_when_its_word_is_complete(visit, library):
    page = opened(visit, locale="zh-CN")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    session = page.context.new_cdp_session(page)
    box(page).focus()

    for typed in ("p", "pe", "peng", "peng'zhang"):
        session.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
    page.wait_for_timeout(400)
    assert [url for url in asked if "/search/" in url] == []
    session.send("Input.insertText", {"text": "膨胀注意力"})

    expect(titles(page)).to_have_text(["LongNet"])
    assert at(page) == "膨胀注意力"


def test_a_late_answer_never_covers_a_newer_one(visit, library):
    page, held = opened(visit), []

    def hold_the_first(route):
        if not held and "q=tool" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(r"/search/\?"), hold_the_first)
    box(page).press_sequentially("tool")
    page.wait_for_timeout(400)
    box(page).fill("billion")
    expect(titles(page)).to_have_text(["LongNet"])
    for route in held:
        route.continue_()
    page.wait_for_timeout(400)

    assert len(held) == 1
    expect(titles(page)).to_have_text(["LongNet"])
    assert at(page) == "billion"


def test_the_whole_way_by_keyboard_and_back(visit, library):
    page = opened(visit, "/")

    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("tool")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=tool")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type("s")
    page.wait_for_url("**/search/?q=tools&typing=1")
    expect(titles(page)).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    expect(titles(page).first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(titles(page).nth(1)).to_be_focused()
    second = titles(page).nth(1).inner_text()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(second)

    page.go_back()

    expect(titles(page)).to_have_count(2)
    expect(box(page)).to_have_value("tools")


def test_what_is_sent_is_asked_whole_and_what_is_typed_says_so(visit, library):
    page = opened(visit)
    box(page).press_sequentially("tool")
    page.wait_for_url("**/search/?q=tool&typing=1")
    expect(titles(page)).to_have_count(2)

    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/search/\?q=tool$"))
    page.reload()
    expect(titles(page)).to_have_count(2)


def test_a_slash_stays_a_letter_where_somebody_writes(visit, library):
    page = opened(visit, f"/entries/{library.pk}/summary/zh/")
    field = page.locator("textarea[name=body]")
    field.fill("")

    field.press_sequentially("a/b")

    expect(field).to_have_value("a/b")
    expect(field).to_be_focused()


def test_suggestions_are_chosen_by_keyboard(visit, library):
    page = opened(visit)
    field, options = box(page), page.get_by_role("option")
    field.press_sequentially("billion att")
    expect(options).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("ArrowDown")
    chosen = field.get_attribute("aria-activedescendant")
    expect(options.first).to_have_id(chosen)
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert faults(page) == []
    page.keyboard.press("Enter")

    expect(field).to_have_value(re.compile("billion tag:attention"))
    expect(titles(page)).to_have_text(["LongNet"])
    expect(options).to_have_count(0)
    expect(field).to_be_focused()


def test_escape_puts_suggestions_away_and_keeps_what_was_typed(visit, library):
    page = opened(visit)
    box(page).press_sequentially("att")
    expect(page.get_by_role("option").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("option")).to_have_count(0)
    expect(box(page)).to_have_value("att")
    expect(box(page)).to_have_attribute("aria-expanded", "false")


def test_a_suggestion_is_taken_by_hand_from_any_page(visit, library):
    page = opened(visit, "/")
    box(page).press_sequentially("agen")

    page.get_by_role("option", name="Agent").click()

    page.wait_for_url("**/search/**")
    expect(titles(page)).to_have_count(2)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_a_topic_has_a_box_of_its_own(visit, library, options):
    page = opened(visit, "/topics/engineer/", **options)
    field = page.locator("main search-box [name=q]")
    if options:
        thumb = field.bounding_box()
        assert thumb["y"] > 700  # at the lower edge
        expect(page.locator(".top search-box")).to_be_hidden()

    field.fill("attention")
    field.press("Enter")

    page.wait_for_url("**/search/?q=topic*attention")
    expect(titles(page)).to_have_text(["LongNet"])


def test_facets_narrow_down_from_a_drawer_on_a_phone(visit, library):
    page = opened(visit, "/search/?q=attention", **PHONE)
    expect(page.locator("#facets")).to_be_hidden()

    page.locator("#found > button.drawer").click()
    page.locator("#facets").get_by_role("link", name="Agent").click()

    expect(titles(page)).to_have_text(["Attention to Tools"])
    expect(page.locator(".chips")).to_contain_text("topic:agent")


def test_everything_works_without_scripts(visit, library):
    page = opened(visit, "/topics/agent/", java_script_enabled=False)

    page.locator("main search-box [name=q]").fill("tools")
    page.locator("main search-box button").click()
    expect(titles(page)).to_have_count(2)
    page.locator(".chips a").first.click()
    expect(box(page)).to_have_value("tools")
    page.locator("#facets a", has_text="Agent").click()
    expect(titles(page)).to_have_count(2)
    page.locator(".heading .tabs a").last.click()
    expect(titles(page)).to_have_text(["Attention to Tools", "Tool Makers"])
    page.locator(".help summary").click()
    page.locator(".help a", has_text="kind:paper").click()

    expect(titles(page)).to_have_count(3)


def test_results_come_by_themselves_once_the_index_is_built(
    visit, curator, library_index
):
    paper()
    page = opened(visit, "/search/?q=longnet")
    expect(page.locator("h1")).to_contain_text("being built")
    assert faults(page) == []

    library_index()

    expect(titles(page)).to_have_text(["LongNet"])


def test_who_was_logged_out_meanwhile_logs_in_and_is_back(visit, library):
    page = opened(visit)
    page.context.clear_cookies()

    box(page).press_sequentially("tool")
    page.wait_for_url("**/account/login/?next=**")
    page.locator("input[name=login]").fill("wang")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button.primary").click()

    page.wait_for_url("**/search/?q=tool*")
    expect(titles(page)).to_have_count(2)
