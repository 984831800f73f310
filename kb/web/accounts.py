"""How accounts come about: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves; a curator invites them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False
