from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from kb.models import Annotation, Entry, Mail, Member, Notification
from kb.ops import annotations, digests, members, notifications
from tests.factories import NOW, followed, milestone, note, paper, person

pytestmark = pytest.mark.django_db

# A Wednesday, at five in the morning UTC.
DAY = timedelta(days=1)


@pytest.fixture
def li():
    return person("li")


@pytest.fixture
def wang():
    return person("wang")


def due(user):
    return Member.objects.get(user=user).digest_due_at


def make(now):
    return digests.make_due(now=now)


@pytest.mark.parametrize(
    ("often", "zone", "expected"),
    [
        ("daily", "UTC", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        ("weekly", "UTC", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        # There it is past one in the afternoon.
        ("daily", "Asia/Shanghai", datetime(2026, 3, 5, 0, tzinfo=UTC)),
        ("weekly", "Asia/Shanghai", datetime(2026, 3, 9, 0, tzinfo=UTC)),
    ],
)
def test_digests_are_due_at_eight_and_weekly_ones_on_mondays(
    settings, often, zone, expected
):
    settings.TIME_ZONE = zone

    assert digests.next_at(often, now=NOW) == expected


def test_the_next_is_after_this_one_even_to_the_second():
    eight = datetime(2026, 3, 9, 8, tzinfo=UTC)  # a Monday

    assert digests.next_at("daily", now=eight) == eight + DAY
    assert digests.next_at("weekly", now=eight) == eight + 7 * DAY
    almost = eight - timedelta(seconds=1)
    assert digests.next_at("daily", now=almost) == eight
    assert digests.next_at("weekly", now=almost) == eight


def test_eight_stays_eight_when_the_clocks_change(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)  # they change on the 29th

    assert digests.next_at("daily", now=before) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_a_digest_holds_what_is_unread_with_whole_addresses(settings, li, wang):
    settings.SITE_URL = "https://kb.example.org/"
    digests.choose(wang, "daily", now=NOW)
    entry = followed(paper(title="LongNet & <friends>"), by=wang)
    written = note(entry, "值得一看 $O(n)$", by=li, visibility="team")
    notifications.of_milestone(milestone(entry, version=3), now=NOW)

    assert make(due(wang)) == 1

    sent = Mail.objects.get()
    address = f"https://kb.example.org/entries/{entry.pk}/"
    assert sent.member == wang
    assert sent.subject == "[Zhaji] 2 unread things in your inbox"
    for text in (sent.text, sent.html):
        assert "值得一看" in text
        assert "li wrote a note" in text
        assert "Version 3 is out" in text
        assert f"{address}#note-{written.pk}" in text
        assert sent.unsubscribe_url in text
        assert "https://kb.example.org/inbox/" in text
        assert "https://kb.example.org/preferences/" in text
    assert "LongNet & <friends>" in sent.text
    assert "LongNet &amp; &lt;friends&gt;" in sent.html
    assert sent.unsubscribe_url.startswith("https://kb.example.org/unsubscribe/")


@pytest.mark.parametrize(
    ("chosen", "tag"),
    [
        ({"ui_language": "zh-hans"}, "zh-Hans"),
        ({"ui_language": "en", "reading_language": "zh"}, "en"),
        ({"reading_language": "zh"}, "zh-Hans"),
        ({}, "en"),
    ],
)
def test_a_digest_is_in_its_readers_language(li, wang, chosen, tag):
    members.prefer(wang, **chosen)
    digests.choose(wang, "daily", now=NOW)
    note(followed(paper(), by=wang), "x", by=li, visibility="team")

    make(due(wang))

    assert f'<html lang="{tag}">' in Mail.objects.get().html


def test_what_was_mailed_or_read_is_not_mailed(li, wang):
    digests.choose(wang, "daily", now=NOW)
    entry = followed(paper(), by=wang)
    note(entry, "first", by=li, visibility="team")
    assert make(due(wang)) == 1
    note(entry, "second", by=li, visibility="team")
    note(entry, "third", by=li, visibility="team")
    (third, *_others) = Notification.objects.of(wang)
    notifications.read(third, by=wang, now=NOW)

    assert make(due(wang)) == 1

    text = Mail.objects.first().text
    assert "second" in text
    assert "first" not in text
    assert "third" not in text


def test_without_anything_unread_no_mail_is_made_and_the_next_is_a_day_later(wang):
    digests.choose(wang, "daily", now=NOW)
    first = due(wang)

    assert make(first - timedelta(seconds=1)) == 0
    assert due(wang) == first
    assert make(first) == 0
    assert due(wang) == first + DAY


def test_after_days_of_rest_one_digest_is_made(li, wang):
    digests.choose(wang, "daily", now=NOW)
    note(followed(paper(), by=wang), "x", by=li, visibility="team")

    assert make(NOW + 10 * DAY) == 1
    assert make(NOW + 10 * DAY) == 0


def test_what_must_not_be_seen_any_more_is_in_no_mail(li, wang):
    digests.choose(wang, "daily", now=NOW)
    entry, other = followed(paper(), by=wang), followed(paper("2305.17126"), by=wang)
    written = note(entry, "canary one", by=li, visibility="team")
    removed = note(entry, "canary two", by=li, visibility="team")
    note(other, "canary three", by=li, visibility="team")
    annotations.edit(written, "canary one", "private", base=1, by=li, now=NOW)
    Annotation.objects.filter(pk=removed.pk).update(deleted_at=NOW)
    Entry.objects.filter(pk=other.pk).update(status="archived")

    assert make(due(wang)) == 0
    assert not Mail.objects.exists()


def test_nobody_gets_a_digest_who_has_no_use_for_it(li, wang):
    zhao = person("zhao")
    entry = paper()
    for user in (wang, zhao):
        digests.choose(user, "daily", now=NOW)
        followed(entry, by=user)
    note(entry, "x", by=li, visibility="team")
    wang.is_active = False
    wang.save()
    zhao.email = ""
    zhao.save()

    assert make(NOW + DAY) == 0


def test_one_chosen_in_the_admin_gets_a_time_first(li, wang):
    Member.objects.filter(user=wang).update(digest="weekly")
    note(followed(paper(), by=wang), "x", by=li, visibility="team")

    assert make(NOW) == 0
    assert due(wang) == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert make(due(wang)) == 1


def test_who_wants_none_any_more_does_not_get_the_one_that_waits(li, wang):
    digests.choose(wang, "daily", now=NOW)
    note(followed(paper(), by=wang), "x", by=li, visibility="team")
    make(due(wang))

    digests.choose(wang, "", now=NOW)

    assert not Mail.objects.exists()
    assert make(NOW + DAY) == 0
    assert due(wang) is None


def test_more_than_a_mail_can_tell_is_counted(li, wang, monkeypatch):
    monkeypatch.setattr(digests, "LISTED", 2)
    digests.choose(wang, "daily", now=NOW)
    entry = followed(paper(), by=wang)
    for n in range(5):
        note(entry, f"note {n}", by=li, visibility="team")

    make(due(wang))

    sent = Mail.objects.get()
    assert "5 unread things" in sent.subject
    assert ("note 4" in sent.text, "note 2" in sent.text) == (True, False)
    assert "And 3 more" in sent.text
    assert not Notification.objects.filter(mailed_at=None).exists()


def test_a_digest_that_cannot_be_written_keeps_no_other_waiting(
    li, wang, monkeypatch, caplog
):
    zhao = person("zhao")
    entry = paper()
    for user in (wang, zhao):
        digests.choose(user, "daily", now=NOW)
        followed(entry, by=user)
    note(entry, "x", by=li, visibility="team")
    Member.objects.filter(user=wang).update(ui_language="xx-none")
    monkeypatch.setattr(digests, "language", fails_for("xx-none"))

    assert make(NOW + DAY) == 1

    assert Mail.objects.get().member == zhao
    assert "could not be made" in caplog.text
    assert due(wang) < NOW + DAY


def fails_for(language):
    def fail(member):
        if member.ui_language == language:
            raise RuntimeError
        return "en"

    return fail


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_make_one_digest_for_each(li):
    entry = paper()
    readers = [person(f"reader{n}") for n in range(6)]
    for user in readers:
        digests.choose(user, "daily", now=NOW)
        followed(entry, by=user)
    note(entry, "x", by=li, visibility="team")

    def work():
        make(NOW + DAY)
        connection.close()

    jobs = [Thread(target=work) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()

    assert {sent.member for sent in Mail.objects.all()} == set(readers)
    assert Mail.objects.count() == len(readers)


def test_a_key_names_whose_digest_ends_and_cannot_be_made_up(wang):
    key = digests.unsubscribe_path(wang).split("/")[-2]

    assert digests.subscriber(key) == wang.pk
    with pytest.raises(digests.signing.BadSignature):
        digests.subscriber(f"{key}x")
