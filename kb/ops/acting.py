"""Who acts, and why: the frame around every write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pghistory
from django.db import transaction

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@contextmanager
def acting(by: "AbstractBaseUser | None", reason: str) -> Iterator[None]:
    """Make what is written inside one transaction, remembered as done by `by`.

    None is the machine itself. `reason` is a short word for the history.
    """
    user = {"user": by.pk} if by else {}
    with pghistory.context(**user, reason=reason), transaction.atomic():
        yield
