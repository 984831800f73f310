"""Letters that are the same to a reader, as one letter: for comparing quotations."""

from kb.text.analyser import FOLD

_SAME = {
    "“": '"',
    "”": '"',
    "\u2013": "-",  # dashes
    "\u2014": "-",
    "☑": "☐",  # a task that was ticked is the same task
}


class _Letters(dict[int, str]):
    """What each character, by number, compares as; made when it is first met."""

    def __missing__(self, number: int) -> str:
        letter = self[number] = _letter(chr(number))
        return letter


def folded(text: str) -> str:
    """Return the text with case, width, accents and radicals typed for Han gone.

    As long as the text: an offset into one is an offset into the other.

    >>> folded("FLAN “⻓⽂本”")
    'flan "长文本"'
    """
    return text.translate(_LETTERS)


def _letter(character: str) -> str:
    if character.isspace():
        return " "
    alike = FOLD[ord(character)]
    return alike if len(alike) == 1 and not alike.isspace() else character


_LETTERS = _Letters({ord(one): other for one, other in _SAME.items()})
