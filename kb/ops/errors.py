"""Refusals. Each names the rule; its message is for the person who asked.

OpError
├── AlreadyListed      the entry is there; it is in `entry`
│   └── InTheBin       the entry is there, in the bin
├── AlreadyLinked      the entry has that link
├── NotUnderstood      what was pasted is no paper and no address
├── Outdated           somebody saved since; theirs is in `current`
├── NoText             a summary or note without text
├── Irretrievable      a version that cannot come back
├── NotInTheBin        an entry that is to be restored, and is not in the bin
├── NotMerged          two entries that cannot be made one
├── NotSynced          a list and its file in a checkout that cannot be brought in step
├── NotUndone          an act that cannot be undone any more
├── NotYours           a note of somebody else
├── Busy               somebody writes the same rows now; the same may be asked again
├── Unreachable        an address that cannot be read, or that may not be asked
├── NotThere           the words that a note is to be about; where they may be, `places`
├── Answered           a thread in which others wrote
├── TagExists          a name that is another tag's, or can be none's
├── TopicExists        a parent cannot have two topics of one name
├── TopicInUse         a topic with entries or topics below it
└── CannotMove         a topic below itself, or too deep
"""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from kb.models import Annotation, Entry, Summary, Topic
    from kb.ops.annotations.anchoring import Place

    Written: TypeAlias = Annotation | Entry | Summary | Topic


class OpError(Exception):
    """Something was asked that the library does not allow; nothing was written."""


class AlreadyListed(OpError):
    """The paper or page is already an entry."""

    def __init__(self, message: str, entry: "Entry") -> None:
        """Keep the entry, to show instead."""
        super().__init__(message)
        self.entry = entry


class InTheBin(AlreadyListed):
    """It is an entry that somebody put in the bin; it can be restored."""


class NotInTheBin(OpError):
    """There is nothing to restore."""


class NotMerged(OpError):
    """Two entries that cannot be made one."""


class AlreadyLinked(OpError):
    """The entry shows that link already, or is that page."""


class NotUnderstood(OpError):
    """The text names nothing that can be read."""


class Outdated(OpError):
    """Somebody else saved since the writer began."""

    def __init__(self, message: str, current: "Written") -> None:
        """Keep what is saved now, to show beside the writer's text."""
        super().__init__(message)
        self.current = current


class NoText(OpError):
    """A summary or note must say something."""


class Irretrievable(OpError):
    """What a version was has no place any more."""


class NotSynced(OpError):
    """A list and its file in a checkout of Git cannot be brought in step now."""


class NotUndone(OpError):
    """What was done cannot be undone, or not yet."""


class NotYours(OpError, PermissionDenied):
    """The note is somebody else's. Doors that let it pass answer 403."""


class Busy(OpError):
    """Somebody holds what is to be written, for longer than a job waits."""


class Unreachable(OpError):
    """Nothing could be read at an address that somebody gave."""


class NotThere(OpError):
    """The words are in none of an entry's texts any more, or in several places."""

    def __init__(self, message: str, places: "Sequence[Place]" = ()) -> None:
        """Keep the places, to choose from."""
        super().__init__(message)
        self.places = places


class NotKept(OpError):
    """A list is not kept as it came in, so it cannot be handed back as it was."""


class Answered(OpError):
    """Others wrote in the thread: it is no longer its first writer's to hide."""


class TagExists(OpError):
    """The name is another tag's, or cannot be a tag's."""


class TopicExists(OpError):
    """The parent already has a topic of that name."""


class TopicInUse(OpError):
    """The topic is not empty."""


class CannotMove(OpError):
    """The topic cannot stand there."""
