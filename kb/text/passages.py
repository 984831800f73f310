"""What changed of a long text, with a little of what stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.text.differences import Piece
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AROUND = 80  # characters of what stayed, on each side of a change
LEFT_OUT = " … "


def passages(pieces: Sequence[Piece]) -> list[Piece]:
    """Return a comparison with the middle of long runs that stayed left out.

    >>> kept = passages([Piece("same", "word " * 90), Piece("new", "end")])
    >>> kept[0].text == LEFT_OUT + "word " * 16
    True
    """
    last = len(pieces) - 1
    return [
        piece._replace(text=_ends(piece.text, first=at == 0, last=at == last))
        if piece.kind == "same"
        else piece
        for at, piece in enumerate(pieces)
    ]


def _ends(text: str, *, first: bool, last: bool) -> str:
    """Return what of a run that stayed stands beside changes; whole if it is short.

    Before the `first` change its beginning does not, after the `last` its end.
    """
    if first and last:
        return text
    head = "" if first else _beginning(tokens(text[: 2 * AROUND]))
    tail = "" if last else _beginning(tokens(text[-2 * AROUND :])[::-1], back=True)
    if len(head) + len(LEFT_OUT) + len(tail) >= len(text):
        return text
    return f"{head}{LEFT_OUT}{tail}"


def _beginning(words: Iterable[str], *, back: bool = False) -> str:
    """Return as many whole words as have room; from the end of a text if `back`."""
    taken: list[str] = []
    room = AROUND
    for word in words:
        room -= len(word)
        if room < 0 and taken:
            break
        taken.append(word)
    return "".join(taken[::-1] if back else taken)
