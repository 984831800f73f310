import json
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from kb.models import Annotation, Entry, Paper, ReadingList, Topic
from kb.ops import papers
from tests.arxiv_server import ArxivServer
from tests.arxiv_server import Paper as Held
from tests.factories import note, paper, person, topic_at

pytestmark = pytest.mark.django_db

SEED = Path(__file__).parents[3] / "shared" / "seed"


def run(*words, **options):
    """What a command prints."""
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "list.md"
    path.write_text(
        "# paper\n\n## Agent\n- [Tools](https://arxiv.org/abs/2305.17126), 笔记\n"
    )
    return str(path)


def test_a_list_is_imported_in_somebodys_name_and_again_without_change(file):
    person("li")

    first = run("import_list", file, "--by", "li")
    again = run("import_list", file)

    assert "line 4: created: Tools" in first
    assert "topic created: Agent" in first
    assert Entry.objects.get().added_by.username == "li"
    assert "0 changes" in again


def test_a_dry_run_writes_nothing_and_prints_the_plan(file):
    report = json.loads(run("import_list", file, "--dry-run", "--json"))

    assert report["counts"]["created"] == 1
    assert report["entries"][0]["line"] == 4
    assert not Entry.objects.exists()
    assert not ReadingList.objects.exists()


def test_what_may_be_in_the_library_already_is_printed(file):
    paper("2301.00001", "Tools")

    told = run("import_list", file)

    assert "line 4: “Tools” may be the same as “Tools”" in told
    assert "may be the same" not in run("import_list", file)


def test_parsing_alone_needs_no_library(file):
    told = json.loads(run("import_list", file, "--parse-only", "--json"))

    assert told["counts"]["entries"] == 1
    assert told["topics"][0]["path"] == ["Agent"]
    assert not Topic.objects.exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"\xff\xfeabc", "UTF-8"),
        ("中文".encode("gb18030"), "UTF-8"),
        (b"text\x00more", "0x00"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", ""),
        (b"- x\n" * 5_300_000, "MB"),
        (("- " * 10_000 + "deep").encode(), "deep"),
        ("".join(f"{'  ' * n}- t{n}\n" for n in range(200)).encode(), "deep"),
    ],
    ids=["empty", "UTF-16", "GB18030", "NUL", "PNG", "20 MB", "deep", "deep list"],
)
def test_a_bad_file_gets_one_clear_message_and_writes_nothing(tmp_path, data, told):
    path = tmp_path / "bad.md"
    path.write_bytes(data)

    with pytest.raises(CommandError) as refusal:
        run("import_list", str(path))

    message = str(refusal.value)
    assert told in message
    assert "Nothing was written." in message
    assert not Entry.objects.exists()
    assert not Topic.objects.exists()


def test_ten_thousand_headings_are_read_or_refused_whole(tmp_path):
    path = tmp_path / "many.md"
    path.write_text("".join(f"{'#' * (n % 6 + 1)} h{n}\n" for n in range(10_000)))

    told = json.loads(run("import_list", str(path), "--parse-only", "--json"))

    assert told["counts"]["headings"] == 10_000


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run("import_list", str(tmp_path / "none.md"))


def test_an_unknown_person_is_said_so(file):
    with pytest.raises(CommandError, match="nobody"):
        run("import_list", file, "--by", "nobody")


def test_an_export_to_a_file_is_whole(file, tmp_path):
    run("import_list", file)
    target = tmp_path / "out.md"

    run("export_list", str(target))

    assert "[Tools](https://arxiv.org/abs/2305.17126), 笔记" in target.read_text()
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == [
        "out.md"
    ]


def test_an_export_into_nowhere_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="Nothing was written"):
        run("export_list", str(tmp_path / "no" / "folder.md"))


def test_papers_are_refreshed_by_hand_in_any_written_form(settings):
    paper("2307.02486", title="")
    papers.arxiv_gate().reopen()
    with ArxivServer([Held("2307.02486", "LongNet")]) as arxiv:
        settings.ARXIV_ENABLED, settings.ARXIV_API_URL = True, arxiv.url
        settings.ARXIV_OAI_URL = arxiv.oai_url
        settings.ARXIV_SPACING_SECONDS = 0.001
        told = run("refresh_arxiv", "https://arxiv.org/pdf/2307.02486v1.pdf")

    assert "1 of 1: 1 found" in told
    assert Paper.objects.get().title == "LongNet"


def test_only_the_papers_named_are_refreshed(settings):
    paper("2307.02486", title="Named")
    paper("2305.14705", title="Due, but not named")
    papers.arxiv_gate().reopen()
    with ArxivServer([Held("2307.02486"), Held("2305.14705")]) as arxiv:
        settings.ARXIV_ENABLED, settings.ARXIV_API_URL = True, arxiv.url
        settings.ARXIV_OAI_URL = arxiv.oai_url
        settings.ARXIV_SPACING_SECONDS = 0.001
        told = run("refresh_arxiv", "2307.02486")

    assert told.splitlines() == [
        "1 of 1: 1 found, 0 absent, 0 rejected",
        "2307.02486: versions and licence",
    ]
    fetched = Paper.objects.filter(refresh_state="fetched")
    assert [row.arxiv_id for row in fetched] == ["2307.02486"]


def test_a_paper_that_a_worker_is_fetching_is_left_to_it(settings):
    settings.ARXIV_ENABLED = True
    paper("2307.02486")
    papers.claim(now=timezone.now())

    told = run("refresh_arxiv", "2307.02486")

    assert told == "A worker is fetching what is due at this moment.\n"


def test_a_refresh_without_the_queue_server_is_said_so(settings):
    settings.ARXIV_ENABLED, settings.REDIS_URL = True, "redis://127.0.0.1:1"
    paper("2307.02486")

    with pytest.raises(CommandError, match="REDIS_URL") as refusal:
        run("refresh_arxiv")

    assert "the papers stay due" in str(refusal.value)


@pytest.mark.parametrize("given", ["nonsense", "2301.99999"])
def test_a_refresh_of_what_is_not_here_is_refused(settings, given):
    settings.ARXIV_ENABLED = True

    with pytest.raises(CommandError, match=given):
        run("refresh_arxiv", given)


def test_where_arxiv_is_switched_off_it_is_not_asked():
    with pytest.raises(CommandError, match="ARXIV_ENABLED"):
        run("refresh_arxiv")


def test_the_first_run_makes_a_curator_and_the_sample_and_the_second_nothing(client):
    first = json.loads(run("first_run"))
    entries = Entry.objects.count()

    assert run("first_run") == ""
    assert client.login(username=first["name"], password=first["password"])
    assert User.objects.get().is_superuser
    assert (entries, Entry.objects.count()) == (15, 15)
    assert Topic.objects.count() == 17
    assert Paper.objects.on_arxiv().count() == 10


@pytest.mark.skipif(not SEED.exists(), reason="no corpus beside the repository")
def test_the_seed_is_parsed_exactly_and_imported_once():
    seed = str(next(SEED.glob("*.txt")))
    expected = json.loads((SEED / "expected.json").read_text())

    parsed = json.loads(run("import_list", seed, "--parse-only", "--json"))
    run("import_list", seed)
    again = run("import_list", seed)

    for part in ("topics", "warnings", "counts"):
        assert parsed[part] == expected[part]
    pairs = zip(parsed["entries"], expected["entries"], strict=True)
    assert all(told | wanted == told for told, wanted in pairs)
    assert (Entry.objects.count(), Topic.objects.count()) == (15, 17)
    assert Paper.objects.on_arxiv().count() == 10
    assert "0 changes" in again


@pytest.mark.skipif(not SEED.exists(), reason="no corpus beside the repository")
def test_all_ten_papers_of_the_seed_are_refreshed_in_one_request(settings):
    run("import_list", str(next(SEED.glob("*.txt"))))
    ids = list(Paper.objects.on_arxiv().values_list("arxiv_id", flat=True))
    papers.arxiv_gate().reopen()
    with ArxivServer([Held(arxiv_id) for arxiv_id in ids]) as arxiv:
        settings.ARXIV_ENABLED, settings.ARXIV_API_URL = True, arxiv.url
        settings.ARXIV_OAI_URL = arxiv.oai_url
        settings.ARXIV_SPACING_SECONDS = 0.001
        run("refresh_arxiv")

        assert len(arxiv.requests) == 1
    assert Paper.objects.filter(refresh_state="fetched").count() == 10


@pytest.fixture
def noted():
    """An entry under a topic, with a note for the team and a private one."""
    li = person("li")
    entry = paper("2305.17126", topics=[topic_at(["Model", "moe"])])
    note(entry, "团队的", by=li, visibility="team")
    note(entry, "私人的", by=li)
    return entry


def texts(exported):
    items = json.loads(exported)["first"]["items"]
    return [item["body"][0]["value"] for item in items]


@pytest.mark.parametrize(
    ("which", "wanted"),
    [
        ([], ["团队的"]),
        (["--topic", "model"], ["团队的"]),
        (["--topic", "model/moe"], ["团队的"]),
        (["--member", "li"], ["团队的", "私人的"]),
    ],
)
def test_notes_are_exported_as_asked(noted, tmp_path, which, wanted):
    file = tmp_path / "notes.jsonld"

    run("export_annotations", *which, str(file))

    assert texts(file.read_text()) == wanted
    assert [path.name for path in tmp_path.iterdir()] == ["notes.jsonld"]


def test_notes_of_one_entry_go_to_the_screen(noted, capfdbinary):
    run("export_annotations", "--entry", str(noted.pk))

    assert texts(capfdbinary.readouterr().out) == ["团队的"]


@pytest.mark.parametrize(
    "which", [["--entry", "999999"], ["--topic", "nowhere"], ["--member", "nobody"]]
)
def test_what_is_not_there_has_no_notes_to_export(noted, which):
    with pytest.raises(CommandError, match="There is no"):
        run("export_annotations", *which)


def test_notes_come_back_to_whom_the_file_names(noted, tmp_path):
    file = tmp_path / "notes.jsonld"
    run("export_annotations", "--member", "li", str(file))
    Annotation.objects.all().delete()

    planned = run("import_annotations", str(file), "--dry-run")
    assert "2 added" in planned
    assert not Annotation.objects.exists()
    run("import_annotations", str(file))
    again = run("import_annotations", str(file))

    assert "2 known" in again
    kept = Annotation.objects.values_list("author__username", "body", "visibility")
    assert set(kept) == {("li", "团队的", "team"), ("li", "私人的", "private")}


def test_notes_of_nobody_here_are_left_out_or_become_somebodys(noted, tmp_path):
    file = tmp_path / "notes.json"
    row = {"id": "a", "uri": "https://arxiv.org/abs/2305.17126", "text": "一"}
    row |= {"user": "acct:ann@hypothes.is"}
    file.write_text(json.dumps({"annotations": [row]}))

    assert "1 refused" in run("import_annotations", str(file))
    run("import_annotations", str(file), "--by", "li")
    assert Annotation.objects.latest("pk").body == "一\n\n— ann"

    run("import_annotations", str(file), "--by", person("wang").username, "--mine")
    assert Annotation.objects.latest("pk").body == "一"


@pytest.mark.parametrize("content", [b"{", b"[]"])
def test_a_file_of_no_annotations_is_refused_in_words(tmp_path, content):
    file = tmp_path / "notes.json"
    file.write_bytes(content)

    with pytest.raises(CommandError, match="Nothing was written"):
        run("import_annotations", str(file))
    with pytest.raises(CommandError, match="No such file"):
        run("import_annotations", str(tmp_path / "missing"))


def test_a_list_is_handed_back_as_it_came(tmp_path):
    file, out = tmp_path / "mine.md", tmp_path / "out.md"
    data = b"\xef\xbb\xbf# paper\r\n* [LongNet](https://arxiv.org/abs/2307.02486)"
    file.write_bytes(data)
    run("import_list", str(file))

    run("export_list", "--list", "mine", str(out))

    assert out.read_bytes() == data
    with pytest.raises(CommandError, match="There are: mine"):
        run("export_list", "--list", "other")
