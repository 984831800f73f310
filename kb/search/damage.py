"""An index whose files are damaged: for who reads it, no worse than none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from kb.search import checksums, index, upkeep
from kb.search.index import NotBuilt

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


def survived(read: Callable[P, T]) -> Callable[P, T]:
    """Raise NotBuilt where the engine breaks, and have a damaged index made anew."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except ValueError as trouble:  # how the engine tells of files it cannot read
            if not _damaged():
                raise
            raise NotBuilt(str(trouble)) from trouble
        except BaseException as trouble:
            # The engine's panic is no Exception: nothing above would stop it.
            if type(trouble).__name__ != "PanicException":
                raise
            log.exception("The search engine broke.")
            _damaged()
            raise NotBuilt(str(trouble)) from None

    return reading


def _damaged() -> bool:
    """Say whether the index's files are damaged; if so, ask for others."""
    index.forget()
    try:
        checksums.verify(index.files(index.current()))
    except NotBuilt:
        return True
    except (OSError, ValueError) as damage:
        log.warning("The index is damaged, and asked for anew: %s", damage)
        upkeep.ask()
        return True
    return False
