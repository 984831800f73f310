from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from kb.models import Entry, Filing, Paper, Summary
from kb.ops import entries, topics
from kb.search import index, schema, sync
from kb.search.check import differences
from kb.search.sync import Keeper
from tests.factories import NOW, note, paper, person, topic_at
from tests.search.looking import generation, holding

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(settings, tmp_path):
    """What keeps the index of the test's library, built while it was empty."""
    settings.SEARCH_DIR = tmp_path / "search"
    keeper = Keeper()
    keeper.refresh()
    yield keeper
    keeper.close()


def again(keeper):
    """Another process in the place of this one."""
    keeper.close()
    return Keeper()


# --- What changes -------------------------------------------------------------


def test_what_is_written_is_found(keeper):
    entry = paper(title="Dilated")

    assert keeper.refresh() == 1
    assert holding("dilat") == [entry.pk]


def test_what_is_edited_is_found_by_what_it_is_now_and_no_longer_was(keeper):
    entry = paper(title="Dilated")
    keeper.refresh()

    Entry.objects.update(title="Sparse")
    keeper.refresh()

    assert holding("spars") == [entry.pk]
    assert not holding("dilat")


@pytest.mark.parametrize(
    "remove",
    [
        lambda: Entry.objects.update(status="archived"),
        lambda: Paper.objects.all().delete(),
    ],
    ids=["archived", "deleted"],
)
def test_what_is_gone_vanishes(keeper, remove):
    paper(title="Dilated")
    keeper.refresh()

    remove()
    keeper.refresh()

    assert not holding("dilat")
    assert index.reader().num_docs == 1  # the position


def test_a_note_made_private_vanishes_for_others(keeper):
    li = person()
    written = note(paper(), "Dilated", by=li, visibility="team")
    keeper.refresh()
    assert holding("dilat", "note")

    written.visibility = "private"
    written.save()
    keeper.refresh()

    assert not holding("dilat", "note")
    assert holding(f"{li.pk}:dilat", "private")


def test_a_topics_new_name_reaches_everything_below_it(keeper):
    topic = topic_at(["Old", "Leaf"])
    entry = paper(topics=[topic])
    keeper.refresh()

    topics.rename(topic_at(["Old"]), "Renamed", by=None)
    keeper.refresh()

    assert holding("renam") == [entry.pk]


def test_raw_sql_is_seen(keeper):
    entry = paper(title="Dilated")
    keeper.refresh()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE kb_entry SET title = 'Sparse'")
    keeper.refresh()

    assert holding("spars") == [entry.pk]


def test_nothing_new_is_no_commit(keeper):
    paper()
    keeper.refresh()
    searcher = index.reader()

    assert keeper.refresh() == 0
    assert index.reader() is searcher


# --- Going on -----------------------------------------------------------------


def test_the_next_process_goes_on_where_the_last_one_committed(keeper):
    paper(title="Dilated")
    keeper.refresh()
    name = generation()
    paper("2401.00001", title="Sparse")

    after = again(keeper)
    after.refresh()

    assert generation() == name
    assert holding("dilat")
    assert holding("spars")
    after.close()


def moved(**change):
    """A test's index, committed at another position than it is."""

    def move(keeper):
        held = keeper.open
        held.standing = held.standing._replace(
            **{name: new(held.standing) for name, new in change.items()}
        )
        held.commit()

    return move


@pytest.mark.parametrize(
    "move",
    [
        moved(database=lambda _: "another"),
        moved(horizon=lambda at: at.horizon + 10**6),
        moved(at=lambda at: at.at - timedelta(days=6, hours=12)),
    ],
    ids=["another database", "a backup from before", "changes were dropped"],
)
def test_a_position_that_cannot_be_trusted_is_not(keeper, move):
    paper(title="Dilated")
    keeper.refresh()
    name = generation()
    move(keeper)

    after = again(keeper)
    after.refresh()

    assert generation() != name
    assert holding("dilat")
    after.close()


def test_an_idle_index_does_not_grow_too_old_to_be_trusted(keeper):
    name = generation()
    moved(at=lambda at: at.at - timedelta(days=5))(keeper)
    before = sync.position(index.reader())

    keeper.refresh()

    assert generation() == name
    assert sync.position(index.reader()).at - before.at > timedelta(days=4)


def test_another_version_of_the_documents_makes_it_anew(keeper, monkeypatch):
    paper(title="Dilated")
    keeper.refresh()
    name = generation()

    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    keeper.refresh()

    assert generation() != name
    assert holding("dilat")


def test_an_index_of_deleted_documents_is_made_anew(keeper, monkeypatch):
    monkeypatch.setattr(sync, "FEW", 1)
    held = [paper(f"2401.0000{number}", str(number)) for number in range(1, 8)]
    keeper.refresh()
    name = generation()

    for entry in held * 2:
        Entry.objects.filter(pk=entry.pk).update(title=f"{entry.title} changed")
        keeper.refresh()

    assert generation() != name
    assert index.waste(index.current()) < 2 * len(held)
    assert not any(differences())


def test_many_small_commits_leave_few_files(keeper):
    entry = paper()
    for number in range(100):
        Entry.objects.filter(pk=entry.pk).update(title=f"Title {number}")
        keeper.refresh()
    keeper.close()

    assert index.reader().num_segments < 10
    assert len(list(index.files(index.current()).iterdir())) < 100


# --- Much at once -------------------------------------------------------------


def test_the_newest_change_does_not_wait_for_a_large_import(keeper, monkeypatch):
    monkeypatch.setattr(sync, "MOST", 2)
    held = [paper(f"2401.0000{number}", "Imported") for number in range(1, 6)]
    last = paper("2402.00001", "Dilated")

    keeper.refresh()
    assert holding("dilat") == [last.pk]
    assert len(holding("import")) < len(held)

    after = again(keeper)  # what was not done yet is not forgotten
    while after.refresh():
        pass
    assert holding("import") == [entry.pk for entry in held]
    after.close()


def test_what_changes_during_a_rebuild_is_in_it(keeper):
    first, late = paper(title="Dilated"), paper("2401.00001", "Late")

    def meanwhile(done, total):
        Entry.objects.filter(pk=first.pk).update(title="Sparse")
        Filing.objects.create(entry=late, topic=topic_at(["Kernels"]))

    keeper.told = meanwhile
    keeper.rebuild()

    assert holding("spars") == [first.pk]
    assert holding("kernel") == [late.pk]


def test_the_old_index_stays_fresh_while_a_new_one_is_made(keeper, monkeypatch):
    monkeypatch.setattr(sync, "BATCH", 1)
    paper("2401.00001", "One"), paper("2401.00002", "Two")
    keeper.refresh()
    seen = []

    def meanwhile(done, total):
        seen.append(bool(holding("dilat")))
        if not done:
            paper(title="Dilated")

    keeper.told = meanwhile
    name = generation()
    keeper.rebuild()

    assert seen == [False, True]
    assert generation() != name


@pytest.mark.parametrize("total", [0, 1, 12_500, 12_501, 100_000, 1_000_000])
def test_parts_of_a_rebuild_are_as_many_as_the_engine_joins(total):
    part = sync._part(total)

    assert 0 < part <= sync.PART
    assert -(-total // part) in (0, 1, 8, 64, 512)


# --- Transactions -------------------------------------------------------------


@contextmanager
def retitling(entry, title):
    """Another connection that has changed an entry and not committed it yet."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            change = "UPDATE kb_entry SET title = %s WHERE id = %s"
            cursor.execute(change, [title, entry.pk])
        yield other
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_not_lost(keeper):
    slow, fast = paper(title="Slow"), paper("2401.00001", "Fast")
    keeper.refresh()

    with retitling(slow, "Dilated") as transaction:
        Entry.objects.filter(pk=fast.pk).update(title="Sparse")
        keeper.refresh()
        assert holding("spars") == [fast.pk]  # at once, whoever is slow
        assert not holding("dilat")
        assert keeper.refresh() == 0  # and once

        after = again(keeper)
        after.refresh()
        transaction.commit()

    after.refresh()
    assert holding("dilat") == [slow.pk]
    after.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_found(keeper):
    entry = paper(title="Dilated")
    keeper.refresh()

    with retitling(entry, "Sparse") as transaction:
        keeper.refresh()
        transaction.rollback()
    keeper.refresh()

    assert not holding("spars")
    assert holding("dilat") == [entry.pk]


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_does_not_miss_what_commits_after_it(keeper):
    entry = paper(title="Slow")

    with retitling(entry, "Dilated") as transaction:
        keeper.rebuild()
        transaction.commit()
    keeper.refresh()

    assert holding("dilat") == [entry.pk]


def test_all_kinds_of_change_end_in_the_same_documents(keeper):
    li = person()
    topic = topic_at(["a", "b"])
    held = [
        paper(f"2401.0000{number}", f"Paper {number}", by=li, topics=[topic])
        for number in range(1, 6)
    ]
    keeper.refresh()

    entries.tag(held[0], ["新"])
    Filing.objects.filter(entry=held[1]).delete()
    Summary.objects.create(
        entry=held[2], language="zh", body="x", html="x", renderer=1, edited_at=NOW
    )
    Entry.objects.filter(pk=held[3].pk).update(status="inbox")
    Paper.objects.filter(pk=held[4].pk).delete()
    topics.move(topic, topic_at(["c"]), "last-child", by=li)
    keeper.refresh()

    assert not any(differences())
