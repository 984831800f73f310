"""When two written titles are the same title."""

import unicodedata

_DROPPED = ("P", "Z", "C")  # punctuation, separators, controls


def fold(title: str) -> str:
    """Return what is left of a title when typing habits are taken away.

    Case, width, punctuation, spaces and radicals typed for ideographs do not
    count. A title of punctuation alone keeps it, so that it is not empty.

    >>> fold("LLM\uff1a a Survey") == fold("llm - A survey")
    True
    """
    return _words(_lowered(_words(title))) or "".join(_lowered(title).split())


def _lowered(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", plain)


def _words(text: str) -> str:
    kept = "".join(
        letter for letter in text if letter.isalnum() or not _is_dropped(letter)
    )
    return unicodedata.normalize("NFC", kept)


def _is_dropped(letter: str) -> bool:
    # Sk holds the grave and acute accents that stand in for quotes.
    category = unicodedata.category(letter)
    return category.startswith(_DROPPED) or category == "Sk"
