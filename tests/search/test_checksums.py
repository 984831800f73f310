import pytest

from kb.search import index
from kb.search.checksums import verify
from tests.factories import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(library_index):
    """The files of an index with deleted documents in it."""
    library_index()
    entry = paper(title="Dilated")
    paper("2401.00001", "Other")
    library_index()
    entry.title = "Sparse"
    entry.save()
    library_index()
    return index.files(index.current())


def in_use(folder):
    return [
        file for file in folder.iterdir() if file.suffix not in ("", ".json", ".lock")
    ]


def test_what_was_written_is_whole(folder):
    verify(folder)

    assert {".del", ".term", ".idx"} <= {file.suffix for file in in_use(folder)}


@pytest.mark.parametrize("at", [0, -12])
def test_one_changed_byte_is_seen_in_any_file(folder, at):
    for file in in_use(folder):
        good = file.read_bytes()
        bad = bytearray(good)
        bad[at] ^= 1
        file.write_bytes(bad)

        with pytest.raises(ValueError, match=r"."):
            verify(folder)
        file.write_bytes(good)


@pytest.mark.parametrize("left", [0, 5, 60])
def test_a_file_cut_off_is_seen(folder, left):
    file = max(in_use(folder), key=lambda file: file.stat().st_size)
    file.write_bytes(file.read_bytes()[:left])

    with pytest.raises(ValueError, match=r"."):
        verify(folder)


def test_a_missing_file_is_seen(folder):
    in_use(folder)[0].unlink()

    with pytest.raises(OSError, match="No such file"):
        verify(folder)
