"""The words of the public texts, and how many entries have each: for spelling.

The indexer writes them beside the engine's files now and then; a process reads them
when it first needs them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kb.search import index

if TYPE_CHECKING:
    from pathlib import Path

    from tantivy import Searcher

_turn = threading.Lock()
_read: tuple[tuple[Path, int], dict[str, int]] | None = None


def vocabulary() -> dict[str, int]:
    """Return how many listed entries have each word, as spelt in small letters.

    Read again when there is a newer table. Raises NotBuilt.
    """
    global _read  # noqa: PLW0603 - what a process has read is the process's
    file = _file(index.current())
    with _turn:
        try:
            state = file, file.stat().st_mtime_ns
            if _read is None or _read[0] != state:
                lines = file.read_text(encoding="utf-8").split("\n")
                pairs = (line.split("\t") for line in lines if line)
                _read = state, {word: int(count) for word, count in pairs}
        except (OSError, ValueError) as error:
            raise index.NotBuilt("There is no table of words.") from error
        return _read[1]


def write(generation: Path, searcher: Searcher) -> None:
    """Write down the words of a generation."""
    words = searcher.terms_with_prefix("word", "")
    index.write(_file(generation), "".join(f"{word}\t{n}\n" for word, n in words))


def _file(generation: Path) -> Path:
    return generation / "words"
