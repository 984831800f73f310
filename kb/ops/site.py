"""Where the site is, for texts that are read elsewhere."""

from urllib.parse import urlsplit

from django.conf import settings


def absolute(path: str) -> str:
    """Return an address of the site as others must write it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def host() -> str:
    """Return the site's name, as it stands in ids and made-up mail addresses."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"
