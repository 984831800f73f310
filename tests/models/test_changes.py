"""Whatever search can see is noted, however it was written; nothing else is."""

from datetime import date
from threading import Event, Thread

import pgtrigger
import pytest
from django.db import connection, transaction
from django.db.models import F
from taggit.models import Tag

from kb.models import (
    Blog,
    Change,
    Entry,
    Filing,
    Paper,
    Reading,
    Summary,
    TaggedEntry,
    Topic,
)
from kb.ops import resources, summaries, topics
from kb.search.documents import COLUMNS
from tests.factories import (
    NOW,
    blog,
    note,
    paper,
    person,
    read,
    resource,
    starred,
    topic_at,
)
from tests.search.asking import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted():
    """Tell which entries were noted since one asked last."""

    def since():
        rows = sorted(Change.objects.values_list("entry_id", flat=True))
        Change.objects.all().delete()
        return rows

    return since


def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_new_entry_is_noted_with_the_transaction_that_made_it(noted):
    noted()

    added = paper()

    assert set(Change.objects.values_list("entry_id", flat=True)) == {added.pk}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        assert set(Change.objects.values_list("xid")) == {cursor.fetchone()}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "another"},
        {"url": "https://example.org/other"},
        {"url": None},
        {"status": "archived"},
        {"kind": "blog"},
        {"added_at": NOW.replace(year=2020)},
    ],
)
def test_what_search_sees_of_an_entry_is_noted(noted, change):
    added, _other = paper(), blog()
    noted()

    Entry.objects.filter(pk=added.pk).update(**change)

    assert noted() == [added.pk]


@pytest.mark.parametrize(
    "change",
    [
        {"arxiv_title": "LongNet: Scaling Transformers"},
        {"doi": "10.1000/182"},
        {"authors": [{"name": "李明"}]},
        {"abstract": "About attention."},
        {"categories": ["cs.CL"]},
        {"published_at": NOW},
        {"withdrawn": True},
        {"comment": "12 pages"},
        {"journal_ref": "Nature"},
    ],
)
def test_what_search_sees_of_a_paper_is_noted(noted, change):
    added, _other = paper(), paper("2301.00001")
    noted()

    Paper.objects.filter(pk=added.pk).update(**change)

    assert noted() == [added.pk]


def test_a_paper_given_another_arxiv_id_is_noted(noted):
    added = paper()
    noted()

    Paper.objects.update(arxiv_id="2301.00002")

    assert noted() == [added.pk]


@pytest.mark.parametrize("name", COLUMNS)
def test_whatever_a_document_is_made_of_is_watched(name):
    whose, _, field = name.rpartition("__")
    model = {"": Entry, "paper": Paper, "blog": Blog}[whose]
    ((_, trigger),) = pgtrigger.registered(f"kb.{model.__name__}:searched_update")

    assert f'"{model._meta.get_field(field).column}"' in trigger.func


@pytest.mark.parametrize(
    "change", [{"site": "x"}, {"author": "y"}, {"published_on": date(2024, 1, 1)}]
)
def test_what_search_sees_of_a_post_is_noted(noted, change):
    added = blog()
    noted()

    Blog.objects.update(**change)

    assert noted() == [added.pk]


def test_a_link_that_comes_or_goes_is_noted(noted):
    added, li = paper(), person()
    noted()

    linked = resource(added, by=li)
    assert noted() == [added.pk]
    resources.take_off(linked, by=li)
    assert noted() == [added.pk]
    resources.take_off(linked, by=li)
    assert noted() == []


def test_a_refresh_that_brings_nothing_new_is_not_noted(noted):
    added = paper()
    noted()

    Paper.objects.update(
        refreshed_at=NOW, refresh_due_at=NOW, refresh_state="fetched", failures=2
    )
    Paper.objects.update(abstract=F("abstract"), authors=F("authors"))
    Paper.objects.get(pk=added.pk).save()
    Entry.objects.update(position=F("position") + 1)
    Blog.objects.update(reachable=True)

    assert noted() == []


def test_statements_that_touch_no_row_note_nothing(noted):
    Entry.objects.filter(title="nowhere").update(title="x")
    Filing.objects.all().delete()
    raw("DELETE FROM kb_entry WHERE id = 0")

    assert noted() == []


def test_of_many_rows_only_the_changed_are_noted_and_each_once(noted):
    entries = [paper(f"2301.0000{n}") for n in range(1, 6)]
    noted()

    raw("UPDATE kb_entry SET title = 'same' WHERE id <= %s", entries[2].pk)
    assert noted() == sorted(entry.pk for entry in entries[:3])

    raw("UPDATE kb_entry SET title = 'same'")
    assert noted() == sorted(entry.pk for entry in entries[3:])


def test_bulk_rows_are_noted(noted):
    Entry.objects.bulk_create(
        Entry(kind="paper", title=f"{n}", added_at=NOW) for n in range(50)
    )

    assert noted() == sorted(Entry.objects.values_list("pk", flat=True))


def test_rows_copied_into_a_table_are_noted(noted):
    with connection.cursor() as cursor:
        into = "COPY kb_entry (kind, title, source_url, status, position, added_at)"
        with cursor.copy(f"{into} FROM STDIN") as copying:
            copying.write_row(["paper", "copied", "", "listed", 0, NOW])

    assert noted() == [Entry.objects.get().pk]


def test_what_goes_is_noted_cascades_and_all(noted):
    added = paper(topics=[topic_at(["Agent"])], tags=["moe"])
    pk = added.pk
    noted()

    Entry.objects.get(pk=pk).delete()

    assert not TaggedEntry.objects.exists()
    assert set(noted()) == {pk}


def test_what_goes_in_raw_sql_is_noted(noted):
    added = blog()
    noted()

    raw("DELETE FROM kb_blog")
    assert noted() == [added.pk]
    raw("DELETE FROM kb_listitem")
    raw("DELETE FROM kb_entry")
    assert noted() == [added.pk]


def test_summaries_are_noted(noted):
    added, wang = paper(), person("wang")
    noted()

    summaries.save(added, "zh", "一", base=0, by=None, now=NOW)
    assert noted() == [added.pk]
    summaries.save(added, "zh", "二", base=1, by=None, now=NOW)
    assert noted() == [added.pk]
    Summary.objects.update(edited_by=wang)
    assert noted() == [added.pk]
    Summary.objects.update(edited_at=NOW, renderer=F("renderer") + 1)
    assert noted() == []
    Summary.objects.all().delete()
    assert noted() == [added.pk]


def test_notes_and_marks_are_noted(noted):
    added, li = paper(), person()
    noted()

    written = note(added, by=li)
    assert set(noted()) == {added.pk}
    type(written).objects.update(visibility="team")
    assert noted() == [added.pk]
    type(written).objects.all().delete()
    assert noted() == [added.pk]

    starred(added, by=li)
    assert noted() == [added.pk]
    read(added, by=li)
    assert noted() == [added.pk]
    Reading.objects.update(changed_at=NOW.replace(year=2030))
    assert noted() == []
    li.readings.all().delete()
    assert noted() == [added.pk]


def test_filing_elsewhere_is_noted_but_not_the_order(noted):
    here, there = topic_at(["Agent"]), topic_at(["Model"])
    first, second = paper("2301.00001", topics=[here]), paper("2301.00002")
    noted()

    Filing.objects.update(position=7)
    assert noted() == []
    Filing.objects.update(topic=there)
    assert noted() == [first.pk]
    raw("UPDATE kb_filing SET entry_id = %s", second.pk)
    assert noted() == [first.pk, second.pk]
    Filing.objects.create(topic=here, entry=second)
    assert noted() == [second.pk]
    raw("DELETE FROM kb_filing")
    assert noted() == [second.pk]


def test_a_renamed_topic_is_noted_for_its_whole_subtree_once(noted):
    top, train, agent = (
        topic_at(["Engineer"]),
        topic_at(["Engineer", "train"]),
        topic_at(["Agent"]),
    )
    above = paper("2301.00001", topics=[top])
    below = paper("2301.00002", topics=[top, train])
    paper("2301.00003", topics=[agent])
    noted()

    topics.rename(top, "Engineering", by=None)
    assert noted() == [above.pk, below.pk]
    topics.describe(top, names={"zh": "工程"}, intro="", by=None)
    assert noted() == [above.pk, below.pk]
    raw("UPDATE kb_topic SET name_en = 'E' WHERE id = %s", train.pk)
    assert noted() == [below.pk]
    topics.describe(top, names={}, intro="new words", by=None)
    assert noted() == []


def test_a_moved_subtree_is_noted(noted):
    engineer, train = topic_at(["Engineer"]), topic_at(["Engineer", "train"])
    model, agent = topic_at(["Model"]), topic_at(["Agent"])
    above = paper("2301.00001", topics=[engineer])
    below = paper("2301.00002", topics=[train])
    stays = paper("2301.00003", topics=[agent])
    noted()

    topics.move(engineer, model, "last-child", by=None)

    seen = noted()
    assert {above.pk, below.pk} <= set(seen)
    assert stays.pk not in seen


def test_a_new_or_empty_topic_concerns_no_entry(noted):
    paper(topics=[topic_at(["Agent"])])
    noted()

    empty = topics.create("Empty", parent=None, by=None)
    topics.rename(empty, "Still empty", by=None)
    topics.delete(empty, by=None)
    Topic.objects.update(address=F("address"), numchild=F("numchild"))

    assert noted() == []


def test_a_renamed_tag_is_noted_for_all_that_carry_it(noted):
    tagged = [paper("2301.00001", tags=["moe"]), paper("2301.00002", tags=["moe"])]
    paper("2301.00003", tags=["other"])
    noted()

    Tag.objects.filter(name="moe").update(name="MoE")
    assert noted() == [entry.pk for entry in tagged]
    raw("UPDATE taggit_tag SET slug = 'mixture' WHERE name = 'MoE'")
    assert noted() == [entry.pk for entry in tagged]
    raw("UPDATE taggit_tag SET name = name")
    assert noted() == []


def test_tagging_is_noted_and_so_is_a_tag_that_goes(noted):
    added = paper()
    noted()

    added.tags.add("moe")
    assert noted() == [added.pk]
    Tag.objects.all().delete()
    assert noted() == [added.pk]


def test_what_was_rolled_back_is_not_noted(noted):
    added = paper()
    noted()

    with transaction.atomic():
        Entry.objects.update(title="never")
        transaction.set_rollback(True)

    Entry.objects.get(pk=added.pk)
    assert noted() == []


@pytest.mark.django_db(transaction=True)
def test_who_listens_is_told_after_the_commit():
    added, listening, told = paper(), Event(), []

    def listen():
        with connection.cursor() as cursor:
            cursor.execute("LISTEN kb_change")
            listening.set()
            told.extend(connection.connection.notifies(timeout=30, stop_after=1))
        connection.close()

    listener = Thread(target=listen)
    listener.start()
    assert listening.wait(30)
    with transaction.atomic():
        Entry.objects.update(title="one")
        Paper.objects.update(abstract="two")
    listener.join()

    assert [(notice.channel, notice.payload) for notice in told] == [("kb_change", "")]
    assert added.pk in Change.objects.values_list("entry_id", flat=True)


@pytest.mark.parametrize(
    "table", ["annotation", "reading", "summary", "filing", "taggedentry", "blog"]
)
def test_a_truncated_table_is_noted_for_every_entry(noted, table):
    li = person()
    added = [paper(topics=[topic_at(["Agent"])], tags=["moe"], by=li), blog(by=li)]
    note(added[0], by=li)
    noted()

    raw("SET CONSTRAINTS ALL IMMEDIATE")
    raw(f"TRUNCATE kb_{table} CASCADE")

    assert noted() == [entry.pk for entry in added]


@pytest.mark.parametrize(
    "table", ["kb_entry", "kb_paper", "auth_user", "kb_topic", "taggit_tag"]
)
def test_so_it_is_when_another_takes_it_along(noted, table):
    added = paper(topics=[topic_at(["Agent"])], tags=["moe"])
    noted()

    raw("SET CONSTRAINTS ALL IMMEDIATE")
    raw(f"TRUNCATE {table} CASCADE")

    assert set(noted()) == {added.pk}


@pytest.mark.parametrize("table", ["kb_annotation CASCADE", "kb_entry CASCADE"])
def test_what_was_truncated_is_not_found_any_more(library_index, table):
    li, added = person(), paper()
    note(added, "zeisig", by=li, visibility="team")
    library_index()
    assert ids("zeisig", li) == [added.pk]

    raw("SET CONSTRAINTS ALL IMMEDIATE")
    raw(f"TRUNCATE {table}")
    library_index()

    assert ids("zeisig", li) == []
    assert ids("longnet", li) == ([] if "entry" in table else [added.pk])
