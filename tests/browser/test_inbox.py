"""What members are told of and mark, as it moves on their pages."""

import re

import pytest
from playwright.sync_api import expect

from kb.models import Notification, Reading
from kb.ops import digests
from tests.browser.conftest import log_in
from tests.browser.test_pages import faults
from tests.factories import NOW, followed, note, paper, person

pytestmark = pytest.mark.browser


@pytest.fixture
def zhao(curator):
    return person("zhao")


def badge(page):
    return page.locator("inbox-count .badge:visible")


def test_the_number_in_the_top_bar_follows_what_happens(visit, curator, zhao):
    entry, page = followed(paper(), by=curator), visit()
    page.clock.install()
    log_in(page)
    expect(badge(page)).to_have_count(0)

    note(entry, "@wang 看这里", by=zhao, visibility="team")
    page.clock.run_for(61_000)
    expect(badge(page)).to_contain_text("1")

    page.goto("/inbox/")
    expect(page.locator("main")).to_contain_text("看这里")
    page.get_by_role("button", name="Mark as read", exact=True).click()
    expect(badge(page)).to_have_count(0)
    expect(page.locator(".told.unread")).to_have_count(0)


def test_a_page_out_of_sight_does_not_ask(visit, curator, zhao):
    page = visit()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    log_in(page)
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true})"
    page.evaluate(hide % "true")
    asked.clear()

    page.clock.run_for(300_000)
    assert asked == []
    page.evaluate(hide % "false")
    with page.expect_response("**/inbox/count/**") as answer:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert answer.value.status == 204


def test_opening_what_one_was_told_of_reads_it(visit, curator, zhao):
    written = note(followed(paper(), by=curator), "第 3 页", by=zhao, visibility="team")
    page = visit()
    log_in(page)
    expect(badge(page)).to_contain_text("1")
    page.goto("/inbox/")

    page.locator("main h2 a").first.click()

    page.wait_for_url(f"**#note-{written.pk}")
    expect(badge(page)).to_have_count(0)
    assert not Notification.objects.unread().exists()


def test_the_inbox_works_without_scripts(visit, curator, zhao):
    entry = followed(paper(), by=curator)
    for n in range(2):
        note(entry, f"note {n}", by=zhao, visibility="team")
    page = visit(java_script_enabled=False)
    log_in(page)

    page.goto("/inbox/?unread")
    page.get_by_role("button", name="Mark as read", exact=True).first.click()
    expect(badge(page)).to_contain_text("1")
    page.get_by_role("button", name="Mark all as read").click()

    expect(badge(page)).to_have_count(0)


def pressed(page):
    return page.locator("entry-marks [aria-pressed=true]")


def test_a_star_is_there_at_once_and_can_be_undone(visit, curator):
    entry, page = paper(), visit()
    log_in(page)
    page.goto(entry.get_absolute_url())
    held = []

    def hold(route):
        held.append(route)

    page.route("**/star/", hold)

    star = page.get_by_role("button", name="Star")
    star.focus()
    page.keyboard.press("Enter")
    expect(pressed(page)).to_have_text(["Star"])
    held[0].continue_()
    expect(page.locator("#messages")).to_contain_text("Starred.")
    assert faults(page) == []
    expect(page.locator("#mark-star")).to_be_focused()
    assert Reading.objects.get().starred

    page.unroute("**/star/")
    page.get_by_role("button", name="Undo").click()
    expect(pressed(page)).to_have_count(0)
    assert not Reading.objects.get().starred


def test_what_could_not_be_saved_is_not_shown_as_if_it_were(visit, curator):
    entry, page = paper(), visit()
    log_in(page)
    page.goto(entry.get_absolute_url())
    page.get_by_role("button", name="Reading", exact=True).click()
    expect(pressed(page)).to_have_text(["Reading"])
    page.route("**/reading/", lambda route: route.fulfill(status=409))

    page.get_by_role("button", name="Read", exact=True).click()

    expect(page.locator("#messages")).to_contain_text("not saved")
    expect(pressed(page)).to_have_text(["Reading"])


def test_from_a_mark_to_the_shelf(visit, curator):
    entry, page = paper(), visit()
    log_in(page)
    page.goto(entry.get_absolute_url())
    for label in ("To read", "4 of 5", "Follow"):
        page.get_by_role("button", name=label, exact=True).click()
        expect(page.get_by_role("button", name=label, exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
    page.get_by_role("navigation", name="Site").get_by_role(
        "link", name="Shelf"
    ).click()

    page.get_by_role("link", name=re.compile("^Rated")).click()

    expect(page.locator("main .entries")).to_contain_text("LongNet")
    expect(page.locator("main .mine")).to_contain_text("4 of 5")


def test_a_list_remembers_that_it_was_looked_at(visit, curator, zhao):
    page = visit()
    with page.expect_response("**/looks/") as answer:
        log_in(page)
    assert answer.value.status == 204
    assert curator.looks.get().place == "home"

    curator.looks.update(at=NOW, before=NOW)
    paper("2301.00001", "Came since", by=zhao)
    type(paper("2301.00002", "Old", by=zhao)).objects.filter(title="Old").update(
        added_at=NOW.replace(year=2025)
    )
    type(curator.looks.get()).objects.update(at=NOW.replace(month=2))
    page.goto("/")
    expect(page.locator(".row .fresh")).to_have_count(1)
    page.get_by_role("button", name="Mark all as seen").click()

    expect(page.locator(".row .fresh")).to_have_count(0)


def test_a_digest_is_ended_from_its_link_by_who_is_not_logged_in(visit, curator):
    digests.choose(curator, "daily", now=NOW)
    page = visit()

    page.goto(digests.unsubscribe_path(curator))
    page.get_by_role("button", name="Send me none").click()

    expect(page.locator("main")).to_contain_text("You get no more e-mails")
    curator.member.refresh_from_db()
    assert curator.member.digest == ""
