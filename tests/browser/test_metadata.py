"""The page about arXiv as curators use it: it looks again by itself."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from kb.models import ArxivRequest, Harvest, Paper, Run
from kb.web import gate
from tests.browser.conftest import log_in
from tests.browser.test_pages import faults
from tests.factories import paper

pytestmark = pytest.mark.browser

PAGE = "/admin/kb/harvest/metadata/"
LATE = "arXiv sent no complete reply within 14 s"
DENIED = "arXiv denies us access (HTTP 403)"


@pytest.fixture(autouse=True)
def opened():
    """The gate, open before and after."""
    with gate.gate() as shared:
        shared.reopen()
        gate.forget()
        yield shared
        shared.reopen()
    gate.forget()


@pytest.fixture
def busy(curator, opened, settings):
    """A site on which everything happened that the page can tell of."""
    settings.ARXIV_SETS = ["cs"]
    now = timezone.now()
    day = timedelta(days=1)
    for n in range(1, 6):
        paper(f"2301.0000{n}", "大语言模型综述" if n % 2 else f"A survey, part {n}")
    failed = Paper.objects.filter(arxiv_id__gt="2301.00002")
    failed.update(
        refresh_state="failed", refresh_problem=LATE, refresh_due_at=now + day
    )
    ArxivRequest.objects.bulk_create(
        ArxivRequest(
            at=now - n % 14 * day,
            protocol="oai" if n % 3 == 0 else "atom",
            outcome=list(ArxivRequest.Result)[0 if n % 7 else n // 7 % 4],
            seconds=1.5,
            papers=80,
        )
        for n in range(300)
    )
    Harvest.objects.create(
        set_spec="cs",
        since=now - 9 * day,
        token="next",
        responded_on=now,
        reached_on=now - 3 * day,
        pages=4,
        records=4000,
        kept=120,
        due_at=now + day,
        problem="arXiv answered with HTTP status 503",
    )
    Run.objects.create(kind="refresh", started_at=now, done=300, total=1000)
    Run.objects.create(
        kind="snapshot",
        subject="arxiv.json",
        started_at=now,
        finished_at=now,
        outcome="failed",
        problem="line 7 is no JSON",
        asked_by=curator,
    )
    opened.break_open(why=DENIED)
    gate.forget()


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_has_no_fault_axe_can_find(visit, busy, language, theme, width):
    page = visit(
        locale=language,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    log_in(page)
    told = faults(page)  # with the banner

    page.goto(PAGE)
    for details in page.locator(".metadata details").all():
        details.locator("summary").click()
    found = Axe().run(page, context=".metadata").response["violations"]
    told += [(row["id"], [node["html"] for node in row["nodes"]]) for row in found]
    scrolls = "document.documentElement.scrollWidth - innerWidth"

    assert told == []
    assert page.evaluate(scrolls) <= 0


def test_work_under_way_is_followed_without_a_reload(visit, busy):
    page = visit()
    log_in(page)
    page.goto(PAGE)
    expect(page.locator("#now")).to_contain_text("300 / 1000")

    Run.objects.filter(kind="refresh").update(done=700)

    expect(page.locator("#now")).to_contain_text("700 / 1000")


def test_looking_again_does_not_close_what_somebody_reads(visit, busy):
    page = visit()
    log_in(page)
    page.goto(PAGE)
    page.locator(".reopen summary").click()
    page.locator("input[name=sure]").check()

    with page.expect_response(f"**{PAGE}"):
        pass

    expect(page.locator("input[name=sure]")).to_be_checked()


def test_a_run_is_followed_to_its_end(visit, busy):
    run = Run.objects.get(kind="refresh")
    page = visit()
    log_in(page)
    page.goto(run.get_absolute_url())
    expect(page.locator("#stand")).to_contain_text("300 / 1000")

    Run.objects.filter(pk=run.pk).update(
        done=1000, outcome="done", finished_at=timezone.now(), report={"found": 998}
    )

    expect(page.locator("#stand")).to_contain_text("998")
    expect(page.locator("#stand progress")).to_have_count(0)


def test_all_can_be_done_without_scripts(visit, busy, opened):
    page = visit(java_script_enabled=False)
    log_in(page)
    page.goto(PAGE)
    page.locator(".reopen summary").click()
    page.locator("input[name=sure]").check()
    page.locator(".reopen button").click()
    expect(page.locator(".messagelist")).to_contain_text(
        "From now on arXiv may be asked again."
    )

    page.locator(".causes li > form button.button").click()

    expect(page.locator(".messagelist")).to_contain_text("3 papers are due.")
    assert not opened.state().blocked_until
    assert Paper.objects.due(timezone.now()).count() == 5
