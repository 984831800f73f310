"""The pages a member looks at: their time, their queries, and what is sent for them."""

import gzip
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.processes import Processes
from kb.models import Entry, Topic
from tests.bench import library, papers
from tests.bench.figures import percentile, rounded, say, table
from tests.bench.measures import REBUILD
from tests.bench.site import Pages, healthy, procfile, run, until

CALLS = 200
FETCHED = {"stylesheet", "icon", "preload", "modulepreload"}  # links a browser follows
PAGES = ("home", "topic", "entry", "search", "shelf", "activity")
KINDS = ("p50_ms", "p95_ms", "queries", "html_kb", "first_view_kb", "requests")


def measured(rows: int, processes: Processes) -> dict[str, float]:
    """Return all figures of a library of so many papers, as `kind.page`."""
    call_command("migrate", verbosity=0)
    say(f"filling a library of {rows:,}")
    library.fill(papers.sources(rows), rows)
    run(processes, "index", REBUILD)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=library.MEMBERS[0]))
    name = settings.SESSION_COOKIE_NAME
    port = int(processes.environment["PORT"])
    if "web" not in processes.running:
        processes.start("web", procfile("web"))
        until(lambda: healthy(port), "The site does not answer.")
    site = Pages(port, f"{name}={client.cookies[name].value}")
    told: dict[str, float] = {}
    for page, address in addresses().items():
        told |= looked_at(page, address, site, client)
        say(f"{page}: {told[f'p95_ms.{page}']} ms")
    library.empty()
    return told


def addresses() -> dict[str, str]:
    """Return the page of each kind that has the most on it."""
    topic = Topic.objects.alias(held=Count("filings")).order_by("-held").first()
    summarised = Entry.objects.exclude(summaries=None).exclude(annotations=None)
    entry = summarised.first() or Entry.objects.earliest("pk")
    assert topic
    return {
        "home": reverse("kb:home"),
        "topic": topic.get_absolute_url(),
        "entry": entry.get_absolute_url(),
        "search": f"{reverse('kb:search')}?q={quote('language model')}",
        "shelf": reverse("kb:shelf"),
        "activity": reverse("kb:activity"),
    }


def looked_at(page: str, address: str, site: Pages, client: Client) -> dict[str, float]:
    """Return the figures of one page, as a member who is logged in gets it."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    html = site.get(address)
    needed = Needed()
    needed.feed(html.decode())
    # A release serves its files compressed, and a proxy the pages.
    sent = [len(gzip.compress(site.get(one))) for one in needed.files]
    times = [site.timed(address) for _ in range(CALLS)]
    figures = (
        rounded(1000 * percentile(times, 50)),
        rounded(1000 * percentile(times, 95)),
        len(captured),
        rounded(len(html) / 1000),
        rounded((len(gzip.compress(html)) + sum(sent)) / 1000),
        1 + len(sent),
    )
    return {f"{kind}.{page}": of for kind, of in zip(KINDS, figures, strict=True)}


class Needed(HTMLParser):
    """The files of this site that a browser fetches for a page, each once."""

    def __init__(self) -> None:
        """Nothing is needed before a page is fed."""
        super().__init__()
        self.files: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag makes a browser fetch."""
        given: dict[str, Any] = dict(attrs)
        address = given.get("src") if tag in {"script", "img"} else None
        if tag == "link" and FETCHED & set((given.get("rel") or "").split()):
            address = given.get("href")
        if address and address.startswith("/") and address not in self.files:
            self.files.append(address)


def printed(figures: dict[str, float]) -> str:
    """Return a line for each page."""
    rows = [(page, *(figures[f"{kind}.{page}"] for kind in KINDS)) for page in PAGES]
    return table(("page", *KINDS), rows)
