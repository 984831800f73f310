from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from kb.models import Paper, Reading
from kb.ops import reading
from tests.factories import NOW, blog, followed, note, paper, person, read, starred

pytestmark = pytest.mark.django_db


def test_star_and_state_are_kept_side_by_side_for_each_member():
    entry, li, wang = paper(), person("li"), person("wang")

    starred(entry, by=li)
    read(entry, by=li)
    read(entry, by=wang)

    mine = Reading.objects.of(li).get(entry=entry)
    assert (mine.starred, mine.state, mine.changed_at) == (True, "read", NOW)
    assert [row.member for row in Reading.objects.starred()] == [li]
    assert {row.member for row in Reading.objects.read()} == {li, wang}
    assert list(Reading.objects.of(wang).starred()) == []


def test_marks_are_taken_away_again():
    entry, li = paper(), person("li")
    starred(read(entry, by=li), by=li)

    reading.star(entry, by=li, on=False, now=NOW)
    reading.mark(entry, "", by=li, now=NOW)

    mine = Reading.objects.get()
    assert (mine.starred, mine.state) == (False, "")


def test_a_rating_is_kept_and_taken_away_and_is_from_1_to_5():
    entry, li = paper(), person("li")

    reading.rate(entry, 4, by=li, now=NOW)
    assert Reading.objects.get().rating == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        reading.rate(entry, 6, by=li, now=NOW)
    reading.rate(entry, None, by=li, now=NOW)

    assert Reading.objects.get().rating is None
    assert not Reading.objects.marked().exists()


def arxiv_has(entry, version):
    """The paper's latest version is that one."""
    Paper.objects.filter(pk=entry.pk).update(latest_version=version)


def test_what_was_read_in_an_older_version_can_be_told():
    entry, li = paper(), person("li")
    arxiv_has(entry, 1)

    read(entry, by=li)
    assert not Reading.objects.newer().exists()
    arxiv_has(entry, 2)
    assert Reading.objects.newer().get().read_version == 1

    read(entry, by=li)
    assert not Reading.objects.newer().exists()


def test_only_what_was_read_can_have_a_newer_version():
    entry, li = paper(), person("li")
    arxiv_has(entry, 1)
    read(entry, by=li)

    reading.mark(entry, "reading", by=li, now=NOW)
    arxiv_has(entry, 2)

    assert Reading.objects.get().read_version is None
    assert not Reading.objects.newer().exists()


def test_of_what_was_read_before_its_version_was_known_nothing_is_newer():
    entry, post, li = paper(), blog(), person("li")

    for one in (entry, post):
        read(one, by=li)
    arxiv_has(entry, 3)

    assert not Reading.objects.newer().exists()


def test_the_version_that_was_read_can_be_another_than_the_latest():
    entry, li = paper(), person("li")
    arxiv_has(entry, 3)

    reading.mark(entry, "read", by=li, now=NOW, version=2)

    assert Reading.objects.newer().get().read_version == 2


def test_who_writes_about_an_entry_follows_it():
    entry, li, wang = paper(), person("li"), person("wang")
    starred(entry, by=wang)

    note(entry, by=li)
    reading.follow_as_writer(entry, by=wang, now=NOW)

    assert {row.member for row in Reading.objects.following()} == {li, wang}


def test_who_said_no_is_not_made_to_follow_by_writing():
    entry, li = paper(), person("li")
    followed(entry, by=li)
    reading.follow(entry, by=li, on=False, now=NOW)

    note(entry, by=li)

    assert not Reading.objects.following().exists()


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="skimmed"):
        reading.mark(paper(), "skimmed", by=person(), now=NOW)


def test_who_is_not_a_member_has_no_marks():
    read(paper(), by=person())

    assert not Reading.objects.of(AnonymousUser()).exists()


@pytest.mark.django_db(transaction=True)
def test_a_star_and_a_mark_at_once_both_count():
    entries, li = [paper(f"2301.{n:05}") for n in range(1, 9)], person()
    together = Barrier(2)

    def act(verb):
        for entry in entries:
            together.wait()
            verb(entry, by=li)
        connection.close()

    threads = [Thread(target=act, args=[verb]) for verb in (starred, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Reading.objects.of(li).starred().read().count() == len(entries)
