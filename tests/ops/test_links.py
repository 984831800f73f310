"""Links are looked at politely; what leads nowhere for a week is told of."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache

from kb.models import Blog, Entry, LinkCheck
from kb.models.chores import Gap, lacking
from kb.ops import bin as bins
from kb.ops import fetching, links
from tests.factories import NOW, blog, paper, person, resource
from tests.websites import Reply, connections, redirect, website

pytestmark = pytest.mark.django_db

POST = b"""<!doctype html><html><head><title>On Notes | Ann's Blog</title>
<meta name="author" content="Ann Li"><meta property="og:site_name" content="Ann's Blog">
<meta property="og:title" content="On Notes">
<meta property="article:published_time" content="2024-05-06T07:08:09Z"></head>
<body><article><h1>On Notes</h1><p>Words, and more of them, as a post has.</p></article>
</body></html>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site(monkeypatch):
    cache.clear()
    with website() as site:
        monkeypatch.setattr(fetching, "RULES", site.rules())
        monkeypatch.setattr(fetching, "RESOLVER", site.resolve)
        site.replies["/robots.txt"] = Reply([b""], status=404)
        yield site


def post(site, path="/post", body=POST, title="", **headers):
    """A blog post of the site, in the library."""
    site.replies[path] = Reply([body], headers=HTML | headers)
    there = blog(f"{site.url}{path}", title or f"{site.url}{path}")
    links.take_up(now=NOW)
    return there


def look(at=NOW):
    return links.check(clock=lambda: at)


def asked(site):
    return [path for path, _ in site.asked if path != "/robots.txt"]


def test_a_new_post_says_who_wrote_it_and_when(site):
    there = post(site)

    assert look() == 1

    found = Blog.objects.get(pk=there.pk)
    assert (found.title, found.author, found.site) == (
        "On Notes",
        "Ann Li",
        "Ann's Blog",
    )
    assert found.published_on == date(2024, 5, 6)
    assert (found.reachable, found.checked_at) == (True, NOW)


def test_what_somebody_wrote_is_never_replaced(site):
    there = post(site, title="Our title")
    Blog.objects.filter(pk=there.pk).update(author="Somebody")

    look()

    found = Blog.objects.get(pk=there.pk)
    assert (found.title, found.author, found.site) == (
        "Our title",
        "Somebody",
        "Ann's Blog",
    )


def test_what_did_not_change_is_not_sent_again(site):
    post(site, ETag='"one"')
    look()
    later = NOW + timedelta(days=7, minutes=1)
    site.replies["/post"] = Reply([], status=304)

    assert look(later) == 1

    headers = dict(site.asked[-1][1])
    assert headers["If-None-Match"] == '"one"'
    assert LinkCheck.objects.get().failing_since is None


def test_a_week_of_nothing_is_told_of_and_an_answer_ends_it(site):
    there = post(site)
    site.replies["/post"] = Reply([], status=404)
    for day in range(8):
        look(NOW + timedelta(days=day, minutes=day))
        told = lacking(Gap.LINKS, NOW + timedelta(days=day, minutes=day))
        assert list(told) == ([there] if day >= 7 else [])

    site.replies["/post"] = Reply([POST], headers=HTML)
    later = NOW + timedelta(days=9)
    look(later)
    assert not lacking(Gap.LINKS, later)


def test_an_archive_is_offered_for_what_leads_nowhere(site, client):
    there = post(site, title="Gone")
    link = resource(there, f"{site.url}/code", by=person())
    for url in (there.url, link.url):
        LinkCheck.objects.update_or_create(
            url=url, defaults={"due_at": NOW, "failing_since": NOW}
        )
    client.force_login(person("wang"))

    page = client.get(there.get_absolute_url()).content.decode()

    for url in (there.url, link.url):
        assert f"https://web.archive.org/web/{url}" in page


def test_links_of_entries_are_looked_at_and_of_what_is_in_the_bin_not(site):
    there = paper()
    resource(there, f"{site.url}/code", by=person())
    site.replies["/code"] = Reply([], status=410)
    links.take_up(now=NOW)
    look()
    assert LinkCheck.objects.get().failing_since == NOW

    bins.put_in([there.pk], by=None, now=NOW)
    links.take_up(now=NOW)
    assert not LinkCheck.objects.exists()


def test_what_robots_may_not_see_is_left_alone(site):
    site.replies["/robots.txt"] = Reply(
        [b"User-agent: *\nDisallow: /post\n"], headers={"Content-Type": "text/plain"}
    )
    there = post(site)

    look()

    assert asked(site) == []
    assert Blog.objects.get(pk=there.pk).reachable is None
    assert LinkCheck.objects.get().failing_since is None


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_site_that_lets_us_not_in_is_not_called_broken(site, status):
    post(site)
    site.replies["/post"] = Reply([], status=status)

    look()

    row = LinkCheck.objects.get()
    assert (row.failing_since, row.problem) == (None, f"HTTP {status}")
    assert row.due_at == NOW + links.CLOSED


def test_one_site_is_asked_for_one_page_at_a_time(site):
    for number in range(3):
        post(site, f"/{number}")

    assert look() == 1
    assert look(NOW + timedelta(seconds=1)) == 0
    assert look(NOW + timedelta(seconds=61)) == 1
    assert len(asked(site)) == 2


def test_where_a_page_moved_to_is_kept(site):
    post(site, "/new")
    site.replies["/old"] = redirect("/new", 301)
    blog(f"{site.url}/old", "Old")
    links.take_up(now=NOW)
    for minute in range(3):
        look(NOW + timedelta(minutes=minute))

    row = LinkCheck.objects.get(url=f"{site.url}/old")
    assert row.moved_to == f"{site.url}/new"


def test_no_address_inside_is_ever_connected_to(site):
    blog("http://169.254.169.254/latest", "Metadata")
    blog("http://localhost:8000/", "Here")
    links.take_up(now=NOW)

    with connections() as reached:
        look()

    assert reached == []
    assert LinkCheck.objects.filter(failing_since=NOW).count() == 2


def test_arxiv_is_asked_through_its_gate_alone(site):
    there = blog("https://info.arxiv.org/help/", "Help")
    resource(there, "https://arxiv.org/abs/2307.02486", by=person())

    assert links.take_up(now=NOW) == 0


def test_sites_that_hang_do_not_keep_a_worker(site):
    there = post(site)
    blog("https://nowhere.example/x", "Nowhere")
    links.take_up(now=NOW)
    times = iter(NOW + timedelta(seconds=40 * turn) for turn in range(9))

    assert links.check(clock=lambda: next(times)) == 1

    left = LinkCheck.objects.get(checked_at=None)
    assert left.due_at < NOW + timedelta(minutes=5)
    assert there.pk


def test_a_site_that_does_not_answer_keeps_the_others_from_nothing(site):
    there = post(site)
    blog("https://nowhere.example/x", "Nowhere")
    links.take_up(now=NOW)

    assert look() == 2

    assert Blog.objects.get(pk=there.pk).reachable
    assert Entry.objects.count() == 2
