"""Read a file that somebody gave the address of."""

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext as _

from kb import fetch
from kb.arxiv.asking import VERSION
from kb.fetch.getting import LARGEST, TEXT
from kb.fetch.pinned import resolve
from kb.ops.errors import Unreachable
from kb.ops.words import translated

AGENT = f"zhaji/{VERSION}"
RULES = fetch.Rules()
RESOLVER = resolve


def read(
    url: str, *, kinds: Collection[str] = TEXT, max_bytes: int = LARGEST
) -> tuple[str, str]:
    """Return the text at a public address, and the address where redirects ended.

    Takes up to 15 seconds. Raises Unreachable with a sentence for who gave the address.
    """
    if not settings.FETCH_ENABLED:
        raise Unreachable(
            _(
                "This site fetches nothing from other sites. Save the file and upload "
                "it, or paste its text."
            )
        )
    agent = AGENT
    try:
        got = fetch.get(
            url,
            agent=agent,
            kinds=kinds,
            max_bytes=max_bytes,
            resolver=RESOLVER,
            rules=RULES,
        )
        return got.text, got.url
    except fetch.NotFetched as refusal:
        raise Unreachable(translated(refusal.sentence)) from refusal


def look(url: str, *, etag: str = "", last_modified: str = "") -> fetch.Looked:
    """Return how an address answers. Takes up to 15 seconds. Raises Unreachable."""
    try:
        return fetch.look(
            url,
            agent=AGENT,
            etag=etag,
            last_modified=last_modified,
            resolver=RESOLVER,
            rules=RULES,
        )
    except fetch.NotFetched as refusal:
        raise Unreachable(translated(refusal.sentence)) from refusal
