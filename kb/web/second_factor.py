"""Who must have a second factor sets one up before anything else."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

OPEN = ("/account/", "/language/", "/static/")  # where it is set up, and logged out


class SecondFactorMiddleware:
    """Lead to where an authenticator app is set up, if the site asks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the rest of the site."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let pass who has a second factor, or needs none."""
        shut = not request.path.startswith(OPEN)
        if shut and must(request.user) and not is_mfa_enabled(request.user):
            told = _("This site asks you for a second factor: set it up first.")
            messages.info(request, told)
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def must(user: User | AnonymousUser) -> bool:
    """Say whether somebody has to have a second factor."""
    if not user.is_authenticated or settings.TWO_FACTOR == "optional":
        return False
    return settings.TWO_FACTOR == "everyone" or user.is_staff
