"""Chromium, and a site for it to look at."""

import os
import threading
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from playwright.sync_api import expect, sync_playwright

from tests.factories import person

NOTE = Path(__file__).parents[2] / "var" / "browser"
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "Response Status Error Code 4",  # htmx's word for the same
    "htmx:afterRequest",  # htmx's word for a request that a newer one replaced
    "htmx:sendAbort",
)
PATIENCE = 3  # seconds
PASSWORD = "correct horse battery"  # as tests.factories gives


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; each gets a context of its own."""
    if not NOTE.exists():
        pytest.fail("there is no browser yet: make browser")
    # Playwright's loop would make Django refuse the test's own queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=NOTE.read_text(),
            args=FLAGS,
            chromium_sandbox=os.geteuid() != 0,
        )
        yield browser
        browser.close()


class Watch:
    """What a page did that it should not: policy violations, errors, other origins."""

    def __init__(self, origin):
        self.origin, self.seen = origin, []

    def over(self, page):
        """Look at everything the page says and asks for."""
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        page.on("request", self.request)
        page.on("dialog", self.dialog)
        return page

    def console(self, message):
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.seen.append(f"console: {message.text}")

    def request(self, request):
        if not request.url.startswith((self.origin, "data:", "about:", "blob:")):
            self.seen.append(f"elsewhere: {request.url}")

    def dialog(self, dialog):
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(autouse=True)
def nobody_has_logged_in_yet():
    """Log-ins are limited by the minute, and all these tests come from one address."""
    cache.clear()


class Answering:
    """How many requests the site is answering."""

    def __init__(self):
        self.number, self.turn = 0, threading.Condition()

    def begin(self, **_):
        self.count(1)

    def end(self, **_):
        self.count(-1)

    def count(self, more):
        with self.turn:
            self.number += more
            self.turn.notify_all()

    def wait(self):
        """Wait for the last answer; one whose reader hung up is never told."""
        with self.turn:
            self.turn.wait_for(lambda: self.number <= 0, timeout=PATIENCE)


@pytest.fixture
def answering():
    """Count requests, so that no test empties the tables under one."""
    counts = Answering()
    request_started.connect(counts.begin)
    request_finished.connect(counts.end)
    yield counts
    request_started.disconnect(counts.begin)
    request_finished.disconnect(counts.end)


@pytest.fixture
def visit(chromium, live_server, answering):
    """Open pages of the site, in any browser context; nothing odd may happen."""
    watch, contexts = Watch(live_server.url), []

    def open_page(**options):
        options = {
            "locale": "en-GB",
            "viewport": {"width": 1280, "height": 900},
            **options,
        }
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return watch.over(context.new_page())

    yield open_page
    for context in contexts:
        context.close()
    answering.wait()
    assert watch.seen == []


@pytest.fixture
def curator(transactional_db):
    """Somebody who may do all that the journeys need."""
    # The flush after each such test takes what migrations made.
    import_module("kb.migrations.0002_curators").create_group(apps, None)
    see_arxiv = import_module("kb.migrations.0005_curators_see_arxiv")
    see_arxiv.let_curators_see_arxiv(apps, None)
    return person("wang", curator=True)


def log_in(page, name="wang"):
    """Log in by the form."""
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button.primary").click()
    expect(page.locator("form[action='/account/logout/']")).to_be_attached()
    page.wait_for_load_state()
