"""A list and its file in a real checkout of Git, kept in step both ways."""

import os
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kb.models import Entry, ReadingList, Run, Topic
from kb.ops import entries, summaries, syncing, topics
from kb.ops.entries import Wanted
from tests.factories import person

pytestmark = pytest.mark.django_db

LIST = """\
# Papers we read

## Agent

* [Tool Makers](https://arxiv.org/abs/2305.17126) - makes its own tools
* [Voyager](https://arxiv.org/abs/2305.16291) - plays a game
* [ReAct](https://arxiv.org/abs/2210.03629) - thinks and acts

## Model

* [LongNet](https://arxiv.org/abs/2307.02486) - a billion words
"""
NAME = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Repository:
    """A checkout on disk, worked on by somebody with Git's own program."""

    def __init__(self, folder):
        self.folder, self.file = folder, folder / "papers.md"
        self.git("init", "--quiet", "--initial-branch=main")
        (folder / "notes.txt").write_text("mine\n")
        self.file.write_text(LIST)
        self.commit("First")

    def git(self, *words):
        done = subprocess.run(
            ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", *words],
            cwd=self.folder,
            env=os.environ | NAME,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def commit(self, message, *, email="ann@example.org"):
        self.git("add", "--all")
        author = f"--author=Ann <{email}>"
        self.git("commit", "--quiet", author, "--message", message)

    def edit(self, old, new, **more):
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new))
        self.commit("Edit", **more)

    def log(self, form="%an|%s"):
        return self.git("log", f"--format={form}").splitlines()

    def changed(self):
        """The lines the newest commit took away and added."""
        shown = self.git("show", "--format=", "--unified=0", "HEAD").splitlines()
        return [
            line for line in shown if line[0] in "+-" and line[:3] not in ("+++", "---")
        ]


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def sync(repository):
    return syncing.sync("papers", str(repository.file), now=timezone.now())


def entry(arxiv_id):
    return Entry.objects.get(paper__arxiv_id=arxiv_id)


def write(arxiv_id, body, by, base=1):
    now = timezone.now()
    summaries.save(entry(arxiv_id), "en", body, base=base, by=by, now=now)


def test_the_first_sync_imports_the_file_and_commits_nothing(repository):
    run = sync(repository)

    assert run.outcome == "done", run.problem
    assert Entry.objects.count() == 4
    assert repository.log() == ["Ann|First"]
    assert sync(repository) is None
    assert Run.objects.count() == 1


def test_what_changed_here_is_committed_by_who_did_it(repository):
    sync(repository)
    li = person("li")
    li.first_name, li.last_name = "Na", "Li"
    li.save()
    write("2305.16291", "plays well", li)

    run = sync(repository)

    assert repository.changed() == [
        "-* [Voyager](https://arxiv.org/abs/2305.16291) - plays a game",
        "+* [Voyager](https://arxiv.org/abs/2305.16291) - plays well",
    ]
    assert repository.log()[0] == "Na Li|Update papers.md: Voyager"
    assert run.report["commit"] == repository.git("rev-parse", "HEAD").strip()
    assert repository.git("status", "--porcelain") == ""
    assert "li@example.org" not in "".join(repository.log("%an %ae %cn %ce %B"))
    assert sync(repository) is None


def test_a_commit_names_all_who_had_a_part_in_it(repository):
    sync(repository)
    li, wang = person("li"), person("wang")
    write("2305.16291", "plays well", li)
    write("2305.16291", "plays very well", li, base=2)
    write("2210.03629", "acts", wang)

    sync(repository)

    told = "\n".join(repository.log("%an%n%B"))
    assert told.startswith("li\nUpdate papers.md: Voyager and 1 more")
    assert "Co-authored-by: wang <wang@users.noreply." in told


def test_a_renamed_topic_is_committed_by_who_renamed_it(repository):
    sync(repository)
    topics.rename(Topic.objects.get(name="Model"), "Models", by=person("li"))

    sync(repository)

    assert repository.changed() == ["-## Model", "+## Models"]
    assert repository.log()[0] == "li|Update papers.md: Models"
    assert sync(repository) is None
    assert Topic.objects.filter(name__startswith="Model").count() == 1


def test_what_changed_in_the_file_is_taken_over(repository):
    sync(repository)
    ann = person("ann")
    repository.edit("plays a game", "plays a game of blocks")
    repository.edit(
        "## Model\n", "## Model\n\n* [New](https://arxiv.org/abs/2401.00001)"
    )

    run = sync(repository)

    assert entry("2305.16291").summary_in("en").body == "plays a game of blocks"
    assert entry("2401.00001").added_by == ann == run.asked_by
    assert repository.log()[0] == "Ann|Edit"


def test_both_sides_keep_what_they_changed_in_neighbouring_lines(repository):
    sync(repository)
    li = person("li")
    write("2305.16291", "plays well", li)
    model = Topic.objects.get(name="Model")
    named, now = entries.understand("2402.00002"), timezone.now()
    entries.add(named, Wanted("Ours", "paper", [model]), by=li, now=now)
    entries.edit(
        entry("2210.03629"),
        Wanted("ReAct", "paper", [model], []),
        by=li,
    )
    repository.edit("makes its own tools", "makes tools")

    run = sync(repository)

    assert run.outcome == "done", run.problem
    assert entry("2305.17126").summary_in("en").body == "makes tools"
    text = repository.file.read_text()
    assert "Tool Makers](https://arxiv.org/abs/2305.17126) - makes tools" in text
    assert "Voyager](https://arxiv.org/abs/2305.16291) - plays well" in text
    agent, _, model = text.partition("## Model")
    assert "ReAct" not in agent
    assert "ReAct" in model
    assert "Ours" in model
    assert sync(repository) is None


def test_what_both_changed_stays_as_it_is_on_both_sides_and_is_told(repository):
    sync(repository)
    write("2305.16291", "plays well", person("li"))
    write("2210.03629", "acts", person("wang"))
    repository.edit("plays a game", "plays badly")

    run = sync(repository)

    assert entry("2305.16291").summary_in("en").body == "plays well"
    text = repository.file.read_text()
    assert "- plays badly" in text
    assert "ReAct](https://arxiv.org/abs/2210.03629) - acts" in text
    assert [row["ours"] for row in run.report["conflicts"]] == ["plays well"]
    assert sync(repository) is None

    repository.edit("plays badly", "plays well")  # they agree
    assert sync(repository).report["counts"]["conflicts"] == 0


def test_only_the_file_is_committed_whatever_else_is_staged(repository):
    sync(repository)
    (repository.folder / "notes.txt").write_text("half a thought")
    repository.git("add", "notes.txt")
    write("2305.16291", "plays well", person("li"))

    sync(repository)

    assert repository.git("show", "--format=", "--name-only").split() == ["papers.md"]
    assert repository.git("status", "--porcelain").split() == ["M", "notes.txt"]


def test_a_file_somebody_is_at_work_on_is_left_alone(repository):
    sync(repository)
    write("2305.16291", "plays well", person("li"))
    half = LIST + "* [Half"
    repository.file.write_text(half)

    run = sync(repository)
    again = sync(repository)

    assert run.outcome == "failed"
    assert "not committed" in run.problem
    assert again == run  # told once
    assert repository.file.read_text() == half
    assert Entry.objects.count() == 4


def test_nothing_is_done_in_the_middle_of_a_merge(repository):
    sync(repository)
    repository.git("checkout", "--quiet", "-b", "other")
    repository.edit("a game", "some game")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--no-ff", "--no-commit", "other")
    write("2305.16291", "plays well", person("li"))

    assert "merge" in sync(repository).problem


def test_a_commit_that_git_refuses_leaves_everything_as_it_was(repository):
    sync(repository)
    hook = repository.folder / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho 'not today' >&2\nexit 1\n")
    hook.chmod(0o755)
    write("2305.16291", "plays well", person("li"))

    run = sync(repository)

    assert "not today" in run.problem
    assert repository.file.read_text() == LIST
    assert repository.git("status", "--porcelain") == ""
    hook.unlink()
    assert sync(repository).outcome == "done"
    assert "plays well" in repository.file.read_text()


def test_what_a_killed_sync_wrote_is_committed_by_the_next(repository):
    sync(repository)
    write("2305.16291", "plays well", person("li"))
    there = ReadingList.objects.get()
    repository.file.write_bytes(syncing.same_list(there).data)  # and then it was killed

    assert sync(repository).outcome == "done"

    assert repository.log()[0] == "li|Update papers.md: Voyager"
    assert sync(repository) is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_stay_those_of_the_file(repository, newline):
    repository.file.write_bytes(LIST.replace("\n", newline).encode())
    repository.git("config", "core.autocrlf", "false")
    repository.git("commit", "--quiet", "--allow-empty", "--all", "--message", "Ends")
    sync(repository)
    write("2305.16291", "plays well", person("li"))

    sync(repository)

    lines = repository.file.read_bytes().split(newline.encode())
    assert b"* [Voyager](https://arxiv.org/abs/2305.16291) - plays well" in lines


def test_a_path_without_a_checkout_is_told(tmp_path):
    (tmp_path / "list.md").write_text(LIST)

    run = syncing.sync("papers", str(tmp_path / "list.md"), now=timezone.now())
    missing = syncing.sync("papers", str(tmp_path / "x.md"), now=timezone.now())

    assert "not a git repository" in run.problem
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    inside = tmp_path / ".git" / "list.md"
    inside.write_text(LIST)
    run = syncing.sync("papers", str(inside), now=timezone.now())
    assert "no checkout" in run.problem
    assert "x.md" in missing.problem


def test_the_command_syncs_and_fails_for_what_is_not_in_step(
    repository, settings, capsys
):
    settings.SYNC_LISTS = {"papers": str(repository.file)}
    call_command("sync_lists")
    assert "changes taken" in capsys.readouterr().out
    call_command("sync_lists", "papers")
    assert "in step" in capsys.readouterr().out

    repository.file.write_text("half")
    with pytest.raises(CommandError):
        call_command("sync_lists")
    with pytest.raises(CommandError, match="other"):
        call_command("sync_lists", "other")
