"""Nobody hears of another's private note by any of what tells members of news."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from kb.models import Annotation, Entry, Mail, Notification
from kb.ops import annotations, digests, looks, mails
from kb.web.shelf import LABELS
from tests.factories import NOW, followed, note, paper, person, topic_at

pytestmark = pytest.mark.django_db

CANARY = "kanarienvogel"
KEYS = re.compile('name="(?:csrfmiddlewaretoken|writer)"')
AGES = timedelta(days=30)


@pytest.fixture
def entry():
    return paper("2307.02486", "LongNet", topics=[topic_at(["Agent"])])


@pytest.fixture
def li():
    return person("li")


@pytest.fixture
def wang(entry):
    """Somebody who follows the entry and wants to hear of everything."""
    wang = person("wang")
    followed(entry, by=wang)
    digests.choose(wang, "daily", now=NOW)
    for place in ("home", f"topic:{topic_at(['Agent']).pk}"):
        looks.look(place, by=wang, now=NOW)
    return wang


def addresses(entry):
    yield from ("/", "/?new", "/topics/agent/", "/topics/agent/?new")
    yield from ("/inbox/", "/inbox/?unread", "/inbox/count/")
    yield from ("/activity/", "/activity/li/", "/activity/wang/")
    yield from (f"/shelf/?show={part}" for part in LABELS)
    yield from (entry.get_absolute_url(), "/preferences/")
    yield digests.unsubscribe_path(User.objects.get(username="wang"))


def seen(user, entry):
    """Every page that somebody can open, without the keys of its forms."""
    client = Client()
    client.force_login(user)
    return {
        address: client.get(address).content.decode().count(CANARY)
        for address in addresses(entry)
    }


def figures(user):
    """Every number that somebody is shown."""
    client = Client()
    client.force_login(user)
    inbox = client.get("/inbox/").context
    return (
        inbox["totals"]["all"],
        inbox["unread"]().label,
        client.get("/shelf/").context["counts"],
        len(client.get("/activity/").context["lines"]),
        client.get("/").context["looked"].total,
    )


def test_a_private_note_is_in_no_page_number_or_mail_of_another(entry, li, wang):
    before = figures(wang)

    note(entry, f"{CANARY}, @wang", by=li)

    assert figures(wang) == before
    assert not any(seen(wang, entry).values())
    assert not Notification.objects.exists()
    assert (digests.make_due(now=NOW + AGES), mails.send_due(now=NOW + AGES)) == (0, 0)


def make_private(written):
    annotations.edit(
        written, written.body, "private", base=1, by=written.author, now=NOW
    )


def leave_a_stub(written):
    Annotation.objects.filter(pk=written.pk).update(deleted_at=NOW)


def put_away(written):
    Entry.objects.filter(pk=written.entry_id).update(status="archived")


@pytest.mark.parametrize("hide", [make_private, leave_a_stub])
def test_nor_is_one_that_was_public_before(entry, li, wang, hide):
    before = figures(wang)
    written = note(entry, f"{CANARY}, @wang", by=li, visibility="team")
    assert figures(wang) != before
    assert seen(wang, entry)["/inbox/"] == 1

    hide(written)

    assert figures(wang) == before
    told = {**seen(wang, entry), entry.get_absolute_url(): 0}  # the notes' own tests
    assert not any(told.values())
    assert digests.make_due(now=NOW + AGES) == 0


def test_nor_one_on_an_entry_that_was_put_away(entry, li, wang):
    written = note(entry, f"{CANARY}, @wang", by=li, visibility="team")

    put_away(written)

    told = {**seen(wang, entry), entry.get_absolute_url(): 0}
    assert not any(told.values())
    assert figures(wang)[:2] == (0, "")


def test_a_note_made_private_is_not_in_a_mail_that_is_made_after(entry, li, wang):
    other = paper("2305.17126", "Tool Makers")
    note(followed(other, by=wang), "for all", by=li, visibility="team")
    written = note(entry, f"{CANARY}, @wang", by=li, visibility="team")
    make_private(written)

    digests.make_due(now=NOW + AGES)
    mails.send_due(now=NOW + AGES)

    (sent,) = mail.outbox
    assert "for all" in sent.body
    for text in (sent.subject, sent.body, *(body for body, _kind in sent.alternatives)):
        assert CANARY not in text
    assert "1 unread thing" in Mail.objects.get().subject


def test_how_a_member_stands_to_an_entry_is_in_no_page_of_another(entry, li, wang):
    zhao = person("zhao")
    before = figures(zhao)
    client = Client()
    client.force_login(zhao)
    page = client.get(entry.get_absolute_url()).content.decode()

    for verb, data in (
        ("star", {"on": "yes"}),
        ("reading", {"state": "reading"}),
        ("rating", {"rating": "5"}),
        ("follow", {"on": "yes"}),
    ):
        own = Client()
        own.force_login(li)
        own.post(f"/entries/{entry.pk}/{verb}/", data)

    assert figures(zhao) == before
    again = client.get(entry.get_absolute_url()).content.decode()
    assert without_keys(again) == without_keys(page)


def without_keys(page):
    """A page without the tokens of its forms, which differ each time."""
    return [line for line in page.splitlines() if not KEYS.search(line)]
