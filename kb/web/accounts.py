"""How accounts come about: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves; a curator invites them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's log-in; who asks comes with their profile, which every page needs."""

    def get_user(self, user_id: int) -> User | None:
        """Return who a session is of, None for nobody and who may no longer log in."""
        found = User.objects.select_related("member").filter(pk=user_id).first()
        return found if found and self.user_can_authenticate(found) else None
