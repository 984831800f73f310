"""From what a person typed, or a server sent us on to, to what may be asked."""

from urllib.parse import quote, urljoin, urlunsplit

import httpx2

from kb.fetch.errors import NotFetched
from kb.fetch.rules import Rules
from kb.text import urls
from kb.text.sentences import Sentence

_SHOWN = 120  # characters of an address that a message repeats
_SAFE = "/:@!$&'()*+,;=~?%"

_NOT_AN_ADDRESS = Sentence(
    "“%(url)s” is not an address that can be fetched: write one that begins with "
    "http:// or https:// and names a site, without a password."
)
_OTHER_PORT = Sentence(
    "“%(url)s” names port %(port)d: only the usual ports, 80 and 443, are asked."
)


def shown(url: str) -> str:
    """Return an address as messages repeat it."""
    return url if len(url) <= _SHOWN else url[:_SHOWN] + "…"


def read(url: str, rules: Rules) -> httpx2.URL:
    """Return what to ask for under an address. Raises NotFetched."""
    try:
        parts = urls.split(url)
        host = urls.host(parts.hostname or "")
        usual = 443 if parts.scheme == "https" else 80
        port = usual if parts.port is None else parts.port
        path, query = quote(parts.path or "/", _SAFE), quote(parts.query, _SAFE)
        asked = httpx2.URL(
            urlunsplit((parts.scheme, f"{host}:{port}", path, query, ""))
        )
    except (ValueError, httpx2.InvalidURL) as error:
        raise NotFetched(_NOT_AN_ADDRESS, url=shown(url)) from error
    if port not in rules.ports:
        raise NotFetched(_OTHER_PORT, url=shown(url), port=port)
    return asked


def follow(asked: httpx2.URL, location: str, rules: Rules) -> httpx2.URL:
    """Return what to ask for where `asked` sends us on. Raises NotFetched."""
    try:
        onward = urljoin(str(asked), location)
    except ValueError as error:
        raise NotFetched(_NOT_AN_ADDRESS, url=shown(location)) from error
    return read(onward, rules)
