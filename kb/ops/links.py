"""Look whether links still lead somewhere, and read what new blog posts say.

Politely: one address of a site at a time, what robots.txt closes is left alone, and a
page that did not change is not sent again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q

from kb.fetch import Looked
from kb.models import Blog, Entry, LinkCheck, Resource
from kb.models.blogs import BYLINE_LENGTH
from kb.models.entries import TITLE_LENGTH, URL_LENGTH
from kb.ops import fetching
from kb.ops.acting import acting
from kb.ops.errors import Unreachable
from kb.ops.watching import Clock
from kb.text import arxiv_ids, pages
from kb.text.pages import Page

AT_ONCE = 20  # addresses of one job, each of another site
NEW = 500  # addresses that are taken up by one job
LEASE = timedelta(minutes=10)  # for which another job leaves an address alone
LONGEST = timedelta(minutes=1)  # of one job, but for the last look
SPACING = timedelta(seconds=30)  # between two looks at one site
WELL, ILL, CLOSED = timedelta(days=7), timedelta(days=1), timedelta(days=30)
ROBOTS_LAST = 24 * 3600  # seconds
# An answer, but none about the page: who asks may not, or asked too often.
UNTOLD = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
}


def take_up(*, now: datetime) -> int:
    """Note the addresses that nobody looks at yet; forget those that are no more.

    Return how many are new. arXiv's papers are left out: arXiv is asked through its
    gate alone, and tells by itself.
    """
    known = LinkCheck.objects.filter(url=OuterRef("url"))
    with acting(None, "take up links"):
        found = {*unseen(blogs(), known), *unseen(links(), known)}
        fresh = [url for url in found if not at_arxiv(url)]
        LinkCheck.objects.bulk_create(
            (
                LinkCheck(url=url, host=host_of(url), due_at=now)
                for url in sorted(fresh)[:NEW]
            ),
            ignore_conflicts=True,
        )
        gone = LinkCheck.objects.exclude(url__in=blogs().values("url"))
        gone.exclude(url__in=links().values("url")).delete()
    return min(len(fresh), NEW)


def check(*, clock: Clock) -> int:
    """Look at the addresses that are due, one of each site; return how many.

    For a minute at most, and what is not reached is due again: sites that hang would
    keep a worker from everything else.
    """
    began = clock()
    taken = lease(now=began)
    for done, row in enumerate(taken):
        if clock() - began > LONGEST:
            late = [left.pk for left in taken[done:]]
            LinkCheck.objects.filter(pk__in=late).update(due_at=clock())
            return done
        look(row, clock=clock)
    return len(taken)


def lease(*, now: datetime) -> list[LinkCheck]:
    """Take addresses that are due, each of another site, for this process."""
    recent = LinkCheck.objects.filter(
        host=OuterRef("host"), checked_at__gt=now - SPACING
    )
    with acting(None, "check links"):
        due = LinkCheck.objects.due(now).exclude(Exists(recent))
        rows = list(due.select_for_update(skip_locked=True)[: AT_ONCE * 10])
        by_host = {row.host: row for row in reversed(rows)}
        taken = sorted(by_host.values(), key=lambda row: row.due_at)[:AT_ONCE]
        keys = [row.pk for row in taken]
        # The whole site is taken: another process finds none of it due.
        hosts = LinkCheck.objects.due(now).filter(host__in=by_host)
        hosts.exclude(pk__in=keys).update(due_at=now + SPACING)
        LinkCheck.objects.filter(pk__in=keys).update(due_at=now + LEASE)
    return taken


def look(row: LinkCheck, *, clock: Clock) -> None:
    """Look at one address, and keep what was found."""
    problem, looked = "", None
    if not allowed(row.url):
        keep(row, now=clock(), due=CLOSED, problem="robots.txt closes it to us.")
        return
    try:
        looked = fetching.look(row.url, etag=row.etag, last_modified=row.last_modified)
    except Unreachable as refusal:
        problem = str(refusal)
    now = clock()
    if looked and looked.status in UNTOLD:
        keep(row, now=now, due=CLOSED, problem=f"HTTP {looked.status}")
    elif looked and looked.status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        found(row, looked, now=now)
    else:
        problem = problem or (f"HTTP {looked.status}" if looked else "")
        failing = row.failing_since or now
        keep(row, now=now, due=ILL, problem=problem, failing_since=failing)


def found(row: LinkCheck, looked: Looked, *, now: datetime) -> None:
    """Keep that an address answers, and read what a new blog post says."""
    moved = looked.url if looked.url != row.url else ""
    validators: dict[str, Any] = {"moved_to": moved[:URL_LENGTH]}
    if looked.status == HTTPStatus.OK:
        validators |= {"etag": looked.etag, "last_modified": looked.last_modified}
    first = row.checked_at is None
    keep(row, now=now, due=WELL, **validators)
    if first and looked.text:
        describe(Blog.objects.in_use().filter(url=row.url), looked)


def describe(blogs: Iterable[Blog], looked: Looked) -> None:
    """Give blog posts what their page says of itself, where nobody said it."""
    page: Page | None = None
    for blog in blogs:
        page = page or pages.read(looked.text, looked.url)
        said = {
            "author": page.author[:BYLINE_LENGTH],
            "site": page.site[:BYLINE_LENGTH],
            "published_on": page.published_on,
        }
        new = {name: it for name, it in said.items() if it and not getattr(blog, name)}
        with acting(None, "read page"):
            if new:
                Blog.objects.filter(pk=blog.pk).update(**new)
            if page.title and blog.title == blog.url:
                Entry.objects.filter(pk=blog.pk, title=blog.title).update(
                    title=page.title[:TITLE_LENGTH]
                )


def keep(
    row: LinkCheck, *, now: datetime, due: timedelta, problem: str = "", **more: Any
) -> None:
    """Keep what a look found, and when the next one is due."""
    told: dict[str, Any] = {"failing_since": None, **more}
    told |= {"checked_at": now, "due_at": now + due, "problem": problem}
    with acting(None, "check links"):
        LinkCheck.objects.filter(pk=row.pk).update(**told)
        Blog.objects.filter(url=row.url).update(
            checked_at=now, reachable=None if due == CLOSED else not problem
        )


# --- Inside -------------------------------------------------------------------


def blogs() -> Any:
    """Return the blog posts whose pages are looked at."""
    return Blog.objects.in_use().exclude(url=None)


def links() -> Any:
    """Return the links that are looked at."""
    return Resource.objects.shown().filter(entry__in=Entry.objects.in_use())


def unseen(rows: Any, known: Any) -> Iterable[str]:
    """Return the addresses of rows that nobody looks at yet."""
    web = Q(url__startswith="http://") | Q(url__startswith="https://")
    web &= ~Q(url__contains="arxiv.org/")  # or they would fill each turn
    new = rows.filter(web).exclude(Exists(known)).order_by()
    return new.values_list("url", flat=True).distinct()[:NEW]  # type: ignore[no-any-return]


def at_arxiv(url: str) -> bool:
    """Say whether an address is arXiv's, or leads there."""
    return host_of(url).endswith("arxiv.org") or arxiv_ids.parse(url) is not None


def host_of(url: str) -> str:
    """Return the site of an address."""
    return (urlsplit(url).hostname or "")[:253]


def allowed(url: str) -> bool:
    """Say whether robots.txt of a site lets us look at an address.

    A site without one, or where it cannot be read, lets us.
    """
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/robots.txt"
    text = cache.get(f"robots:{root}")
    if text is None:
        try:
            looked = fetching.look(root)
            text = looked.text if looked.status == HTTPStatus.OK else ""
        except Unreachable:
            text = ""
        cache.set(f"robots:{root}", text, ROBOTS_LAST)
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    return rules.can_fetch(fetching.AGENT, url)
