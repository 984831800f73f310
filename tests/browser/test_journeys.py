"""What people come for, done as they do it, in Chromium."""

import pytest
from playwright.sync_api import expect

from kb import tasks
from kb.models import Entry, Summary
from kb.ops import summaries, topics
from tests.browser.conftest import log_in
from tests.factories import NOW, paper, topic_at
from tests.hostile import HOSTILE

pytestmark = pytest.mark.browser

LIST = """\
# paper

## Finetune
- [The Flan Collection](https://arxiv.org/abs/2301.13688), 指令微调数据的设计

## Agent
- [Tool Makers](https://arxiv.org/abs/2305.17126), 让模型造工具
"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_log_in_to_a_summary_on_its_topic_page(visit, curator, scripts):
    page = visit(java_script_enabled=scripts)
    log_in(page)
    import_the_list(page)

    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Agent").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Agent")
    expect(page.locator("main")).to_contain_text("让模型造工具")

    added = add_longnet(page)
    page.goto(f"/entries/{added.pk}/summary/zh/")
    page.locator("textarea[name=body]").fill("膨胀注意力，代价只有 $O(N d)$。")
    if scripts:
        expect(page.locator(".preview math")).to_have_count(1)
    page.locator("main form button.primary").click()
    page.wait_for_url("**/entries/*/?lang=zh")
    expect(page.locator("main math").first).to_be_visible()
    assert Summary.objects.get(entry=added).edited_by == curator

    page.goto("/topics/agent/")
    expect(page.locator("main")).to_contain_text("LongNet")
    expect(page.locator("main")).to_contain_text("膨胀注意力")


def import_the_list(page):
    """Upload it, look at the plan, apply it."""
    page.goto("/lists/import/")
    page.locator("input[type=file]").set_input_files(
        [{"name": "list.md", "mimeType": "text/markdown", "buffer": LIST.encode()}]
    )
    page.locator("main form button.primary").click()
    page.wait_for_url("**/lists/import/*/")
    expect(page.locator("main")).to_contain_text("Tool Makers")
    assert not Entry.objects.exists()
    page.locator("button[name=apply]").first.click()
    page.wait_for_url("**/runs/*/")
    tasks.import_sent_lists()
    page.goto(page.url)
    assert Entry.objects.count() == 2


def add_longnet(page):
    """Paste its address, see what it is, file it under Agent."""
    page.goto("/add/")
    page.locator("input[name=text]").fill("https://arxiv.org/pdf/2307.02486v2.pdf")
    page.locator("main form button.primary").click()
    expect(page.locator("main")).to_contain_text("2307.02486")
    page.locator("input[name=title]").fill("LongNet")
    page.get_by_label("Agent").check()
    page.locator("input[name=tags]").fill("长文本")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/entries/*/")
    return Entry.objects.get(title="LongNet")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_link_is_added_taken_off_and_put_back(visit, curator, scripts):
    entry, page = paper(), visit(java_script_enabled=scripts)
    log_in(page)
    page.goto(entry.get_absolute_url())
    link = page.locator(".resources a")

    page.get_by_text("Add a link to code").click()
    page.locator("input[name=url]").fill("nonsense")
    page.get_by_role("button", name="Add the link").click()
    expect(page.locator(".errorlist")).to_contain_text("is not a web address")
    page.locator("input[name=url]").fill("github.com/a/b/tree/main")
    page.get_by_role("button", name="Add the link").click()
    page.wait_for_url(f"**{entry.get_absolute_url()}")
    expect(link).to_have_attribute("href", "https://github.com/a/b")

    page.get_by_role("button", name="Take off: github.com/a/b").click()
    expect(link).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(link).to_have_count(1)

    page.goto(f"/entries/{entry.pk}/history/")
    expect(page.locator(".history")).to_contain_text("put back a link")


def test_a_late_preview_never_covers_a_newer_one(visit, curator):
    entry, page = paper(), visit()
    log_in(page)
    held = []

    def hold_the_first(route):
        if "OLD" in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            route.continue_()

    page.goto(f"/entries/{entry.pk}/summary/zh/")
    page.route("**/preview/", hold_the_first)
    field = page.locator("textarea[name=body]")
    field.press_sequentially("OLD")
    page.wait_for_timeout(600)
    field.press_sequentially(" and NEW")
    expect(page.locator(".preview")).to_contain_text("and NEW")
    for route in held:
        route.continue_()
    page.wait_for_timeout(500)

    assert len(held) == 1
    expect(page.locator(".preview")).to_contain_text("and NEW")


def test_a_text_survives_a_crash_of_the_browser_and_is_offered_back(visit, curator):
    entry, page = paper(), visit()
    log_in(page)
    page.goto(f"/entries/{entry.pk}/summary/zh/")
    page.locator("textarea[name=body]").fill("还没有保存的文字")
    page.wait_for_timeout(1500)
    again = page.context.new_page()
    page.close()

    again.goto(f"/entries/{entry.pk}/summary/zh/")
    again.locator("[data-do=restore]").click()

    expect(again.locator("textarea[name=body]")).to_have_value("还没有保存的文字")


def test_the_tab_key_leaves_the_editor(visit, curator):
    entry, page = paper(), visit()
    log_in(page)
    page.goto(f"/entries/{entry.pk}/summary/zh/")
    field = page.locator("textarea[name=body]")
    field.focus()

    page.keyboard.press("Tab")

    expect(field).not_to_be_focused()


def test_nothing_hostile_runs(visit, curator):
    """`visit` fails on a dialog, a policy violation or a request to elsewhere."""
    entry, page = paper(title="<img src=x onerror=alert(1)>"), visit()
    topic = topic_at(["<svg onload=alert(2)>"])
    topics.describe(topic, names={}, intro="<script>alert(3)</script>", by=None)
    text = "\n\n---\n\n".join(part for part in HOSTILE if len(part) < 400)
    text = text.replace("\x00", "")  # refused by every form
    for n, start in enumerate(range(0, len(text), 40_000)):
        target = entry if n == 0 else paper(f"2301.{n:05}", "more")
        part = text[start : start + 15_000]
        summaries.save(target, "zh", part, base=0, by=None, now=NOW)
    log_in(page)

    for shown in Entry.objects.all():
        page.goto(shown.get_absolute_url())
        page.goto(f"/entries/{shown.pk}/summary/zh/")
        expect(page.locator(".preview > *").first).to_be_attached()
    page.goto(topic.get_absolute_url())

    alive = page.evaluate(
        "document.querySelectorAll('main script, main [onload]').length"
    )
    assert alive == 0
