"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any

from kb.models import Run
from kb.ops.watching import Watch
from kb.ops.words import kept

CREATED, UPDATED, UNCHANGED, CONFLICT = "created", "updated", "unchanged", "conflict"
LEFT_OUT = "left-out"


@dataclass(frozen=True)
class Row:
    """What became of one entry of the list; `fields` names what changed or clashed."""

    line: int
    title: str
    outcome: str
    fields: tuple[str, ...] = ()
    ours: str = ""
    theirs: str = ""
    key: str = ""  # by which it may be left out


@dataclass(frozen=True)
class Likeness:
    """A new entry that may be one of the library's: `entry` is its key."""

    line: int
    title: str
    entry: int
    existing: str


@dataclass
class Report:
    """What became of a list, item by item, by line of the source."""

    name: str
    dry_run: bool
    first_import: bool
    rows: list[Row] = field(default_factory=list)
    topics_created: list[str] = field(default_factory=list)
    topics_updated: list[str] = field(default_factory=list)
    topics_unchanged: int = 0
    topic_conflicts: list[Row] = field(default_factory=list)
    duplicates: list[Likeness] = field(default_factory=list)
    reordered: int = 0
    links: int = 0  # new ones beside entries
    left: int = 0
    warnings: list[dict[str, Any]] = field(default_factory=list)
    unparsed: list[dict[str, Any]] = field(default_factory=list)
    run: Run | None = None  # the record of it; a dry run leaves none
    watch: Watch = field(default_factory=Watch)

    def count(self, outcome: str) -> int:
        """Return how many entries had that outcome."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """The figures, as they are printed and kept."""
        return {
            "created": self.count(CREATED),
            "updated": self.count(UPDATED),
            "unchanged": self.count(UNCHANGED),
            "conflicts": len(self.conflicts()),
            "unparsed": len(self.unparsed),
            "topics_created": len(self.topics_created),
            "topics_updated": len(self.topics_updated),
            "topics_unchanged": self.topics_unchanged,
            "reordered": self.reordered,
            "links_added": self.links,
            "no_longer_listed": self.left,
            "left_out": self.count(LEFT_OUT),
            "changes": self.changes,
        }

    @property
    def changes(self) -> int:
        """How much the import wrote into the library; 0 is a list that is in step."""
        entries = self.count(CREATED) + self.count(UPDATED)
        topics = len(self.topics_created) + len(self.topics_updated)
        return entries + topics + self.reordered + self.links

    def refuse(self, line: int, text: str | None, reason: str) -> None:
        """Report something of the list that the library cannot keep."""
        row = {"line": line, "text": text or "", "reason": reason, "urls": []}
        self.unparsed.append({**row, **kept(reason)})

    def conflicts(self) -> list[Row]:
        """Return the rows where the list and a member both changed something.

        Topics first, then entries.
        """
        clashing = [row for row in self.rows if row.outcome == CONFLICT]
        return [*self.topic_conflicts, *clashing]

    def as_json(self) -> dict[str, Any]:
        """Return everything, for programs and for the run's page."""
        return {
            "list": self.name,
            "dry_run": self.dry_run,
            "first_import": self.first_import,
            "counts": self.counts,
            "entries": [asdict(row) for row in self.rows],
            "topics_created": self.topics_created,
            "topics_updated": self.topics_updated,
            "conflicts": [asdict(row) for row in self.conflicts()],
            "possible_duplicates": [asdict(row) for row in self.duplicates],
            "warnings": self.warnings,
            "unparsed": self.unparsed,
        }
