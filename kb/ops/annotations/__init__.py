"""Notes and highlights: written, answered, settled, and carried along with their texts.

A thread is a note and the replies to it. Who takes the rows of one takes the entry's
first, if at all, then the first note's, then the replies': two at once wait in turn.
"""

from kb.ops.annotations.anchoring import Passage, Place
from kb.ops.annotations.carrying import carry, carry_over
from kb.ops.annotations.threads import delete, react, reopen, reply, resolve
from kb.ops.annotations.writing import (
    TWICE,
    edit,
    mean,
    refuse_delete,
    refuse_edit,
    write,
)

__all__ = [
    "TWICE",
    "Passage",
    "Place",
    "carry",
    "carry_over",
    "delete",
    "edit",
    "mean",
    "react",
    "refuse_delete",
    "refuse_edit",
    "reopen",
    "reply",
    "resolve",
    "write",
]
