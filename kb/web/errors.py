"""Pages for what went wrong: in words, with what to do."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def page(
    request: HttpRequest, status: int, title: str, message: str, **more: Any
) -> HttpResponse:
    """Return an error page."""
    context = {"status": status, "title": title, "message": message, **more}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return page(
        request,
        400,
        _("That request could not be read"),
        _("Nothing was saved. Go back and try again."),
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: say who can grant it."""
    return page(
        request,
        403,
        _("You cannot do this"),
        str(exception) or _("Ask a curator of your team to give you the right to."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return page(
        request,
        404,
        _("There is nothing at this address"),
        _("It may have been moved or removed. The topics are a good place to look."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500, with a number that finds the cause in the log."""
    reference = secrets.token_hex(4)
    log.error("500 reference %s for %s", reference, request.path)
    context = {
        "status": 500,
        "title": _("Something broke on our side"),
        "message": _(
            "Nothing was half-saved. If it happens again, tell an admin this number:"
        ),
        "reference": reference,
    }
    # Without the request: who asks is in the database, which may be what broke.
    return HttpResponseServerError(render_to_string("error.html", context))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose key is missing or old."""
    return page(
        request,
        403,
        _("This form was too old to send"),
        _("Go back, copy what you wrote, reload the page and send it again."),
    )
