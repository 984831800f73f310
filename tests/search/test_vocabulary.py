import pytest

from kb.models import Entry
from kb.search import index
from kb.search.index import NotBuilt
from kb.search.vocabulary import vocabulary
from tests.factories import note, paper, person

pytestmark = pytest.mark.django_db


def test_words_are_counted_by_entry_as_they_are_spelt(library_index):
    paper(title="Transformers are Transformers")
    paper("2401.00001", "Transformers")

    library_index()

    assert vocabulary()["transformers"] == 2
    assert "transform" not in vocabulary()


def test_only_public_words_of_the_list_are_offered(library_index):
    note(paper(title="Listed"), "Secret", by=person(), visibility="private")
    note(paper("2401.00001", "Other"), "Inside", by=person("wu"), visibility="team")
    Entry.objects.filter(pk=paper("2401.00002", "Waiting").pk).update(status="inbox")

    library_index()

    assert set(vocabulary()) == {"listed", "other"}


def test_a_newer_table_is_read(library_index):
    library_index()
    assert vocabulary() == {}

    paper(title="Dilated")
    library_index()

    assert vocabulary() == {"dilated": 1}


def test_without_a_table_there_is_no_vocabulary(library_index):
    library_index()
    (index.current() / "words").unlink()

    with pytest.raises(NotBuilt):
        vocabulary()
