import pytest

from kb.search import index, upkeep
from kb.search.index import NotBuilt
from tests.factories import paper, person
from tests.search.asking import found

pytestmark = pytest.mark.django_db

PARTS = ("fast", "idx", "pos", "term", "fieldnorm")


def spoil(part):
    """Overwrite the middle of every such file of the index, and keep its end."""
    for file in index.files(index.current()).glob(f"*.{part}"):
        whole = file.read_bytes()
        file.unlink()  # as readers hold on to what they have open
        file.write_bytes(b"\xff" * (len(whole) - 200) + whole[-200:])
    index.forget()


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_index_breaks_no_page(part, library_index, client):
    entry = paper(title="Dilated attention")
    paper("2305.14705", "Attention with experts")
    library_index()
    client.force_login(person())
    spoil(part)

    pages = [client.get("/search/?q=attention"), client.get(entry.get_absolute_url())]

    assert [page.status_code for page in pages] == [200, 200]


def test_whoever_finds_an_index_damaged_asks_for_another(library_index):
    paper(title="Dilated attention")
    library_index()
    spoil("fast")

    with pytest.raises(NotBuilt):
        found("attention")

    assert upkeep.asked()
