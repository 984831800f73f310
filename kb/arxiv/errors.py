"""Why arXiv gave no answer, or none with papers in it.

ArxivError
+-- GateClosed          it is not our turn; nothing was sent
+-- Declined            asked and answered, but not with papers
|   +-- TokenExpired    the walk through a harvest's pages has to begin anew
|   +-- NoSuchPaper     arXiv does not have it
+-- ArxivUnavailable    asked in vain; nothing may be concluded about any paper
    +-- AccessDenied    arXiv told us to stop
    +-- MalformedFeed   what came back is not an answer
"""

from typing import ClassVar

from kb.arxiv.records import Reply


class ArxivError(Exception):
    """No answer; `known` is what was learnt before that, worth keeping.

    `unasked` is how many identifiers the request named that came to nothing.
    """

    known: Reply = Reply()
    unasked: int = 0


class GateClosed(ArxivError):
    """Ask again in `seconds`; when `blocked`, arXiv or an admin wants us to stay away.

    When not blocked, `seconds` is the shortest wait that can help, not a promise.
    """

    def __init__(self, seconds: float, reason: str, *, blocked: bool = False) -> None:
        """Name the reason as a part of a sentence, for people."""
        super().__init__(
            f"arXiv may not be asked for another {seconds:.1f} s: {reason}"
        )
        self.seconds = seconds
        self.reason = reason
        self.blocked = blocked

    def __str__(self) -> str:
        return f"arXiv may not be asked for another {self.seconds:.1f} s: {self.reason}"


class Declined(ArxivError):
    """A proper answer, in arXiv's words, that nothing has to wait for."""


class TokenExpired(Declined):
    """Pages that were begun a day ago are gone: ask anew from the last day seen."""


class NoSuchPaper(Declined):
    """The identifier is none, or none of arXiv's."""


class ArxivUnavailable(ArxivError):
    """`cause` is for people; `retry_after` is in seconds, None if unknown."""

    outcome: ClassVar = "unavailable"  # as in records.Asked

    def __init__(self, cause: str, retry_after: float | None = None) -> None:
        """Keep the cause readable by itself: it is stored and shown."""
        super().__init__(cause)
        self.cause = cause
        self.retry_after = retry_after


class AccessDenied(ArxivUnavailable):
    """HTTP 403: arXiv takes going on after it for an attack, so a person must look."""

    outcome: ClassVar = "denied"


class MalformedFeed(ArxivUnavailable):
    """The body is not a whole, sane answer."""

    outcome: ClassVar = "malformed"
