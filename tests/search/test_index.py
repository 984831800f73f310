import shutil
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.search import index, schema
from kb.search.index import NotBuilt
from tests.factories import paper
from tests.search.looking import generation, holding

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(library_index):
    """Return what brings a built index up to date."""
    library_index()
    return library_index


def current_files():
    return index.files(index.current())


def test_nothing_is_read_before_it_is_built(settings, tmp_path):
    settings.SEARCH_DIR = tmp_path / "none"

    with pytest.raises(NotBuilt):
        index.reader()


def test_a_reader_sees_every_commit_and_is_kept_until_the_next(built):
    before = index.reader()
    assert index.reader() is before

    paper(title="Dilated")
    built()

    assert index.reader() is not before
    assert holding("dilat")


def test_who_reads_an_old_generation_may_finish(built):
    paper(title="Dilated")
    built()
    before, name = index.reader(), generation()

    index.swap(index.create())

    assert generation() != name
    assert before.num_docs == 2
    assert index.reader().num_docs == 0


def test_only_the_current_generation_is_kept(built):
    name = generation()

    for _ in range(3):
        index.create()  # never finished

    generations = {path.name for path in index.folder().iterdir() if path.is_dir()}
    assert len(generations) == 2
    assert name in generations


def test_nobody_else_can_look_into_it(built):
    for folder in (index.folder(), index.current()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        lambda: shutil.rmtree(index.folder()),
        lambda: shutil.rmtree(current_files()),
        lambda: (current_files() / "meta.json").write_text("{"),
        lambda: (index.folder() / "current").write_text("1-../../etc"),
        lambda: (index.folder() / "current").write_bytes(b"\xff\0"),
        lambda: [file.write_bytes(b"") for file in current_files().glob("*.term")],
    ],
    ids=[
        "all gone",
        "files gone",
        "half a file",
        "elsewhere",
        "garbage",
        "empty files",
    ],
)
def test_what_is_damaged_is_not_built_and_recovers_by_itself(built, damage):
    paper(title="Dilated")
    built()
    with index._turn:
        index._seen = None  # as in a process that has not read yet

    damage()

    with pytest.raises(NotBuilt):
        index.reader()
    built()
    assert holding("dilat")


def test_an_index_of_another_version_is_not_read(built, monkeypatch):
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)

    with pytest.raises(NotBuilt):
        index.current()


def test_threads_read_while_generations_change(built):
    def read(_):
        return index.reader().num_docs

    with ThreadPoolExecutor(4) as threads:
        counts = threads.map(read, range(200))
        for _ in range(5):
            index.swap(index.create())

    assert set(counts) <= {0, 1}


def test_progress_is_told_until_the_swap(built):
    assert index.progress() is None

    index.tell(3, 10)
    assert index.progress() == (3, 10)

    index.swap(index.create())
    assert index.progress() is None


def test_progress_that_cannot_be_read_is_none(built):
    index.write(index.folder() / "progress", "[1")

    assert index.progress() is None
