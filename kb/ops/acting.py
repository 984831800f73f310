"""Who acts, and why: the frame around every write."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import UUID

import pghistory
from django.db import transaction

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_within = ContextVar("within", default=False)


def context() -> UUID:
    """Return what the history knows by what is done inside `acting`."""
    with pghistory.context() as current:
        return current.id  # type: ignore[no-any-return]


@contextmanager
def acting(by: "AbstractBaseUser | None", reason: str) -> Iterator[None]:
    """Make what is written inside one transaction, remembered as done by `by`.

    None is the machine itself. `reason` is a short word for the history. A verb that
    another one calls is part of what that one does, and for its reason.
    """
    if _within.get():
        with transaction.atomic():
            yield
        return
    user = {"user": by.pk} if by else {}
    token = _within.set(True)
    try:
        with pghistory.context(**user, reason=reason), transaction.atomic():
            yield
    finally:
        _within.reset(token)
