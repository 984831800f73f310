"""A curator brings a list in: looks through it, stops, imports it, undoes it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from kb import tasks
from kb.models import Entry, Run
from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser

LIST = """\
# paper

## Agent
- [Tool Makers](https://arxiv.org/abs/2305.17126), 让模型造工具
- [LongNet](https://arxiv.org/abs/2307.02486), 十亿个词
"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_list_is_looked_through_stopped_imported_and_undone(visit, curator, scripts):
    page = visit(java_script_enabled=scripts)
    log_in(page)
    page.goto("/lists/import/")
    page.locator("textarea[name=text]").fill(LIST)
    page.locator("input[name=name]").fill("ours")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/lists/import/*/")

    page.locator("summary", has_text="5").first.click()
    expect(page.locator("code", has_text="十亿个词")).to_be_visible()
    page.get_by_role("checkbox", name="Leave out LongNet").check()
    page.locator("button[name=apply]").click()
    page.wait_for_url("**/runs/*/")
    page.get_by_role("button", name="Stop the import").click()
    expect(page.locator("main")).to_contain_text("Nothing was saved")
    tasks.import_sent_lists()
    assert not Entry.objects.exists()

    page.get_by_role("link", name="Back to what the import would do").click()
    expect(page.get_by_role("checkbox", name="Take in again LongNet")).to_be_visible()
    page.locator("button[name=apply]").click()
    page.wait_for_url("**/runs/*/")
    tasks.import_sent_lists()
    if not scripts:
        page.get_by_role("link", name="Look again").click()
    expect(page.locator("main .figure").first).to_contain_text("done")
    assert [entry.title for entry in Entry.objects.all()] == ["Tool Makers"]
    assert {run.outcome for run in Run.objects.all()} == {"stopped", "done"}

    undo(page, scripts)
    assert not Entry.objects.exists()
    expect(page.get_by_role("link", name="Import it again")).to_be_visible()


def undo(page, scripts):
    """Undo the import whose page this is, and see that it is done."""
    imported = page.url
    page.locator("summary", has_text="Undo this import").click()
    page.get_by_role("button", name="Undo it").click()
    page.wait_for_url(lambda url: url != imported)
    tasks.undo_runs()
    if not scripts:
        page.get_by_role("link", name="Look again").click()
    expect(page.locator("main .figure").first).to_contain_text("done")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_plan_has_no_fault_axe_can_find(visit, curator, language, theme, width):
    page = visit(
        locale=language,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
    )
    log_in(page)
    page.goto("/lists/import/")
    page.locator("textarea[name=text]").fill(LIST)
    page.locator("main form button.primary").click()
    page.wait_for_url("**/lists/import/*/")

    violations = Axe().run(page).response["violations"]

    assert [one["id"] for one in violations] == []
