"""What became of annotations that were brought in."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What can become of one."""

    ADDED = "added"  # about an entry as a whole, or a reply
    MATCHED = "matched"  # about a passage, which was found
    ORPHANED = "orphaned"  # kept; none of the entry's texts has its passage
    KNOWN = "known"  # here already
    UNKNOWN = "unknown"  # about what is not in the library
    UNANSWERED = "unanswered"  # a reply to what is not here
    REFUSED = "refused"  # for a reason


WRITTEN = (Outcome.ADDED, Outcome.MATCHED, Outcome.ORPHANED)


@dataclass(frozen=True)
class Row:
    """What became of one: which it is, what it is about, and why."""

    id: str
    outcome: Outcome
    about: str = ""
    said: str = ""
    why: str = ""


@dataclass
class Report:
    """What became of all, in their order."""

    dry_run: bool
    rows: list[Row] = field(default_factory=list)

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many had each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def written(self) -> int:
        """How many notes were written, or would be."""
        return sum(row.outcome in WRITTEN for row in self.rows)

    @property
    def left_out(self) -> int:
        """How many became no note, and were none before."""
        return len(self.rows) - self.written - self.counts[Outcome.KNOWN]

    def worth_a_look(self) -> Iterator[Row]:
        """Yield what did not come in as it was."""
        fine = (Outcome.ADDED, Outcome.MATCHED, Outcome.KNOWN)
        return (row for row in self.rows if row.outcome not in fine)
