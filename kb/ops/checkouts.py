"""A file in a checkout of Git: read as it is, written and committed by itself.

Git is asked by its own program, so hooks, attributes and ignored owners are as they are
for people. Nothing is fetched, merged or pushed, and no other file is touched.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from kb.ops.errors import NotSynced
from kb.ops.files import write_whole

PATIENCE = 60  # seconds for one question to Git
# While people are at one of these, a commit in between would spoil it.
UNDER_WAY = (
    *("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"),
    *("rebase-merge", "rebase-apply", "BISECT_LOG"),
)
TOLD = 500  # characters of what Git says of a failure


@dataclass(frozen=True)
class Author:
    """Who a commit is by."""

    name: str
    email: str

    def __str__(self) -> str:
        """Return it as Git writes it."""
        return f"{plain(self.name)} <{plain(self.email)}>"


@dataclass(frozen=True)
class Checkout:
    """One file, in whose folder Git knows what to do."""

    file: Path

    @classmethod
    def at(cls, path: str) -> "Checkout":
        """Return the file at a path. Raises NotSynced where it is not in a checkout."""
        file = Path(path)
        if not file.is_file():
            raise NotSynced(_("There is no file %(path)s.") % {"path": path})
        checkout = cls(file.resolve())
        if checkout.git("rev-parse", "--is-inside-work-tree").strip() != "true":
            raise NotSynced(_("%(path)s is in no checkout of Git.") % {"path": path})
        return checkout

    def refuse_unless_settled(self) -> None:
        """Raise NotSynced while somebody works on the checkout, or on the file."""
        for name in UNDER_WAY:
            # The answer is relative to the folder Git was asked in.
            answer = self.git("rev-parse", "--git-path", name)
            if (self.file.parent / answer.strip()).exists():
                raise NotSynced(
                    _(
                        "A merge or rebase is under way in the checkout. "
                        "Finish it first."
                    )
                )

    def read(self) -> bytes:
        """Return the file's bytes. Raises NotSynced."""
        try:
            return self.file.read_bytes()
        except OSError as trouble:
            raise NotSynced(f"{self.file}: {trouble.strerror}") from None

    def committed(self) -> bool:
        """Say whether the file is in Git as it is in the folder."""
        path = self.file.name
        known = self.git("ls-files", "--", path).strip()
        return bool(known) and not self.git("status", "--porcelain", "--", path).strip()

    def head(self) -> str:
        """Return the name of the newest commit, "" before the first."""
        with suppress(NotSynced):
            return self.git("rev-parse", "--verify", "--quiet", "HEAD").strip()
        return ""

    def emails(self, since: str) -> set[str]:
        """Return who changed the file after a commit, or in all its commits."""
        reach = [f"{since}..HEAD"] if since and self.knows(since) else ["HEAD"]
        if not self.head():
            return set()
        told = self.git("log", "--format=%ae", *reach, "--", self.file.name)
        return {email.casefold() for email in told.split()}

    def knows(self, commit: str) -> bool:
        """Say whether a commit is there; history may have been written anew."""
        with suppress(NotSynced):
            self.git("merge-base", "--is-ancestor", commit, "HEAD")
            return True
        return False

    def commit(
        self, data: bytes, before: bytes, message: str, by: Author, committer: Author
    ) -> str:
        """Write the file and commit it alone; return the commit's name.

        If it is no more as it was `before`, or Git refuses, the file stays as it is.
        Raises NotSynced.
        """
        if self.read() != before:
            raise NotSynced(_("The file was changed at this moment. It is left alone."))
        write(self.file, data)
        try:
            self.git("add", "--intent-to-add", "--", self.file.name)
            self.git(
                *("-c", f"user.name={plain(committer.name)}"),
                *("-c", f"user.email={plain(committer.email)}"),
                *("-c", "commit.gpgSign=false"),
                *("commit", "--quiet", "--only", f"--author={by}"),
                *("--message", message, "--", self.file.name),
            )
        except NotSynced:
            write(self.file, before)
            raise
        return self.head()

    def git(self, *words: str) -> str:
        """Ask Git something in the file's folder. Raises NotSynced when it fails."""
        program = shutil.which("git")
        if program is None:
            raise NotSynced(_("The program git is not installed here."))
        try:
            done = subprocess.run(  # noqa: S603 - git, and words that are ours or a path
                [program, *words],
                cwd=self.file.parent,
                env=environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise NotSynced(_("Git did not answer within a minute.")) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace") or done.stdout.decode(
                errors="replace"
            )
            raise NotSynced(_("Git says: %(said)s") % {"said": said.strip()[:TOLD]})
        return done.stdout.decode(errors="surrogateescape")


def environment() -> dict[str, str]:
    """Return the environment without what would name another checkout to Git."""
    ours = {key: value for key, value in os.environ.items() if key[:4] != "GIT_"}
    return ours | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises NotSynced."""
    try:
        write_whole(file, data)
    except OSError as trouble:
        raise NotSynced(f"{file}: {trouble.strerror}") from None


def plain(words: str) -> str:
    """Return a name without what Git's own form of it needs."""
    return " ".join("".join(mark for mark in words if mark not in "<>").split())


def trailers(others: Sequence[Author]) -> str:
    """Return the lines of a message that name its other authors."""
    return "\n".join(f"Co-authored-by: {other}" for other in others)
