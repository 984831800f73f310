"""Kept from elsewhere: by bookmark, by extension, and by a phone's share button."""

import json
import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from kb.models import Entry
from tests.browser.conftest import FLAGS, NOTE, log_in
from tests.factories import blog

pytestmark = pytest.mark.browser

EXTENSION = Path(__file__).parents[2] / "extension"
# Five kinds of pages: what each is at, is called, and becomes.
SHAPES = {
    "arXiv": ("https://arxiv.org/abs/2307.02486v2", "paper", "arXiv:2307.02486"),
    "OpenReview": ("https://openreview.net/pdf?id=PdaPky8MUn", "paper", "The title"),
    "ACL": ("https://aclanthology.org/2023.acl-long.1.pdf", "paper", "The title"),
    "Hugging Face": (
        "https://huggingface.co/papers/2305.17126",
        "paper",
        "arXiv:2305.17126",
    ),
    "a blog": ("https://blog.example/post?utm_source=x", "blog", "The title"),
}
MARKED = "It costs linear time.\nAnd more."


def page_at(context, url, title="The title"):
    """A local copy of a page, under its own address, with words marked on it."""
    html = f"<title>{title}</title><p id=words>{MARKED}</p>"
    context.route(url, lambda route: route.fulfill(body=html, content_type="text/html"))
    page = context.new_page()
    page.goto(url)
    page.evaluate("getSelection().selectAllChildren(document.getElementById('words'))")
    return page


def kept(page, kind, title):
    """Save what the page of the site says it understood; what it became."""
    page.locator("button[name=save]").click()
    expect(page.get_by_text("Added.")).to_be_visible()
    entry = Entry.objects.get()
    assert (entry.kind, entry.title) == (kind, title)
    note = entry.annotations.get()
    assert (note.visibility, "> It costs linear time." in note.body) == (
        "private",
        True,
    )
    return entry


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bookmark_adds_the_page_with_what_is_marked(
    visit, curator, settings, shape
):
    url, kind, title = SHAPES[shape]
    page = visit()
    log_in(page)
    settings.SITE_URL = page.evaluate("location.origin")
    page.goto("/help/")
    script = page.get_by_role("link", name="Add to Zhaji").get_attribute("href")

    elsewhere = page_at(page.context, url)
    with page.context.expect_page() as opened:
        elsewhere.evaluate(script.removeprefix("javascript:"))

    kept(opened.value, kind, title)


def test_it_is_never_added_twice_and_what_is_marked_is_not_lost(visit, curator):
    there = blog("https://blog.example/post", "Here already")
    page = visit()
    log_in(page)

    said = {"text": "https://blog.example/post?utm_source=x", "note": MARKED}
    page.goto(f"/add/?{urlencode(said)}")

    expect(page.get_by_text("is in the library already")).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_have_value(
        "> It costs linear time.\n> And more."
    )
    assert Entry.objects.get() == there


def test_an_app_shares_into_the_installed_site(visit, curator):
    page = visit()
    log_in(page)
    manifest = page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then(r => r.json())"
    )
    target = manifest["share_target"]
    assert (target["method"], manifest["display"]) == ("GET", "standalone")

    # Android puts the address into the text.
    names = target["params"]
    said = {
        names["title"]: "The title",
        names["text"]: "Look at this https://blog.example/post and read",
    }
    page.goto(f"{target['action']}?{urlencode(said)}")

    expect(page.get_by_label("Title")).to_have_value("The title")
    page.locator("button[name=save]").click()
    expect(page.get_by_text("Added.")).to_be_visible()
    assert Entry.objects.get().url == "https://blog.example/post"


def test_the_extension_adds_the_page_in_two_clicks(
    chromium, live_server, curator, answering, tmp_path
):
    extension = clicked(tmp_path / "extension")
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile",
        executable_path=NOTE.read_text(),
        headless=True,
        chromium_sandbox=os.geteuid() != 0,
        locale="en-GB",
        base_url=live_server.url,
        args=[
            *FLAGS,
            f"--disable-extensions-except={extension}",
            f"--load-extension={extension}",
        ],
    )
    try:
        there = context.service_workers
        worker = there[0] if there else context.wait_for_event("serviceworker")
        set_up(context, worker, live_server.url)
        log_in(context.new_page())
        url, kind, title = SHAPES["a blog"]
        page_at(context, url).bring_to_front()

        with context.expect_page() as opened:
            worker.evaluate(
                "url => chrome.tabs.query({}).then((tabs) =>"
                " capture(tabs.find((tab) => tab.url === url)))",
                url,
            )
        page = opened.value
        expect(page.get_by_label("Title")).to_have_value(title)
        page.locator("button[name=save]").click()
        expect(page.get_by_text("Added.")).to_be_visible()
    finally:
        context.close()
        answering.wait()
    entry = Entry.objects.get()
    assert (entry.kind, entry.url) == (kind, "https://blog.example/post")


def clicked(folder):
    """A copy that may look into pages, as a click on its button lets it: none is made.

    No driver can click what is outside of pages.
    """
    shutil.copytree(EXTENSION, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["host_permissions"] = ["https://blog.example/*"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def set_up(context, worker, site):
    """Say on the extension's own page where the team's site is."""
    options = context.new_page()
    options.goto(worker.url.replace("background.js", "options.html"))
    options.locator("#site").fill(f"{site}/")
    options.get_by_role("button").click()
    expect(options.get_by_role("status")).to_have_text("Saved.")
    kept_site = worker.evaluate("chrome.storage.sync.get('site')")
    assert kept_site == {"site": site}


def test_what_the_extension_says_is_said_in_both_languages():
    said = {
        code: json.loads((EXTENSION / f"_locales/{code}/messages.json").read_text())
        for code in ("en", "zh_CN")
    }

    assert said["en"].keys() == said["zh_CN"].keys()
