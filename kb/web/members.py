"""Who is asking, in which language, and what every page needs to know of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from kb.models import Member
from kb.ops import feed_keys

PUBLIC = "public"  # the key of everybody's feeds, where everyone may read


class MemberMiddleware:
    """Answer in the language the asker reads.

    Their own choice comes first, then the cookie of the switch, then the browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the rest of the site."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language."""
        language = self.language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if isinstance(response, SimpleTemplateResponse):
                response.render()  # while the language is still chosen
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        if response.get("Content-Type", "").startswith("text/"):
            # Pages and exports are the team's: no proxy or shared browser keeps them.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def language(self, request: HttpRequest) -> str:
        """Return the language to answer in."""
        chosen = member_of(request).ui_language
        return chosen or translation.get_language_from_request(request)


def member_of(request: HttpRequest) -> Member:
    """Return the asker's profile, an unsaved blank one if they have none."""
    if not hasattr(request, "kept_member"):
        user = request.user
        found = getattr(user, "member", None)  # read with the user
        request.kept_member = found or Member()  # type: ignore[attr-defined]
    return request.kept_member  # type: ignore[attr-defined, no-any-return]


def reading_language(request: HttpRequest) -> str:
    """Return which summary the asker wants first: "zh" or "en"."""
    return member_of(request).reading_language or (translation.get_language() or "")[:2]


def feed_key(request: HttpRequest) -> str:
    """Return the key of the feeds that pages offer somebody, "" for none."""
    member = getattr(request, "kept_member", None)
    own = feed_keys.key_of(member) if member and member.pk else ""
    return own or (PUBLIC if settings.READABLE_BY == "everyone" else "")


def site(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page shows."""
    member = getattr(request, "kept_member", None) or Member()
    may_write = hasattr(request, "user") and request.user.is_authenticated
    return {
        "member": member,
        "reading_language": member.reading_language
        or (translation.get_language() or "en")[:2],
        "may_read": may_write or settings.READABLE_BY == "everyone",
        "may_write": may_write,
        "may_curate": getattr(getattr(request, "user", None), "is_staff", False),
        "ui_languages": settings.LANGUAGES,
        "feed_key": partial(feed_key, request),
    }
