from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from kb.models import Annotation, Entry
from kb.models.history import events
from kb.ops import annotations
from kb.ops.errors import NoText, NotYours, Outdated
from kb.text import markdown
from tests.factories import NOW, note, paper, person

pytestmark = pytest.mark.django_db
LATER = NOW.replace(year=2027)


@pytest.fixture
def li():
    return person()


def edit(written, body, visibility="private", *, base, by):
    return annotations.edit(written, body, visibility, base=base, by=by, now=LATER)


def test_a_note_is_rendered_and_its_authors_alone_unless_they_say_so(li):
    entry = paper()

    private = note(entry, "代价 $O(n)$", by=li)
    public = note(entry, "for all", by=li, visibility="team")

    assert "<math" in private.html
    assert (private.visibility, private.version) == ("private", 1)
    assert (private.written_at, private.edited_at) == (NOW, None)
    assert list(entry.annotations.visible_to(li)) == [private, public]
    assert list(entry.annotations.visible_to(person("wang"))) == [public]
    boss = person("boss", admin=True)
    assert list(entry.annotations.visible_to(boss)) == [public]
    assert not entry.annotations.visible_to(AnonymousUser()).exists()


def test_a_note_is_not_visible_by_default_in_the_database(li):
    bare = Annotation(
        entry=paper(), author=li, body="x", html="x", renderer=1, written_at=NOW
    )
    bare.save()

    assert not Annotation.objects.visible_to(person("wang")).exists()


def test_a_note_is_edited_by_its_author(li):
    written = note(paper(), "一", by=li)

    edit(written, "二", "team", base=1, by=li)

    written.refresh_from_db()
    assert (written.body, written.visibility, written.version) == ("二", "team", 2)
    assert "二" in written.html
    assert (written.written_at, written.edited_at) == (NOW, LATER)


@pytest.mark.parametrize("rights", [{}, {"curator": True}, {"admin": True}])
@pytest.mark.parametrize("visibility", ["private", "team"])
def test_nobody_else_edits_a_note(li, rights, visibility):
    written = note(paper(), "mine", by=li, visibility=visibility)

    with pytest.raises(NotYours):
        edit(written, "theirs", base=1, by=person("wang", **rights))
    assert Annotation.objects.get().body == "mine"


def test_saving_over_a_newer_version_is_refused_and_shows_it(li):
    written = note(paper(), "first", by=li)
    edit(written, "second", base=1, by=li)

    with pytest.raises(Outdated) as refusal:
        edit(written, "third", base=1, by=li)
    assert refusal.value.current.body == "second"
    assert Annotation.objects.get().body == "second"


def test_saving_what_is_there_changes_nothing(li):
    written = note(paper(), "same\r\ntext\n", by=li)

    edit(written, "same\ntext", base=0, by=li)

    kept = Annotation.objects.get()
    assert (kept.version, kept.edited_at) == (1, None)


def test_who_may_see_it_is_a_change_of_its_own(li):
    written = note(paper(), "same", by=li)

    edit(written, "same", "team", base=1, by=li)

    assert not Annotation.objects.get().private


@pytest.mark.parametrize("body", ["", "  \n\t", "\n\n"])
def test_a_note_says_something(li, body):
    entry = paper()
    with pytest.raises(NoText):
        note(entry, body, by=li)

    written = note(entry, "something", by=li)
    with pytest.raises(NoText):
        edit(written, body, base=1, by=li)


def test_a_note_over_the_limit_is_refused(li):
    with pytest.raises(markdown.TooLong):
        note(paper(), "长" * markdown.MAX_BYTES, by=li)


def test_the_database_refuses_a_note_without_text(li):
    note(paper(), "text", by=li)

    with pytest.raises(IntegrityError, match="says_something"), transaction.atomic():
        Annotation.objects.update(body=" \n")


@pytest.mark.parametrize("visibility", ["private", "team"])
def test_an_author_deletes_their_note(li, visibility):
    written = note(paper(), by=li, visibility=visibility)

    annotations.delete(written, by=li, now=LATER)
    annotations.delete(written, by=li, now=LATER)  # a second click finds nothing to do

    assert not Annotation.objects.exists()


def test_curators_delete_the_teams_notes_and_no_private_ones(li):
    wang = person("wang", curator=True)
    private = note(paper(), by=li)
    public = note(paper("2301.00001"), by=li, visibility="team")

    annotations.delete(public, by=wang, now=LATER)
    with pytest.raises(NotYours):
        annotations.delete(private, by=wang, now=LATER)

    assert list(Annotation.objects.all()) == [private]


def test_members_delete_no_others_notes(li):
    public = note(paper(), by=li, visibility="team")

    with pytest.raises(NotYours):
        annotations.delete(public, by=person("wang"), now=LATER)
    assert Annotation.objects.exists()


def test_every_version_is_in_the_history_with_its_writer(li):
    wang = person("wang", curator=True)
    written = note(paper(), "一", by=li, visibility="team")
    edit(written, "二", "team", base=1, by=li)
    annotations.delete(written, by=wang, now=LATER)

    rows = events(Annotation).objects.order_by("pgh_id")
    told = [(row.pgh_label, row.body, row.pgh_context.metadata["user"]) for row in rows]
    assert told == [
        ("insert", "一", li.pk),
        ("update", "二", li.pk),
        ("delete", "二", wang.pk),
    ]


def test_the_same_note_at_once_is_written_once(li):
    entry = paper()
    first = note(entry, "same\r\ntext\n", by=li)

    again = note(entry, "same\ntext", by=li)

    assert again == first
    assert Annotation.objects.count() == 1


def test_only_the_very_same_note_is_not_written_again(li):
    entry, wang = paper(), person("wang")
    note(entry, "same", by=li)

    note(entry, "another", by=li)
    note(entry, "same", by=li, visibility="team")
    note(entry, "same", by=wang)
    note(paper("2301.00001"), "same", by=li)
    later = NOW + annotations.TWICE
    annotations.write(entry, "same", "private", by=li, now=later)

    assert Annotation.objects.count() == 6


def test_a_note_deleted_can_be_written_again_at_once(li):
    entry = paper()
    annotations.delete(note(entry, "same", by=li), by=li, now=LATER)

    note(entry, "same", by=li)

    assert Annotation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_note_in_the_same_moment_is_written_once():
    li, entry = person(), paper()
    together = Barrier(2)

    def press():
        together.wait(30)
        try:
            return note(entry, "same", by=li).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        written = [threads.submit(press) for _ in range(2)]

    assert len({each.result() for each in written}) == 1
    assert Annotation.objects.count() == 1


def test_an_entry_that_is_gone_takes_no_note(li):
    entry = paper()
    Entry.objects.all().delete()

    with pytest.raises(Entry.DoesNotExist):
        note(entry, by=li)
