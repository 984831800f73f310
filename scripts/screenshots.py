"""Photograph every page of a running site, to look at before calling it done.

`python scripts/screenshots.py URL NAME PASSWORD [PAGE …]` writes
var/screenshots/<page>-<width>-<theme>-<language>.png, and docs/screenshot.png for the
README. The account must be a curator's that leaves language and theme to the browser.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "var" / "screenshots"
WIDTHS = (1280, 390)  # CSS pixels
THEMES = ("light", "dark")
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
LIST = "# paper\n\n## Agent\n- [ReAct](https://arxiv.org/abs/2210.03629), 边想边做。\n"

Visit = Callable[[Page], object]


def at(path: str) -> Visit:
    """Return a visit to an address."""
    return lambda page: page.goto(path)


def behind(selector: str, then: str = "") -> Visit:
    """Return a visit to the page behind the first such link of the home page."""

    def visit(page: Page) -> None:
        page.goto("/")
        href = page.locator(selector).first.get_attribute("href")
        page.goto(f"{href}{then}")

    return visit


def behind_desk(path: str, selector: str) -> Visit:
    """Return a visit to the page behind the first such link of a page."""

    def visit(page: Page) -> None:
        page.goto(path)
        page.goto(str(page.locator(selector).first.get_attribute("href")))

    return visit


def merging(page: Page) -> None:
    """Visit the page that shows the two newest entries side by side."""
    page.goto("/")
    hrefs = page.locator(".entries h2 a").evaluate_all(
        "links => links.slice(0, 2).map(link => link.getAttribute('href'))"
    )
    page.goto(f"{hrefs[0]}merge/?other={hrefs[1].strip('/').rpartition('/')[2]}")


def plan(page: Page) -> None:
    """Visit the plan of an import."""
    page.goto("/lists/import/")
    page.fill("textarea[name=text]", LIST)
    page.click("form[enctype] button")


VISITS: dict[str, Visit] = {
    "home": at("/"),
    "unfiled": at("/?unfiled"),
    "topic": behind(".entries a.topic"),
    "search": at("/search/"),
    "found": at("/search/?q=模型"),
    "nothing": at("/search/?q=nothing+kind:blog"),
    "entry": behind(".entries h2 a"),
    "history": behind(".entries h2 a", "history/"),
    "link": behind(".entries h2 a", "links/"),
    "withdrawn": behind(".withdrawn h2 a"),
    "edit": behind(".entries h2 a", "edit/"),
    "summary": behind(".entries h2 a", "summary/zh/"),
    "add": at("/add/"),
    "confirm": at("/add/?text=2210.03629"),
    "import": at("/lists/import/"),
    "plan": plan,
    "invite": at("/people/invite/"),
    "inbox": at("/inbox/"),
    "shelf": at("/shelf/"),
    "runs": at("/runs/"),
    "help": at("/help/"),
    "desk": at("/desk/"),
    "review": at("/desk/review/"),
    "gap": at("/desk/gaps/summary/"),
    "bin": at("/desk/bin/"),
    "tree": at("/desk/topics/"),
    "topic-desk": behind_desk("/desk/topics/", ".tree a"),
    "tags": at("/desk/tags/"),
    "many": at("/desk/many/?q=模型"),
    "people": at("/desk/people/"),
    "audit": at("/desk/people/log/"),
    "health": at("/desk/health/"),
    "asked": at("/asked/"),
    "merge": merging,
    "team": at("/shelf/?show=team"),
    "activity": at("/activity/"),
    "preferences": at("/preferences/"),
    "password": at("/account/password/change/"),
    "missing": at("/nowhere/"),
    "admin": at("/admin/"),
    "metadata": at("/admin/kb/harvest/metadata/"),
}
STRANGERS: dict[str, Visit] = {
    "login": at("/account/login/"),
    "reset": at("/account/password/reset/"),
}


def contexts(browser: Browser, base: str) -> Iterator[tuple[str, BrowserContext]]:
    """Yield a browser for every width, theme and language, and its name."""
    for width, theme, (name, locale) in product(WIDTHS, THEMES, LANGUAGES.items()):
        narrow = width < 600  # noqa: PLR2004 - between our two widths
        context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if theme == "dark" else "light",
            locale=locale,
            has_touch=narrow,
            is_mobile=narrow,
        )
        yield f"{width}-{theme}-{name}", context
        context.close()


def log_in(page: Page, name: str, password: str) -> None:
    """Open a session."""
    page.goto("/account/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.click("main form button")


def photograph(
    page: Page, visits: dict[str, Visit], wanted: set[str], name: str
) -> None:
    """Write the pictures of the wanted pages."""
    for title, visit in visits.items():
        if wanted and title not in wanted:
            continue
        try:
            visit(page)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=SHOTS / f"{title}-{name}.png", full_page=True)
        except Error as trouble:
            print(f"{title}-{name}: {trouble}", file=sys.stderr)


def main(base: str, name: str, password: str, *wanted: str) -> None:
    """Write all pictures, or those of the pages named."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    chromium = (ROOT / "var" / "browser").read_text().strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for what, context in contexts(browser, base):
            context.set_default_timeout(5000)  # milliseconds
            page = context.new_page()
            photograph(page, STRANGERS, set(wanted), what)
            log_in(page, name, password)
            photograph(page, VISITS, set(wanted), what)
            if what == "1280-light-en":
                page.goto("/")
                page.screenshot(path=ROOT / "docs" / "screenshot.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
