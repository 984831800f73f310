import pytest
from tantivy import Document, Query

from kb.models import Entry
from kb.search import check, documents, schema
from kb.search.check import differences
from kb.search.sync import Keeper
from tests.factories import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(settings, tmp_path):
    settings.SEARCH_DIR = tmp_path / "search"
    keeper = Keeper()
    yield keeper
    keeper.close()


@pytest.fixture
def held(keeper):
    """Three entries that the index has."""
    held = [paper(f"2401.0000{number}", f"Title {number}") for number in (1, 2, 3)]
    keeper.refresh()
    return [entry.pk for entry in held]


def test_an_index_that_was_kept_is_as_the_database(held):
    assert differences() == ([], [], [])


def test_what_the_index_does_not_have_is_missing(keeper, held):
    here = Query.term_query(schema.build(), "id", held[1])
    keeper.open.writer.delete_documents_by_query(here)
    keeper.open.commit()

    assert differences() == ([held[1]], [], [])


def test_what_the_library_does_not_have_is_extra(held):
    Entry.objects.filter(pk=held[2]).update(status="archived")

    assert differences() == ([], [held[2]], [])


def test_what_is_otherwise_is_differing(held):
    Entry.objects.filter(pk=held[0]).update(title="Other")

    assert differences() == ([], [], [held[0]])


def test_what_is_there_twice_is_differing(keeper, held):
    add_again(keeper.open, held[0])

    assert differences() == ([], [], [held[0]])


def add_again(generation, key):
    """Put a document beside the one that is there."""
    fields = documents.project([key])[key]
    generation.writer.add_document(Document.from_dict(fields, schema.build()))
    generation.commit()


def test_a_second_look_is_at_what_differed(keeper, held):
    Entry.objects.update(title="Other")
    first = differences()
    keeper.refresh()

    assert first.differing == held
    assert differences(of=first) == ([], [], [])


def test_parts_leave_nothing_out(keeper, monkeypatch):
    monkeypatch.setattr(check, "BATCH", 2)
    held = [paper(f"2401.0000{number}", f"Title {number}").pk for number in range(1, 6)]
    keeper.refresh()

    Entry.objects.filter(pk__in=held[::2]).update(status="archived")

    assert differences() == ([], held[::2], [])
