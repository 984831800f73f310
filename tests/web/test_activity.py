import re
from datetime import timedelta

import pytest

from kb.models import Annotation, Entry
from kb.ops import annotations, summaries
from kb.web.activity import PAGE
from tests.factories import NOW, blog, milestone, note, paper, person

pytestmark = pytest.mark.django_db


def hours(n):
    return NOW + timedelta(hours=n)


def page(client, address="/activity/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def did(client, address="/activity/"):
    """Who did what to what, as the lines say, newest first."""
    lines = client.get(address).context["lines"]
    return [
        (line.who and line.who.username, line.did, [one.title for one in line.entries])
        for line in lines
    ]


def at(entry, moment):
    Entry.objects.filter(pk=entry.pk).update(added_at=moment)
    return entry


@pytest.fixture
def days(member):
    """Two days of work by two members, and what arXiv did."""
    wang = person("wang")
    entry = at(paper(by=wang), hours(0))
    other = at(blog(title="一篇博客", by=member), hours(1))
    summaries.save(entry, "zh", "一", base=0, by=wang, now=hours(2))
    summaries.save(entry, "zh", "二", base=1, by=member, now=hours(26))
    shared = note(entry, "见第 3 页", by=wang, visibility="team")
    Annotation.objects.filter(pk=shared.pk).update(written_at=hours(3))
    milestone(entry, at=hours(27), version=4)
    return {"entry": entry, "other": other, "note": shared}


def test_without_anything_done_it_says_so(client, member):
    person("wang")

    assert "Nobody has added or written anything yet." in page(client)
    assert "They have added or written nothing yet." in page(client, "/activity/wang/")


def test_everything_is_told_newest_first_by_day(client, days):
    assert did(client) == [
        (None, "new version 4", ["LongNet"]),
        ("li", "wrote the Chinese summary", ["LongNet"]),
        ("wang", "wrote a note", ["LongNet"]),
        ("wang", "wrote the Chinese summary", ["LongNet"]),
        ("li", "added an entry", ["一篇博客"]),
        ("wang", "added an entry", ["LongNet"]),
    ]
    shown = page(client)
    assert re.findall(r'<h2><time datetime="([^"]+)"', shown) == [
        "2026-03-05",
        "2026-03-04",
    ]
    entry, written = days["entry"], days["note"]
    assert "见第 3 页" in shown
    assert f'href="{entry.get_absolute_url()}#note-{written.pk}"' in shown


def test_days_are_those_of_the_place_where_the_site_is(client, days, settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    at(days["entry"], NOW.replace(hour=15))
    at(days["other"], NOW.replace(hour=17))

    shown = page(client)

    assert shown.count("<section") == 2
    assert '<time datetime="2026-03-04">' in shown
    assert '<time datetime="2026-03-05">' in shown


def test_one_members_page_has_what_they_did(client, days):
    assert did(client, "/activity/li/") == [
        ("li", "wrote the Chinese summary", ["LongNet"]),
        ("li", "added an entry", ["一篇博客"]),
    ]
    assert 'href="/activity/wang/"' in page(client)


@pytest.mark.parametrize("name", ["nobody", "%00", "a/b"])
def test_who_is_not_there_did_nothing(client, member, name):
    assert client.get(f"/activity/{name}/").status_code == 404


def test_private_notes_are_in_it_for_nobody_not_even_their_author(client, days, member):
    for user in (member, person("zhao")):
        note(days["entry"], "canarybird", by=user)

    for address in ("/activity/", "/activity/li/", "/activity/zhao/"):
        assert "canarybird" not in page(client, address)
    assert len(did(client)) == 6


def test_what_was_made_private_or_deleted_or_put_away_is_gone(client, days):
    wang = days["note"].author
    annotations.edit(days["note"], "见第 3 页", "private", base=1, by=wang, now=NOW)
    assert "见第 3 页" not in page(client)
    annotations.edit(days["note"], "见第 3 页", "team", base=2, by=wang, now=NOW)
    Annotation.objects.update(deleted_at=NOW)
    assert "见第 3 页" not in page(client)

    Entry.objects.filter(title="LongNet").update(status="archived")
    assert did(client) == [("li", "added an entry", ["一篇博客"])]
    Entry.objects.filter(title="LongNet").delete()
    assert did(client) == [("li", "added an entry", ["一篇博客"])]


def test_answers_and_highlights_are_told_as_such(client, days, member):
    whole = {"entry": days["entry"], "author": member, "renderer": 1}
    common = {**whole, "visibility": "team", "version": 1}
    Annotation.objects.create(
        **common, body="y", html="<p>y</p>", parent=days["note"], written_at=hours(30)
    )
    marked = {"where": "abstract", "exact": "the quote", "start": 0, "end": 9}
    Annotation.objects.create(**common, **marked, written_at=hours(31))

    assert [what for _who, what, _entries in did(client)[:2]] == [
        "highlighted a passage",
        "replied to a note",
    ]
    assert "the quote" in page(client)


def test_what_was_added_at_once_is_one_line(client, member):
    for n in range(1, 10):
        paper(f"2301.{n:05}", f"Paper {n}", by=member)
    paper("2302.00001", "By nobody")

    assert did(client) == [
        (None, "added an entry", ["By nobody"]),
        ("li", "added 9 entries", [f"Paper {n}" for n in range(9, 4, -1)]),
    ]
    assert "and 4 more" in page(client)


def test_every_act_is_on_exactly_one_page(client, member):
    wang = person("wang")
    entry = at(paper(by=wang), hours(0))
    for n in range(PAGE):
        written = note(entry, f"note {n}", by=wang, visibility="team")
        moment = hours(n // 3)  # ties, which must not be lost between pages
        user = person(f"w{n}")
        Annotation.objects.filter(pk=written.pk).update(written_at=moment, author=user)
        summaries.save(entry, "zh", f"{n}", base=n, by=user, now=moment)
        milestone(entry, at=moment, version=n + 2)

    seen, address = [], "/activity/"
    while address:
        response = client.get(address)
        seen += [line.act for line in response.context["lines"]]
        older = response.context["older"]
        address = f"/activity/?after={older}" if older else ""

    assert len(seen) == len(set(seen)) == 1 + 3 * PAGE
    moments = [act.at for act in seen]
    assert moments == sorted(moments, reverse=True)
    assert "Newest" in page(
        client, f"/activity/?after={client.get('/activity/').context['older']}"
    )


@pytest.mark.parametrize(
    "after", ["x", "1-9-1", "1-0", "-1-0-1", "9" * 17 + "-0-" + "9" * 18, "٣-0-1"]
)
def test_odd_places_are_no_errors(client, days, after):
    assert client.get("/activity/", {"after": after}).status_code == 200


def test_before_everything_there_is_nothing(client, days):
    assert "There is nothing older." in page(client, "/activity/?after=1-0-1")


def test_queries_do_not_grow_with_what_was_done(
    client, days, member, django_assert_max_num_queries
):
    client.get("/activity/")
    with django_assert_max_num_queries(16) as few:
        client.get("/activity/")
    for n in range(1, 9):
        user = person(f"w{n}")
        entry = at(paper(f"2301.{n:05}", f"Paper {n}", by=user), hours(n))
        summaries.save(entry, "en", "text", base=0, by=user, now=hours(n))
        note(entry, "x", by=user, visibility="team")
        milestone(entry, at=hours(n))
    with django_assert_max_num_queries(16) as many:
        client.get("/activity/")

    assert len(many) == len(few)


def test_readers_without_account_are_told_of_nobody(client, settings):
    settings.READABLE_BY = "everyone"
    person("wang")

    for address in ("/activity/", "/activity/wang/"):
        assert client.get(address).status_code == 302
