"""What was found of a text, kept for when it is asked about again."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

LONGEST = 2000  # characters; longer texts come once, and would fill the memory

T = TypeVar("T")


def remembering(texts: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Keep what a function found of the last so many texts, long ones left out."""

    def remember(find: Callable[[str], T]) -> Callable[[str], T]:
        kept = lru_cache(maxsize=texts)(find)

        @wraps(find)
        def found(text: str) -> T:
            return kept(text) if len(text) <= LONGEST else find(text)

        return found

    return remember
