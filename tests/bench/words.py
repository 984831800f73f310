"""The words of words.toml."""

import tomllib
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


def words(part: str) -> dict[str, list[str]]:
    """Return the lists of words of one part, by name."""
    lists = tomllib.loads(FILE.read_text(encoding="utf-8"))[part]
    return {name: text.split() for name, text in lists.items()}
