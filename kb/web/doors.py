"""Who may open which door: members, and curators; readers where everyone may read."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.models.audit import Act
from kb.ops import audit


class MemberRequest(HttpRequest):
    """A request that came past the middleware: somebody is logged in."""

    user: User


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def reading(view: View) -> View:
    """Open a view to people without an account where READABLE_BY is "everyone"."""
    view.reading = True  # type: ignore[attr-defined]
    return view


def curating(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep a view to curators and admins; others are told whom to ask."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            if request.method == "POST" and request.user.is_authenticated:
                now, tried = timezone.now(), f"POST {request.path}"
                audit.note(Act.REFUSED, tried, by=request.user, now=now)
            raise PermissionDenied(_("Only curators can do this. Ask one of them."))
        return view(request, *args, **kwargs)

    return guarded


class ReadingMiddleware(LoginRequiredMiddleware):
    """Ask for a log-in everywhere but at the doors marked otherwise."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Let readers pass where the team lets everyone read."""
        if settings.READABLE_BY == "everyone" and getattr(view_func, "reading", False):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
