"""Why a file is refused: what is wrong, and where in it."""

from collections.abc import Sequence
from typing import NamedTuple

from kb.text.sentences import Sentence

TOLD = 20  # problems of a file at most


class Problem(NamedTuple):
    """What is wrong in one place; `path` is a JSONPath, `$` the whole file."""

    path: str
    message: Sentence

    def __str__(self) -> str:
        """Return both, as `$.items[2].target: …`."""
        return f"{self.path}: {self.message}"


class NotAnnotations(ValueError):
    """The file is not what it should be; nothing of it is taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the first problems; the message is a line for each."""
        self.problems = tuple(problems[:TOLD])
        super().__init__("\n".join(map(str, self.problems)))
