"""Addresses: found in running text, and brought to one form."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from kb.text import arxiv_ids
from kb.text.remembering import remembering

_UNRESERVED = "~"  # quote() keeps letters, digits and "_.-" by itself
_PATH_SAFE = "/:@!$&'()*+,;=" + _UNRESERVED
_QUERY_SAFE = _PATH_SAFE + "?"
_NOTHING_TO_ESCAPE = re.compile(r"[A-Za-z0-9_.~/:@=&-]*")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_TRACKING = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid"
    r"|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|oly_enc_id|oly_anon_id)(?:=|$)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHOWN = 80  # characters of a refused address that a message repeats

# Full-width punctuation never belongs to an address in a Chinese sentence.
_STOPS = r"\s<>\"'`|\\^，。；：、？！（）【】《》〈〉「」『』“”‘’…"  # noqa: RUF001 (they stop an address)
_FOUND = re.compile(
    rf"(?<![a-zA-Z0-9])https?://(?:[^{_STOPS},;]|[,;](?!https?://))+", re.IGNORECASE
)
_TRAILING = ".,:;!?*_~&"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_ANY_CLOSING = re.compile(r"[)\]}]")

_DOI = re.compile(
    r"""(?: (?P<site> (?:https?://)? (?:dx\.|www\.)? doi\.org/ ) | doi\s*[:：]\s* )?
    (?P<doi> 10\.[0-9]{4,9} (?: / | %2F ) [^\s<>"，。；、：（）]+ )""",
    re.VERBOSE | re.IGNORECASE,
)

_DOI_IN_PATH = re.compile(r"/(10\.[0-9]{4,9}/[^?#]+?)(?:\.pdf)?/?(?:[?#]|$)")


class NotAnAddress(ValueError):
    """The text is not the address of something on the web."""


@dataclass(frozen=True)
class Found:
    """An http(s) address as it stands in a text."""

    start: int
    end: int
    url: str


@remembering(16384)  # a list is asked about each address several times
def canonical(url: str) -> str:
    """Return the one form under which an address is known.

    Every way of writing an arXiv paper becomes its abstract page, without a
    version. Raises NotAnAddress.
    """
    if ref := arxiv_ids.parse(url):
        return ref.abs_url
    parts = split(url)
    path = _without_dots(_escaped(parts.path, _PATH_SAFE)) or "/"
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.match(p))
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit(
        (
            parts.scheme,
            _location(url, parts),
            path,
            _escaped(query, _QUERY_SAFE),
            _escaped(route, _QUERY_SAFE),
        )
    )


def doi(text: str) -> str | None:
    """Return the DOI that `text` is (bare, `doi:` or a doi.org address), or None."""
    match = _DOI.match(text.strip())
    if not match:
        return None
    name = unquote(match["doi"])
    if match["site"]:
        name = re.split(r"[?#]", name, maxsplit=1)[0]
    return _trimmed(name).lower()


def doi_within(url: str) -> str | None:
    """Return the DOI that the path of a publisher's page ends in, or None.

    What follows a DOI cannot be told from it: it is one only if it is known as one.
    """
    match = _DOI_IN_PATH.search(url)
    return unquote(match[1]).lower() if match else None


def with_other_scheme(url: str) -> str:
    """Return the address over http if it is over https, and the other way round."""
    scheme, mark, rest = url.partition("://")
    return f"{'http' if scheme == 'https' else 'https'}{mark}{rest}"


def find_urls(text: str) -> Iterator[Found]:
    """Yield the http(s) addresses of running text or Markdown, in order.

    An address ends before full-width punctuation, quotes and a bracket that
    it did not open; Chinese inside a path belongs to it.
    """
    if "://" not in text:
        return
    for match in _FOUND.finditer(text):
        url = _trimmed(match[0])
        if len(url) > len("https://"):
            yield Found(match.start(), match.start() + len(url), url)


def split(url: str) -> SplitResult:
    """Return the parts of an http(s) address without a password.

    Raises NotAnAddress; what its host is, is for `host` to say.
    """
    written = url.strip()
    if _UNWRITABLE.search(written):
        raise _refusal(url)
    try:
        parts = urlsplit(written)
    except ValueError as error:
        raise _refusal(url) from error
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc:
        raise _refusal(url)
    return parts


def _location(url: str, parts: SplitResult) -> str:
    try:
        name, port = host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise _refusal(url) from error
    named = port is not None and port != _DEFAULT_PORTS[parts.scheme]
    return f"{name}:{port}" if named else name


@remembering(4096)
def host(name: str) -> str:
    """Return a host as it is looked up: in ASCII, without a dot at its end.

    An IPv6 address stands in brackets. Raises ValueError.
    """
    if ":" in name and "%" not in name:  # a zone is this machine's own
        return f"[{ipaddress.IPv6Address(name)}]"
    plain = name.encode("idna").decode("ascii").lower().removesuffix(".")
    if not all(map(_LABEL.fullmatch, plain.split("."))):
        raise ValueError(plain)
    return plain


def _escaped(text: str, safe: str) -> str:
    """Return `text` with only unreserved characters unescaped, the same twice."""
    if _NOTHING_TO_ESCAPE.fullmatch(text):
        return text
    whole = _LONE_PERCENT.sub("%25", text)
    plain = _ESCAPE.sub(_unescape, whole)
    return quote(plain, safe=safe + "%")


def _unescape(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16))
    unreserved = letter.isascii() and (letter.isalnum() or letter in "-._~")
    return letter if unreserved else match[0].upper()


def _without_dots(path: str) -> str:
    """Resolve dot segments, as RFC 3986 section 5.2.4 does."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == ".." and len(kept) > 1:
            kept.pop()
        elif segment not in {".", ".."}:
            kept.append(segment)
    return "/".join([*kept, ""] if segments[-1] in {".", ".."} else kept)


def _until_unopened(url: str) -> str:
    if not _ANY_CLOSING.search(url):
        return url
    opened = {"(": 0, "[": 0, "{": 0}
    for position, letter in enumerate(url):
        if letter in opened:
            opened[letter] += 1
        elif letter in _BRACKETS:
            opened[_BRACKETS[letter]] -= 1
            if opened[_BRACKETS[letter]] < 0:
                return url[:position]
    return url


def _trimmed(text: str) -> str:
    return _until_unopened(text).rstrip(_TRAILING)


def _refusal(url: str) -> NotAnAddress:
    shown = url if len(url) <= _SHOWN else url[:_SHOWN] + "…"
    return NotAnAddress(
        f"“{shown}” is not a web address: write one that begins with "
        "http:// or https:// and names a site, without a password."
    )
