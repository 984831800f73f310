from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from kb.models import Reading
from kb.ops import reading
from tests.factories import NOW, paper, person, read, starred

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
