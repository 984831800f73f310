from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.models import Annotation, Entry, Notification
from kb.ops import annotations, members, notifications, reading
from kb.text import markdown
from tests.factories import NOW, followed, milestone, note, paper, person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def li():
    return person("li")


@pytest.fixture
def wang():
    return person("wang")


def told(user):
    """What somebody was told of, newest first."""
    return [one.kind for one in Notification.objects.of(user)]


def reply(to, body="Yes", *, by):
    """An answer to a note."""
    answer = Annotation.objects.create(
        entry=to.entry,
        author=by,
        parent=to,
        body=body,
        html=body,
        renderer=markdown.RENDERER,
        visibility=to.visibility,
        written_at=NOW,
    )
    notifications.of_note(answer, mentioned=[], now=NOW)
    return answer


# --- Notes ------------------------------------------------------------------------


def test_a_followers_inbox_has_the_teams_notes_and_not_private_ones(li, wang):
    entry = followed(paper(), by=wang)

    note(entry, "for me", by=li)
    written = note(entry, "for all", by=li, visibility="team")

    (one,) = Notification.objects.of(wang)
    assert (one.kind, one.annotation, one.entry, one.at) == (
        "note",
        written,
        entry,
        NOW,
    )
    assert one.read_at is None


def test_who_writes_is_not_told_even_if_they_name_themselves(li):
    entry = followed(paper(), by=li)

    note(entry, "@li, look again", by=li, visibility="team")

    assert told(li) == []


def test_whom_a_note_mentions_is_told_so_whether_they_follow_or_not(li, wang):
    zhao, wu = person("zhao"), person("wu")
    entry = followed(paper(), by=wang)

    body = "@wang看这里，\uff20Zhao。问 `@wu`，不是 li@wu.example"
    note(entry, body, by=li, visibility="team")

    assert told(wang) == told(zhao) == ["mention"]
    assert told(wu) == []


def test_nobody_learns_from_a_private_note_that_it_names_them(li, wang):
    note(followed(paper(), by=wang), "@wang is wrong", by=li)

    assert not Notification.objects.exists()


def test_everybody_in_a_thread_is_told_of_an_answer(li, wang):
    zhao, entry = person("zhao"), paper()
    first = note(entry, "Why?", by=li, visibility="team")

    reply(first, by=wang)
    assert (told(li), told(wang)) == (["reply"], [])
    reply(first, by=zhao)
    assert (told(li), told(wang), told(zhao)) == (["reply", "reply"], ["reply"], [])


def test_an_answer_to_a_private_note_tells_nobody(li, wang):
    first = note(followed(paper(), by=wang), "Why?", by=li)
    answer = reply(first, by=li)
    answer.visibility = "team"

    notifications.of_note(answer, mentioned=[wang], now=NOW)

    assert not Notification.objects.exists()


def test_each_is_told_once_by_the_first_reason_they_want(li, wang):
    first = note(followed(paper(), by=wang), "Why?", by=wang, visibility="team")

    answer = reply(first, by=li)
    assert told(wang) == ["reply"]

    Notification.objects.all().delete()
    members.prefer(wang, inbox_kinds=["note"])
    notifications.of_note(answer, mentioned=[wang], now=NOW)
    assert told(wang) == ["note"]


def test_who_wants_to_hear_nothing_hears_nothing(li, wang):
    members.prefer(wang, inbox_kinds=[])
    entry = followed(paper(), by=wang)

    note(entry, "@wang", by=li, visibility="team")
    notifications.of_milestone(milestone(entry), now=NOW)

    assert told(wang) == []


def test_an_account_without_a_profile_hears_all(li, wang):
    wang.member.delete()

    note(followed(paper(), by=wang), "x", by=li, visibility="team")

    assert told(wang) == ["note"]


def test_inactive_accounts_are_told_nothing(li, wang):
    entry = followed(paper(), by=wang)
    wang.is_active = False
    wang.save()

    note(entry, "@wang", by=li, visibility="team")
    notifications.of_milestone(milestone(entry), now=NOW)

    assert told(wang) == []


def test_telling_twice_tells_once(li, wang):
    entry = followed(paper(), by=wang)
    written = note(entry, "x", by=li, visibility="team")
    happened = milestone(entry)

    for _ in range(2):
        notifications.of_note(written, mentioned=[wang], now=LATER)
        notifications.of_milestone(happened, now=LATER)

    assert told(wang) == ["version", "note"]


# --- Notes that change --------------------------------------------------------------


def edit(written, body, visibility="team"):
    annotations.edit(
        written, body, visibility, base=written.version, by=written.author, now=LATER
    )


def test_a_note_that_is_made_public_is_told_of_as_a_new_one(li, wang):
    written = note(followed(paper(), by=wang), "x", by=li)

    edit(written, "x", "team")

    assert told(wang) == ["note"]


def test_an_edit_tells_those_it_names_and_no_others(li, wang):
    zhao, entry = person("zhao"), paper()
    written = note(entry, "x", by=li, visibility="team")
    followed(entry, by=zhao)

    edit(written, "x, @wang, by @li")

    assert (told(wang), told(zhao), told(li)) == (["mention"], [], [])


def test_an_edit_of_a_private_note_tells_nobody(li, wang):
    written = note(followed(paper(), by=wang), "x", by=li)

    edit(written, "@wang", "private")

    assert not Notification.objects.exists()


def test_what_must_not_be_seen_any_more_is_left_out(li, wang):
    entry = followed(paper(), by=wang)
    hidden = note(entry, "one", by=li, visibility="team")
    gone = note(entry, "two", by=li, visibility="team")
    Annotation.objects.filter(pk=gone.pk).update(deleted_at=NOW)
    removed = note(entry, "three", by=li, visibility="team")
    notifications.of_milestone(milestone(entry), now=LATER)
    assert told(wang) == ["version", "note", "note"]

    edit(hidden, "one", "private")
    annotations.delete(removed, by=li, now=NOW)
    assert told(wang) == ["version"]
    assert Notification.objects.of(wang).unread().count() == 1

    Entry.objects.update(status="archived")
    assert told(wang) == []


# --- Papers -------------------------------------------------------------------------


def test_followers_are_told_of_versions_and_withdrawals_alone(li, wang):
    one, other = followed(paper(), by=wang), paper("2305.17126", "Tool Makers")
    reading.star(one, by=li, on=True, now=NOW)
    kinds = ("version", "title", "published", "returned")

    notifications.of_milestones([milestone(one, kind) for kind in kinds], now=NOW)
    notifications.of_milestones([milestone(other, "withdrawn")], now=NOW)

    assert (told(wang), told(li)) == (["version"], [])
    (kept,) = Notification.objects.of(wang)
    assert (kept.entry, kept.milestone.kind) == (one, "version")


def test_a_withdrawal_is_told_once_although_it_is_a_version_too(wang):
    entry = followed(paper(), by=wang)
    both = [milestone(entry, "version"), milestone(entry, "withdrawn")]

    notifications.of_milestones(both, now=NOW)

    assert told(wang) == ["withdrawn"]


def test_who_does_not_want_the_one_is_told_of_the_other(wang):
    members.prefer(wang, inbox_kinds=["version"])
    entry = followed(paper(), by=wang)
    both = [milestone(entry, "version"), milestone(entry, "withdrawn")]

    notifications.of_milestones(both, now=NOW)

    assert told(wang) == ["version"]


def test_telling_of_many_papers_costs_as_much_as_of_one(wang):
    few = [milestone(followed(paper(), by=wang))]
    entries = [paper(f"2301.{n:05}", f"Paper {n}") for n in range(1, 8)]
    many = [milestone(followed(entry, by=wang)) for entry in entries]
    zhao = person("zhao")
    for entry in entries:
        followed(entry, by=zhao)

    with CaptureQueriesContext(connection) as one:
        notifications.of_milestones(few, now=NOW)
    with CaptureQueriesContext(connection) as all_of_them:
        notifications.of_milestones(many, now=NOW)

    assert len(one) == len(all_of_them) == 2
    assert Notification.objects.count() == 1 + 2 * 7


def test_nothing_that_happened_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        notifications.of_milestones([], now=NOW)


# --- Reading ------------------------------------------------------------------------


def test_one_is_read_by_whose_it_is(li, wang):
    note(followed(paper(), by=wang), "x", by=li, visibility="team")
    (one,) = Notification.objects.of(wang)

    notifications.read(one, by=li, now=LATER)
    assert Notification.objects.of(wang).unread().count() == 1
    notifications.read(one, by=wang, now=LATER)

    one.refresh_from_db()
    assert one.read_at == LATER


def test_opening_an_entry_reads_what_was_told_of_it(li, wang):
    first, second = paper(), paper("2305.17126", "Tool Makers")
    for entry in (first, second):
        note(followed(entry, by=wang), "x", by=li, visibility="team")

    notifications.read_of(first, by=wang, now=LATER)

    assert [one.entry for one in Notification.objects.of(wang).unread()] == [second]


def test_all_is_read_but_what_came_after_the_page_was_shown(li, wang):
    entry = followed(paper(), by=wang)
    note(entry, "seen", by=li, visibility="team")
    last = Notification.objects.of(wang).get().pk
    note(entry, "came later", by=li, visibility="team")

    notifications.read_all(by=wang, now=LATER, last=last)

    (unread,) = Notification.objects.of(wang).unread()
    assert unread.annotation.body == "came later"
