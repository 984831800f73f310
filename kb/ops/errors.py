"""Refusals. Each names the rule; its message is for the person who asked.

OpError
├── AlreadyListed      the entry is there; it is in `entry`
├── AlreadyLinked      the entry has that link
├── NotUnderstood      what was pasted is no paper and no address
├── Outdated           somebody saved since; theirs is in `current`
├── NoText             a summary or note without text
├── NotYours           a note of somebody else
├── Busy               somebody writes the same rows now; the same may be asked again
├── TopicExists        a parent cannot have two topics of one name
├── TopicInUse         a topic with entries or topics below it
└── CannotMove         a topic below itself, or too deep
"""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from kb.models import Annotation, Entry, Summary


class OpError(Exception):
    """Something was asked that the library does not allow; nothing was written."""


class AlreadyListed(OpError):
    """The paper or page is already an entry."""

    def __init__(self, message: str, entry: "Entry") -> None:
        """Keep the entry, to show instead."""
        super().__init__(message)
        self.entry = entry


class AlreadyLinked(OpError):
    """The entry shows that link already, or is that page."""


class NotUnderstood(OpError):
    """The text names nothing that can be read."""


class Outdated(OpError):
    """Somebody else saved since the writer began."""

    def __init__(self, message: str, current: "Summary | Annotation") -> None:
        """Keep what is saved now, to show beside the writer's text."""
        super().__init__(message)
        self.current = current


class NoText(OpError):
    """A summary or note must say something."""


class NotYours(OpError, PermissionDenied):
    """The note is somebody else's. Doors that let it pass answer 403."""


class Busy(OpError):
    """Somebody holds what is to be written, for longer than a job waits."""


class TopicExists(OpError):
    """The parent already has a topic of that name."""


class TopicInUse(OpError):
    """The topic is not empty."""


class CannotMove(OpError):
    """The topic cannot stand there."""
