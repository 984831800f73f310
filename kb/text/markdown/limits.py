"""Blocks that cost far more than their length: what is beyond a limit stays as written.

A short row is filled up to the width of its table, and a line inside quotes or lists
is read again by each of them.
"""

from collections.abc import Callable

from markdown_it.rules_block import StateBlock, table

_MAX_CELLS = 30_000  # of all tables in one text

BlockRule = Callable[[StateBlock, int, int, bool], bool]


def nested(rule: BlockRule, most: int) -> BlockRule:
    """Return `rule`, refusing more than `most` of its blocks inside each other."""
    key = rule.__name__

    def bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - a rule's signature
        depth = state.env.get(key, 0)
        if depth == most:
            return False
        state.env[key] = depth + 1
        try:
            return rule(state, start, end, silent)
        finally:
            state.env[key] = depth

    return bounded


def bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - a rule's signature
    """Take the table that starts here, unless it is one too many."""
    if not table(state, start, end, True):  # noqa: FBT003 - a rule's signature
        return False
    cells = state.env.get("cells", 0) + _cells(state, start, end)
    if cells > _MAX_CELLS:
        state.env["cells"] = _MAX_CELLS
        return False
    if silent:
        return True
    state.env["cells"] = cells
    return table(state, start, end, False)  # noqa: FBT003 - a rule's signature


def _cells(state: StateBlock, start: int, end: int) -> int:
    """Return how many cells there are at most."""
    header = state.src[state.bMarks[start] : state.eMarks[start]]
    last = start
    while last < end and not state.isEmpty(last):
        last += 1
    return (header.strip().strip("|").count("|") + 1) * (last - start)
