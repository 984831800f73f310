from datetime import timedelta

import pytest
from django.test import Client

from kb.models import Notification
from kb.ops import annotations, notifications
from tests.factories import NOW, followed, milestone, note, paper, person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def wang():
    return person("wang")


def tell(member, body="Look at this", *, by, entry=None):
    """The note that a member was told of."""
    entry = followed(entry or paper(), by=member)
    return note(entry, body, by=by, visibility="team")


def page(client, address="/inbox/"):
    return client.get(address).content.decode()


def badge(client):
    """The number in the top bar."""
    return client.get("/").context["unread"]().label


def test_an_empty_inbox_says_what_will_be_in_it(client, member):
    shown = page(client)

    assert "You will be told here" in shown
    assert 'href="/preferences/"' in shown
    assert badge(client) == ""


def test_the_inbox_says_who_did_what_where(client, member, wang):
    written = tell(member, "看第 3 页 $O(n)$ <b>", by=wang)
    entry = written.entry
    notifications.of_milestone(milestone(entry, version=3), now=NOW)

    shown = page(client)

    assert "wang wrote a note" in shown
    assert "看第 3 页" in shown
    assert "&lt;b&gt;" in shown
    assert f'href="{entry.get_absolute_url()}#note-{written.pk}"' in shown
    assert "Version 3 is out" in shown
    assert shown.index("Version 3") < shown.index("wang wrote")
    assert badge(client) == "2"


def test_one_is_marked_as_read_in_its_place(client, member, wang):
    tell(member, by=wang)
    one = Notification.objects.get()
    url = f"/inbox/{one.pk}/read/"

    line = client.post(url, {"part": "unread"}, headers=HTMX)
    plain = client.post(url, {"part": "unread"})

    assert "HX-Trigger" in line
    assert line.content.decode().count("<li") == 1
    assert "Mark as read" not in line.content.decode()
    assert plain["Location"] == "/inbox/?unread"
    assert badge(client) == ""
    assert "You have read everything" in page(client, "/inbox/?unread")


def test_all_that_was_shown_is_marked_as_read(client, member, wang):
    entry = paper()
    tell(member, "one", by=wang, entry=entry)
    last = client.get("/inbox/").context["totals"]["last"]
    tell(member, "two", by=wang, entry=entry)

    response = client.post("/inbox/read/", {"last": last})

    assert response["Location"] == "/inbox/"
    assert badge(client) == "1"
    assert client.post("/inbox/read/", {"last": "x"}).status_code == 400


def test_opening_an_entry_reads_what_was_told_of_it(client, member, wang):
    entry, other = paper(), paper("2305.17126", "Tool Makers")
    for one in (entry, other):
        tell(member, by=wang, entry=one)
    seen = f"{entry.get_absolute_url()}told/"
    assert seen in page(client, entry.get_absolute_url())

    response = client.post(seen)

    assert (response.status_code, response["HX-Trigger"]) == (204, "kb:told")
    assert badge(client) == "1"
    assert seen not in page(client, entry.get_absolute_url())


def test_no_page_that_is_only_opened_marks_anything(client, member, wang):
    entry = tell(member, by=wang).entry

    for address in ("/inbox/", "/inbox/count/", entry.get_absolute_url(), "/"):
        client.get(address)

    assert badge(client) == "1"


def test_the_number_is_answered_only_when_it_changed(client, member, wang):
    tell(member, by=wang)

    same = client.get("/inbox/count/?shown=1")
    changed = client.get("/inbox/count/?shown=")

    assert (same.status_code, same.content) == (204, b"")
    assert changed.content == b"1"
    notifications.read_all(by=member, now=NOW, last=10**9)
    none = client.get("/inbox/count/?shown=1")
    assert (none.status_code, none.content) == (200, b"")


def test_a_hundred_unread_things_are_more_than_are_counted(client, member, wang):
    entry = paper()
    for n in range(100):
        note(entry, f"note {n}", by=wang, visibility="team")
    for written in entry.annotations.all():
        notifications.of_note(written, mentioned=[member], now=NOW)

    assert badge(client) == "99+"
    assert "99+" in page(client, "/inbox/count/")


def test_what_must_not_be_seen_any_more_is_not_counted(client, member, wang):
    written = tell(member, "canarybird", by=wang)
    assert "canarybird" in page(client)

    annotations.edit(written, "canarybird", "private", base=1, by=wang, now=NOW)

    assert "canarybird" not in page(client)
    assert client.get("/inbox/").context["totals"]["all"] == 0
    assert badge(client) == ""


def test_ones_inbox_is_nobody_elses(client, member, wang):
    tell(member, by=wang)
    one, stranger = Notification.objects.get(), Client()
    stranger.force_login(wang)

    assert stranger.post(f"/inbox/{one.pk}/read/").status_code == 404
    assert "wrote a note" not in page(stranger)
    assert badge(stranger) == ""
    assert badge(client) == "1"


def test_older_things_are_on_the_next_page(client, member, wang):
    entry = paper()
    for n in range(35):
        written = note(entry, f"note {n}", by=wang, visibility="team")
        at = NOW + timedelta(minutes=n)
        notifications.of_note(written, mentioned=[member], now=at)

    assert "note 34" in page(client)
    assert "note 1<" in page(client, "/inbox/?page=2")
    back = client.post(
        f"/inbox/{Notification.objects.last().pk}/read/", {"part": "page=2"}
    )
    assert back["Location"] == "/inbox/?page=2"


def test_queries_do_not_grow_with_what_is_told(
    client, member, wang, django_assert_max_num_queries
):
    entry = paper()
    tell(member, "one", by=wang, entry=entry)
    page(client)
    with django_assert_max_num_queries(9) as few:
        page(client)
    for n in range(20):
        tell(member, f"note {n}", by=person(f"w{n}"), entry=paper(f"2301.{n + 1:05}"))
    with django_assert_max_num_queries(9) as many:
        page(client)

    assert len(many) == len(few)


def test_the_number_costs_one_query(client, member, wang, django_assert_num_queries):
    tell(member, by=wang)

    client.get("/inbox/count/")  # from now on the session is in the cache
    with django_assert_num_queries(2):  # user with profile, number
        client.get("/inbox/count/")


def test_readers_without_account_have_no_inbox(client, settings):
    settings.READABLE_BY = "everyone"

    shown = page(client, "/")

    assert "inbox" not in shown
    assert client.get("/inbox/").status_code == 302


# --- Preferences ----------------------------------------------------------------------


def form(**chosen):
    return {"ui_language": "", "reading_language": "", "theme": "", **chosen}


def test_a_member_chooses_what_to_be_told_of(client, member, wang):
    chosen = form(inbox_kinds=["mention"], digest="weekly")

    client.post("/preferences/", chosen)

    member.member.refresh_from_db()
    assert member.member.inbox_kinds == ["mention"]
    assert member.member.digest == "weekly"
    assert member.member.digest_due_at.weekday() == 0
    tell(member, by=wang)
    assert badge(client) == ""
    shown = page(client, "/preferences/")
    assert shown.count(" checked") == 1
    assert "li@example.org" in shown


def test_saving_other_preferences_does_not_move_the_digest(client, member):
    client.post("/preferences/", form(digest="daily"))
    member.member.refresh_from_db()
    due = member.member.digest_due_at - timedelta(days=1)
    type(member.member).objects.update(digest_due_at=due)

    client.post("/preferences/", form(digest="daily", theme="dark"))

    member.member.refresh_from_db()
    assert (member.member.digest_due_at, member.member.theme) == (due, "dark")


def test_an_unknown_kind_is_refused(client, member):
    response = client.post("/preferences/", form(inbox_kinds=["gossip"]))

    assert response.status_code == 422


def test_who_has_no_address_is_told_so(client, member):
    member.email = ""
    member.save()

    assert 'href="/account/email/"' in page(client, "/preferences/")
