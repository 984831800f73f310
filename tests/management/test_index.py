from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kb.models import Entry
from kb.search import check, index, upkeep
from kb.search.check import differences
from tests.factories import paper
from tests.search.looking import generation, holding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SEARCH_DIR = tmp_path / "search"


def run(what):
    """Return what the command says."""
    said = StringIO()
    call_command("index", what, stdout=said)
    return said.getvalue()


def test_rebuild_makes_an_index_and_says_how_far_it_is():
    for number in range(1, 4):
        paper(f"2401.0000{number}", "Dilated")

    said = run("rebuild")

    assert said.splitlines() == ["0 of 3", "The index holds 3 entries."]
    assert len(holding("dilat")) == 3
    assert index.progress() is None


def test_rebuild_replaces_an_index():
    run("rebuild")
    before = generation()

    run("rebuild")

    assert generation() != before


def test_rebuild_leaves_the_index_free_for_an_indexer():
    run("rebuild")

    assert not upkeep.running()
    assert not upkeep.asked()


def test_status_before_there_is_an_index():
    said = run("status")

    assert "There is no index: There is none" in said
    assert "indexer: does not run" in said


def test_status_says_what_there_is_and_what_is_missing():
    paper(title="Dilated")
    run("rebuild")
    assert "entries: 1\n" in run("status")
    assert "behind: 0 changes, 0.0 s" not in run("status")  # this very transaction

    index.tell(34_000, 100_000)
    with upkeep.claim(wait=False):
        said = run("status")

    assert "in the making: 34,000 of 100,000" in said
    assert "indexer: runs" in said
    assert generation() in said


def test_check_finds_nothing_in_an_index_that_was_kept():
    paper()
    run("rebuild")

    assert run("check").splitlines() == ["missing: 0", "extra: 0", "differing: 0"]


def test_check_fails_and_names_what_differs(monkeypatch):
    monkeypatch.setattr("kb.management.commands.index.LOOKS", 1)
    entry = paper()
    run("rebuild")
    Entry.objects.update(title="Other")

    with pytest.raises(CommandError, match="not as the database"):
        run("check")
    assert differences().differing == [entry.pk]


def test_check_without_an_index_fails():
    with pytest.raises(CommandError, match="no index"):
        run("check")


def test_many_differences_are_counted_and_the_first_named(monkeypatch):
    monkeypatch.setattr("kb.management.commands.index.LOOKS", 0)
    run("rebuild")
    keys = [paper(f"2401.000{number}", "New").pk for number in range(10, 22)]
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("index", "check", stdout=said)

    first = ", ".join(map(str, keys[:10]))
    assert f"missing: 12 ({first}, …)" in said.getvalue()


def test_check_reads_the_database_in_parts(monkeypatch):
    monkeypatch.setattr(check, "BATCH", 1)
    paper(), paper("2401.00001", "Other")
    run("rebuild")

    assert "differing: 0" in run("check")
