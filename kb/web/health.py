"""Answers for machines: is the process up, and can it work."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


class HealthMiddleware:
    """Answer /healthz and /readyz before hosts, cookies and redirects matter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the rest of the site."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return 200 for a live process; /readyz names the part that is not ready."""
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            parts = {"database": database(), "broker": broker()}
            status = 200 if set(parts.values()) == {"ok"} else 503
            return JsonResponse(parts, status=status)
        return self.get_response(request)


def database() -> str:
    """Return "ok", or that the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def broker() -> str:
    """Return "ok", or that the broker does not answer."""
    try:
        with redis.from_url(settings.REDIS_URL, socket_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return "does not answer"
    return "ok"
