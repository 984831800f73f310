"""Who a command acts for."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser


def add_by_argument(parser: CommandParser) -> None:
    """Let a command be attributed to a user."""
    parser.add_argument("--by", help="user name of whoever it is done for")


def person(name: str | None) -> User | None:
    """Return the user of that name; None, the machine itself, when none is given."""
    if not name:
        return None
    user = User.objects.filter(username__iexact=name).first()
    if user is None:
        raise CommandError(f"There is no user “{name}”.")
    return user
