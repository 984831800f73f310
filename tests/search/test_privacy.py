"""Nobody learns from search what another noted for themselves, or what waits."""

import pytest

from kb.models import Entry
from kb.ops import annotations
from kb.search.close import close
from kb.search.complete import complete
from kb.search.find import FACETS
from kb.search.marks import excerpt, marked
from kb.search.related import related
from tests.factories import (
    NOW,
    highlight,
    note,
    person,
    reply,
    summarised,
    topic_at,
)
from tests.search.asking import asker, counts, entry, found, ids, read

pytestmark = pytest.mark.django_db

CANARY = "canarybird"
SECRET = "金丝雀秘密"


@pytest.fixture
def people(library_index):
    """Li, whose secret it is, and Wang, who must not learn it."""
    li, wang = person("li"), person("wang")
    own = entry("sparse attention", 1, tags=["x"], topics=[topic_at(["a"])])
    for number in range(2, 9):
        entry(f"dense routing {number}", number, tags=["y"])
    note(Entry.objects.get(pk=own), f"{CANARY} {SECRET} whisper", by=li)
    library_index()
    return li, wang


def test_its_owner_finds_it(people):
    li, _ = people
    own = Entry.objects.get(title="sparse attention").pk

    for query in (
        CANARY,
        SECRET,
        "丝雀",
        "雀",
        "canarybirds",
        "sparse 金丝",
        "sparse canary",
    ):
        assert ids(query, li, typing=True) == [own], query
    assert ids(f'"{CANARY} {SECRET}"', li) == ids("has:note", li) == [own]
    assert ids("by:me", li) == ids("by:li", li) == [own]
    assert own not in ids(f"-{CANARY}", li)
    assert counts(CANARY, "tag", li) == counts("sparse", "tag", li)


def test_no_other_does(people):
    _, wang = people
    everything = set(ids(""))

    for user in (wang, None):
        for query in (CANARY, SECRET, "丝雀", "雀", f'"{CANARY} {SECRET}"', "whisper"):
            answer = found(query, user, facets=FACETS, typing=True)
            assert (answer.ids, answer.total) == ([], 0), query
            assert not any(answer.facets.values())
            assert set(ids(f"-{query}", user)) == everything
    for query in ("has:note", "by:li", "by:li OR has:note"):
        assert ids(query, wang) == []
        assert not counts(query, "topic", wang)
    assert set(ids("-has:note -by:li", wang)) == everything


def test_ones_own_id_opens_no_other_note(people):
    li, wang = people

    for query in (
        f"{li.pk}:{CANARY}",
        f'"{li.pk}:{CANARY}"',
        f"{li.pk}.*{CANARY}",
        f"{CANARY}*",
    ):
        assert ids(query, wang, typing=True) == [], query


def test_nothing_is_spelt_completed_or_related_by_it(people):
    li, wang = people

    for user in (li, wang, None):
        for query in ("canarybirt", "whispr", "金丝雀秘q"):
            near = close(read(query), asker(user))
            assert near.suggestion is None
            if user != li:
                assert (near.found.ids, near.found.total) == ([], 0)
    assert complete("canary") == complete("whisp") == complete("金丝") == []
    other = Entry.objects.get(title="dense routing 2").pk
    note(Entry.objects.get(pk=other), f"{CANARY} {SECRET} whisper", by=li)
    assert Entry.objects.get(title="sparse attention").pk not in related(other)


def test_a_note_made_private_or_deleted_is_found_by_others_no_more(
    people, library_index
):
    li, wang = people
    own = Entry.objects.get(title="sparse attention")
    shared = note(own, "openword", by=li, visibility="team")
    library_index()
    assert (
        ids("openword", wang) == ids("has:note", wang) == ids("by:li", wang) == [own.pk]
    )
    assert ids("openword") == ids('"openword"') == []
    assert found("-openword").total == 8

    annotations.edit(
        shared, "openword", "private", base=shared.version, by=li, now=shared.written_at
    )
    library_index()
    assert ids("openword", wang) == ids("has:note", wang) == ids("by:li", wang) == []
    assert ids("openword", li) == [own.pk]

    annotations.delete(shared, by=li, now=shared.written_at)
    library_index()
    assert ids("openword", li) == []


def test_a_reply_is_found_by_whom_its_thread_is(people, library_index):
    li, wang = people
    own = Entry.objects.get(title="sparse attention")
    reply(own.annotations.get(), "replyword", by=li)
    shared = note(own, "openword", by=wang, visibility="team")
    reply(shared, "answerword", by=li)
    library_index()

    assert ids("replyword", li) == [own.pk]
    assert ids("replyword", wang) == ids("replyword") == []
    assert ids("answerword", wang) == [own.pk]


def test_what_is_left_of_a_deleted_note_is_found_by_nobody(people, library_index):
    li, wang = people
    own = Entry.objects.get(title="dense routing 2")
    summarised(own, "Words of a summary.", "en")
    shared = highlight(own, "Words", by=li)
    library_index()
    assert ids("has:note", wang) == ids("by:li", wang) == []  # it says nothing

    annotations.edit(shared, "openword", "team", base=1, by=li, now=NOW)
    reply(shared, "answerword", by=wang)
    library_index()
    assert ids("openword", wang) == ids("by:li", wang) == [own.pk]

    annotations.delete(shared, by=li, now=NOW)
    library_index()
    assert ids("openword", wang) == ids("openword", li) == ids("by:li", wang) == []
    assert ids("answerword", wang) == ids("has:note", wang) == [own.pk]


def test_anonymous_readers_ask_nothing_of_members(people):
    everything = set(ids(""))

    for query in ("is:unread", "is:starred", "is:inbox", "has:note", "by:li", "by:me"):
        for form in (query, f"-{query}", f"{query} OR by:wang"):
            answer = found(form)
            assert set(answer.ids) == everything, form
            assert any("Log in" in notice for notice in answer.notices)
        assert ids(f"{query} OR nothingatall") == []
    told = [found(query).notices for query in ("by:li", "by:nobody")]
    assert [[one.template for one in notices] for notices in told] == [
        ["Log in to search by “%(filter)s”."]
    ] * 2


def test_what_waits_in_the_inbox_is_hidden_from_all_that_suggests(
    people, library_index
):
    li, _ = people
    waiting = entry(
        "Pelicanesque attention",
        50,
        tags=["pelicantag"],
        topics=[topic_at(["pelicans"])],
    )
    Entry.objects.filter(pk=waiting).update(status="inbox")
    library_index()

    for user in (li, None):
        assert ids("pelicanesque", user) == []
        near = close(read("pelicanesqe"), asker(user))
        assert (near.suggestion, near.found.total) == (None, 0)
        for facet in FACETS:
            assert waiting not in ids("attention", user)
            assert sum(counts("pelicanesque OR sparse", facet, user).values()) <= 1
    assert complete("pelican") == []
    assert waiting not in related(Entry.objects.get(title="sparse attention").pk)


def test_marks_come_from_the_text_they_are_given(people):
    text = "sparse attention"

    assert [f.text for f in marked(text, read(CANARY))] == [text]
    assert excerpt(text, read(CANARY)) is None
