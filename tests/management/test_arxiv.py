"""Asking arXiv by hand, and reading a snapshot of it."""

import gzip
import json
from io import StringIO

import pytest
import redis
from django.core.management import CommandError, call_command
from django.utils import timezone

from kb.models import Harvest, Paper, Run
from kb.ops import papers
from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.factories import paper, person, topic_at

pytestmark = pytest.mark.django_db


def run(*words):
    """What a command prints, and what it complains of."""
    out, complaints = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=complaints)
    return out.getvalue().splitlines(), complaints.getvalue().splitlines()


@pytest.fixture
def arxiv(settings):
    """Ten papers at arXiv, of which we have the first."""
    held = [
        Held(f"2301.{n:05}", f"Title {n}", datestamp="2026-03-01") for n in range(1, 11)
    ]
    with ArxivServer(held) as server:
        settings.ARXIV_API_URL, settings.ARXIV_OAI_URL = server.url, server.oai_url
        settings.ARXIV_ENABLED, settings.ARXIV_SPACING_SECONDS = True, 0.01
        redis.from_url(settings.REDIS_URL).flushdb()
        server.oai.page_size = 4
        paper("2301.00001", title="")
        yield server


# --- harvest_arxiv -----------------------------------------------------------------


def test_a_harvest_by_hand_tells_each_page_and_waits_its_turns(arxiv):
    told, _ = run("harvest_arxiv", "--since", "2026-02-01")

    assert told == [
        "arXiv: 1 pages, 4 records, 1 ours",
        "arXiv: 2 pages, 8 records, 1 ours",
        "arXiv: 3 pages, 10 records, 1 ours, finished",
    ]
    assert Paper.objects.get().title == "Title 1"
    assert arxiv.spacing_violations(0.01) == []


def test_a_harvest_of_one_set_asks_for_nothing_else(arxiv):
    told, _ = run("harvest_arxiv", "--since", "2026-02-01", "--set", "math")

    assert told == ["math: 1 pages, 0 records, 0 ours, finished"]
    assert list(Harvest.objects.values_list("set_spec", flat=True)) == ["math"]


def test_a_harvest_that_is_stopped_can_be_gone_on_with(arxiv, monkeypatch):
    page = papers.harvest

    def stopped(claimed, *words, **options):
        if claimed.token:
            raise KeyboardInterrupt
        return page(claimed, *words, **options)

    monkeypatch.setattr(papers, "harvest", stopped)
    with pytest.raises(CommandError, match="the next harvest goes on from there"):
        run("harvest_arxiv", "--since", "2026-02-01")
    monkeypatch.undo()
    Harvest.objects.update(leased_until=None)

    told, _ = run("harvest_arxiv")

    assert told[0] == "arXiv: 2 pages, 8 records, 1 ours"


def test_a_harvest_that_arxiv_refuses_is_said_so(arxiv):
    arxiv.fail_next(503)

    with pytest.raises(CommandError, match="503"):
        run("harvest_arxiv", "--since", "2026-02-01")


def test_a_harvest_that_a_worker_is_at_is_left_to_it(arxiv):
    papers.ask_harvest("", now=timezone.now())
    papers.claim_harvest(now=timezone.now())

    told, _ = run("harvest_arxiv")

    assert told == ["arXiv: a worker is asking for a page; it goes on."]


def test_a_date_that_is_none_is_refused(arxiv):
    with pytest.raises(CommandError, match="--since"):
        run("harvest_arxiv", "--since", "yesterday")


@pytest.mark.parametrize("command", ["harvest_arxiv", "refresh_arxiv"])
def test_where_arxiv_is_switched_off_nobody_asks(command):
    with pytest.raises(CommandError, match="ARXIV_ENABLED"):
        run(command)


# --- refresh_arxiv -----------------------------------------------------------------


def test_papers_named_come_with_versions_and_licence_in_a_run_of_their_own(arxiv):
    li = person()

    told, _ = run("refresh_arxiv", "2301.00001", "--by", "li")

    assert told == [
        "1 of 1: 1 found, 0 absent, 0 rejected",
        "2301.00001: versions and licence",
    ]
    made = Run.objects.get()
    assert (made.subject, made.asked_by, made.outcome) == ("2301.00001", li, "done")


def test_all_that_is_due_is_one_run_with_the_workers(arxiv):
    run("refresh_arxiv")

    made = Run.objects.get()
    assert (made.subject, made.outcome, made.done) == ("arXiv", "done", 1)


def test_a_denial_is_said_with_what_is_left(arxiv):
    arxiv.fail_next(403)

    with pytest.raises(CommandError, match="denies us access"):
        run("refresh_arxiv")
    with pytest.raises(CommandError, match="the papers stay due"):
        run("refresh_arxiv", "2301.00001")


# --- import_snapshot ---------------------------------------------------------------


def line(number, **more):
    """A line of the snapshot."""
    usual = {
        "id": f"2301.{number:05}",
        "title": f"Title {number}",
        "authors": "Ada Lovelace",
        "abstract": "  We scale.\n",
        "categories": "cs.CL cs.LG",
        "versions": [{"version": "v1", "created": "Wed, 5 Jul 2023 17:00:00 GMT"}],
        "update_date": "2023-07-06",
    }
    return json.dumps(usual | more)


@pytest.fixture
def snapshot(tmp_path):
    """A file of three papers and a line that is none."""
    file = tmp_path / "arxiv.jsonl"
    file.write_text("\n".join([line(1), "[]", line(2), line(3, categories="math.CO")]))
    return file


def test_a_snapshot_updates_what_is_ours_and_needs_no_network(snapshot):
    paper("2301.00001", title="")

    told, complaints = run("import_snapshot", str(snapshot))

    assert told == ["100%: 3 read, 1 ours, 0 added, 1 malformed"]
    assert complaints == ["line 2: it is not an object"]
    assert Paper.objects.get().title == "Title 1"


def test_a_packed_snapshot_is_read_as_well(snapshot, tmp_path):
    packed = tmp_path / "arxiv.jsonl.gz"
    packed.write_bytes(gzip.compress(snapshot.read_bytes()))
    paper("2301.00001", title="")

    run("import_snapshot", str(packed))

    assert Paper.objects.get().title == "Title 1"


def test_papers_are_added_only_when_wanted_and_as_wanted(snapshot):
    topic = topic_at(["NLP", "LLM"])
    person()

    told, _ = run(
        *("import_snapshot", str(snapshot), "--add", "--category", "cs"),
        *("--topic", topic.address, "--by", "li"),
    )

    assert told == ["100%: 3 read, 0 ours, 2 added, 1 malformed"]
    assert {entry.title for entry in topic.entries.all()} == {"Title 1", "Title 2"}
    made = Run.objects.get()
    assert (made.kind, made.subject) == ("snapshot", "arxiv.jsonl")
    assert (made.outcome, made.done, made.report["added"]) == ("done", 3, 2)
    assert made.asked_by.username == "li"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["--category", "cs"], "--add"),
        (["--add", "--topic", "no/where"], "no topic at no/where"),
        (["--by", "nobody"], "nobody"),
    ],
)
def test_what_cannot_be_meant_is_refused(snapshot, words, refusal):
    with pytest.raises(CommandError, match=refusal):
        run("import_snapshot", str(snapshot), *words)

    assert not Run.objects.exists()


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run("import_snapshot", str(tmp_path / "none"))


def test_a_file_that_breaks_off_keeps_what_was_read(tmp_path, monkeypatch):
    monkeypatch.setattr("kb.ops.papers.snapshots.BATCH", 1)
    packed = gzip.compress("\n".join(line(n) for n in range(5000)).encode())
    file = tmp_path / "arxiv.jsonl.gz"
    file.write_bytes(packed[: len(packed) // 2])
    paper("2301.00001", title="")

    with pytest.raises(CommandError, match="What was read until then is kept"):
        run("import_snapshot", str(file))

    assert Paper.objects.get().title == "Title 1"
    assert Run.objects.get().outcome == "failed"


def test_many_lines_that_cannot_be_read_do_not_fill_the_screen(tmp_path):
    file = tmp_path / "nothing.jsonl"
    file.write_text("[]\n" * 100)

    told, complaints = run("import_snapshot", str(file))

    assert told == ["100%: 0 read, 0 ours, 0 added, 100 malformed"]
    assert len(complaints) == 20
