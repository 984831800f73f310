"""Two browsers with one text: who else writes, the clash, the history, and back."""

import pytest
from playwright.sync_api import expect

from kb.models import Summary
from kb.models.history import events
from kb.ops import summaries
from tests.browser.conftest import log_in
from tests.browser.test_pages import faults
from tests.factories import NOW, paper, person

pytestmark = pytest.mark.browser
BASE = "# 要点\n\n模型用膨胀注意力。\n\n- 实验一"
MINE = "# 要点\n\n模型使用膨胀注意力，很快。\n\n- 实验一"
THEIRS = "# 要点\n\n模型用膨胀注意力，很省。\n\n- 实验一\n- 实验二"


@pytest.fixture
def entry(curator):
    person("zhao")
    added = paper()
    summaries.save(added, "zh", BASE, base=0, by=curator, now=NOW)
    return added


def both_write(visit, entry, *, scripts=True, **options):
    """Two members open the editor, one saves, and the other is refused."""
    mine, theirs = visit(java_script_enabled=scripts, **options), visit()
    log_in(mine)
    log_in(theirs, "zhao")
    for page in (mine, theirs):
        page.goto(f"/entries/{entry.pk}/summary/zh/")
    save(theirs, THEIRS)
    theirs.wait_for_url("**/?lang=zh")
    save(mine, MINE)
    expect(mine.get_by_role("heading", level=1)).to_contain_text("Put two texts")
    return mine


def save(page, body):
    page.locator("textarea[name=body]").fill(body)
    page.locator("main form button.primary").click()


def kept():
    bodies = events(Summary).objects.order_by("pgh_id").values_list("body", flat=True)
    return list(bodies)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_both_texts_are_put_together_and_are_in_the_history(visit, entry, scripts):
    page = both_write(visit, entry, scripts=scripts)
    field = page.locator("textarea[name=body]")
    expect(page.locator("main")).to_contain_text("zhao changed this")
    both = "# 要点\n\n模型使用膨胀注意力，很快，很省。\n\n- 实验一\n- 实验二"
    expect(field).to_have_value(both)

    page.locator(".conflict").get_by_label("Theirs").check()
    if not scripts:
        page.get_by_role("button", name="Put what I chose").click()
    wanted = "# 要点\n\n模型使用膨胀注意力，很省。\n\n- 实验一\n- 实验二"
    expect(field).to_have_value(wanted)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/?lang=zh")

    assert kept() == [BASE, THEIRS, wanted]
    page.goto(f"/entries/{entry.pk}/summary/zh/history/")
    expect(page.locator("main")).to_contain_text("wrote the summary")
    page.get_by_role("button", name="Restore this version").last.click()
    expect(page.locator(".messages")).to_contain_text("That version is back")
    assert kept()[-1] == BASE


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_fault_where_texts_are_put_together(visit, entry, theme, width):
    window = {"width": width, "height": 900}
    page = both_write(visit, entry, color_scheme=theme, viewport=window)
    told = faults(page)
    page.goto(f"/entries/{entry.pk}/summary/zh/history/")
    told += faults(page)
    for view in ("", "&view=sides"):
        older = page.get_by_role("link", name="Compare with now").last.get_attribute(
            "href"
        )
        page.goto(f"/entries/{entry.pk}/summary/zh/history/{older}{view}")
        told += faults(page)
        page.goto(f"/entries/{entry.pk}/summary/zh/history/")

    assert told == []


def test_what_was_typed_by_hand_is_not_replaced_unasked(visit, entry):
    page = both_write(visit, entry)
    field = page.locator("textarea[name=body]")
    button = page.get_by_role("button", name="Put what I chose")
    expect(button).to_be_hidden()
    field.press_sequentially("手写")
    typed = field.input_value()

    page.locator(".conflict").get_by_label("Mine").check()

    expect(field).to_have_value(typed)
    button.click()
    expect(field).to_have_value(
        "# 要点\n\n模型使用膨胀注意力，很快。\n\n- 实验一\n- 实验二"
    )
    expect(button).to_be_hidden()


def test_a_text_refused_survives_a_crash_of_the_browser(visit, entry):
    page = both_write(visit, entry)
    text = page.locator("textarea[name=body]").input_value()
    page.locator("textarea[name=body]").fill(f"{text}\n\n还没有保存")
    page.wait_for_timeout(1500)
    again = page.context.new_page()
    page.close()

    again.goto(f"/entries/{entry.pk}/summary/zh/")
    again.locator("[data-do=restore]").click()

    expect(again.locator("textarea[name=body]")).to_have_value(f"{text}\n\n还没有保存")


def test_who_else_is_editing_is_shown_without_reload(visit, entry):
    mine, theirs = visit(), visit()
    log_in(mine)
    log_in(theirs, "zhao")
    mine.goto(f"/entries/{entry.pk}/summary/zh/")
    expect(mine.locator(".others")).to_be_empty()

    theirs.goto(f"/entries/{entry.pk}/summary/zh/")
    expect(theirs.locator(".others")).to_contain_text("wang is editing this too")
    mine.evaluate("document.querySelector('editing-now').sign()")

    expect(mine.locator(".others")).to_contain_text("zhao is editing this too")


def test_a_writer_is_told_of_a_log_out_and_loses_nothing(visit, entry):
    page = visit()
    log_in(page)
    page.goto(f"/entries/{entry.pk}/summary/zh/")
    page.locator("textarea[name=body]").fill("写了很久的文字")
    page.context.clear_cookies(name="zhaji_session")

    page.evaluate("document.querySelector('editing-now').sign()")
    expect(page.locator("[data-say=out]")).to_be_visible()
    page.locator("main form button.primary").click()
    page.wait_for_url("**/account/login/**")
    page.locator("input[name=login]").fill("wang")
    page.locator("input[name=password]").fill("correct horse battery")
    page.locator("main form button.primary").click()

    page.wait_for_url("**/summary/zh/")
    expect(page.locator("textarea[name=body]")).to_have_value("写了很久的文字")
