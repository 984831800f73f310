"""The index as files: generations, of which one is current, and who reads them.

`SEARCH_DIR` holds a folder for each generation, the file `current` with the name of
the one that answers, and what processes tell each other: who writes, how far a new
generation is. All of it can be deleted at any time, and is made again.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import tantivy
from django.conf import settings

from kb.search import schema

OPENINGS = 3  # attempts, as the generation may be swapped while it is opened


class NotBuilt(Exception):
    """There is no index that can be read; the indexer makes one."""


class Progress(NamedTuple):
    """How many of the entries a generation in the making holds."""

    done: int
    total: int


class _Seen(NamedTuple):
    """An opened generation, and the state of its files when it was read."""

    pointer: tuple[int, int]
    meta: tuple[int, int]
    opened: tantivy.Index
    searcher: tantivy.Searcher


_turn = threading.Lock()
_seen: _Seen | None = None


# --- Reading ------------------------------------------------------------------


def reader() -> tantivy.Searcher:
    """Return the newest commit of the current generation.

    Two looks at files when nothing is new. Raises NotBuilt.
    """
    global _seen  # noqa: PLW0603 - what a process has open is the process's
    with _turn:
        try:
            _seen = _fresh(_seen)
        except NotBuilt:
            _seen = None
            raise
        return _seen.searcher


def forget() -> None:
    """Open the index anew at the next reading."""
    global _seen  # noqa: PLW0603 - as above
    with _turn:
        _seen = None


def _fresh(seen: _Seen | None) -> _Seen:
    """Return what is to be read now: `seen` itself when nothing changed."""
    for _ in range(OPENINGS):
        try:
            pointer = _state(folder() / "current")
            generation = current()
            meta = _state(files(generation) / "meta.json")
            same = seen is not None and seen.pointer == pointer
            if seen and same and seen.meta == meta:
                return seen
            index = seen.opened if seen and same else opened(generation)
            index.reload()
            return _Seen(pointer, meta, index, index.searcher())
        except (OSError, ValueError) as error:
            seen, trouble = None, error
    raise NotBuilt("There is none that can be read.") from trouble


def _state(file: Path) -> tuple[int, int]:
    """Return what changes when a file is replaced."""
    status = file.stat()
    return status.st_mtime_ns, status.st_ino


# --- Generations --------------------------------------------------------------


def folder() -> Path:
    """Return the folder of everything, which may not exist."""
    return Path(settings.SEARCH_DIR)


def prepare() -> Path:
    """Return the folder, made when absent, closed to everyone but this user."""
    base = folder()
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    base.chmod(0o700)
    return base


def current() -> Path:
    """Return the folder of the generation that answers.

    Raises NotBuilt when there is none, or one of another version.
    """
    generation = _named()
    if generation is None:
        raise NotBuilt("There is none yet.")
    if not generation.name.startswith(f"{schema.VERSION}-"):
        raise NotBuilt("It is of another version.")
    return generation


def _named() -> Path | None:
    """Return the generation that `current` names, of whatever version."""
    with suppress(OSError, ValueError):
        if name := Path((folder() / "current").read_text().strip()).name:
            return folder() / name
    return None


def files(generation: Path) -> Path:
    """Return the folder of the engine's own files, which it tidies by itself."""
    return generation / "index"


def opened(generation: Path) -> tantivy.Index:
    """Return the index of a generation. Raises ValueError for one that is broken."""
    index = tantivy.Index.open(str(files(generation)))
    index.config_reader("manual")  # no thread that watches files
    return schema.prepare(index)


def create() -> Path:
    """Return a new generation, empty, which does not answer yet.

    Removes those that were never finished.
    """
    base = prepare()
    remove_others(_named())
    generation = Path(tempfile.mkdtemp(prefix=f"{schema.VERSION}-", dir=base))
    files(generation).mkdir()
    tantivy.Index(schema.build(), str(files(generation)))
    return generation


def swap(generation: Path) -> None:
    """Let a generation answer from now on, and remove all others.

    Who has another open goes on reading it until they look again.
    """
    write(folder() / "current", generation.name)
    (folder() / "progress").unlink(missing_ok=True)
    remove_others(generation)


def retract() -> None:
    """Let no generation answer."""
    (folder() / "current").unlink(missing_ok=True)


def waste(generation: Path) -> int:
    """Return how many deleted documents a generation still carries."""
    meta = json.loads((files(generation) / "meta.json").read_text())
    deletes = (segment["deletes"] for segment in meta["segments"])
    return sum(each["num_deleted_docs"] for each in deletes if each)


def remove_others(generation: Path | None) -> None:
    """Remove all generations but this one, the half-made too."""
    for engine in folder().glob("[0-9]*-*/index"):
        if engine.parent != generation:
            shutil.rmtree(engine.parent, ignore_errors=True)


# --- What a new generation has come to ---------------------------------------


def tell(done: int, total: int) -> None:
    """Let everyone know how much of a new generation is made."""
    write(folder() / "progress", json.dumps(Progress(done, total)))


def progress() -> Progress | None:
    """Return how far a new generation is, None while none is being made."""
    try:
        return Progress(*json.loads((folder() / "progress").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write(file: Path, text: str) -> None:
    """Replace a file, so that nobody reads half of it."""
    part = file.with_name(f"{file.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
