"""Write down what is done to people and rights, and what is refused."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from kb.models import AuditLine
from kb.models.audit import Act

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SUBJECT_LENGTH = 300


def note(
    act: Act, subject: object, *, by: "User | None", now: datetime, **detail: Any
) -> None:
    """Write a line; nobody can change it, in no way this site offers."""
    AuditLine.objects.create(
        at=now, by=by, act=act, subject=str(subject)[:SUBJECT_LENGTH], detail=detail
    )
