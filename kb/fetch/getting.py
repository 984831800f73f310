"""Fetching one small file from an address on the public internet."""

import codecs
import contextlib
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

import httpx2

from kb.fetch import targets
from kb.fetch.errors import NotFetched
from kb.fetch.pinned import PinnedTransport, Resolver, resolve
from kb.fetch.rules import Rules
from kb.fetch.wire import Wire, within
from kb.text.sentences import Sentence

Answer = TypeVar("Answer")

TEXT = ("text/plain", "text/markdown", "text/x-markdown")
PAGES = ("text/html", "application/xhtml+xml")
LARGEST = 2 * 2**20
_BEGINNING = 256 * 2**10
_CONNECT_SECONDS = 5.0
# Of all that Python can decode, what people write lists in.
_CHARSETS = {"ascii", "gb18030", "gbk", "gb2312", "big5", "iso8859-1", "utf-16"}

_LATE = Sentence(
    "%(url)s did not answer in full within %(seconds)s seconds. Try again later, or "
    "save the file and upload it."
)
_UNREACHED = Sentence(
    "%(url)s could not be reached. Check the address, or try again later."
)
_CERTIFICATE = Sentence(
    "%(url)s could not prove that it is that site: its certificate is not valid. Check "
    "the address, or save the file and upload it."
)
_BROKEN = Sentence(
    "What %(url)s sent is broken. Try again later, or save the file and upload it."
)
_STATUS = Sentence(
    "%(url)s answered with HTTP status %(status)d. Check that the address opens in a "
    "browser where nobody is logged in."
)
_TOO_MANY = Sentence(
    "%(url)s sends on and on to other addresses. Give the one it ends at."
)
_TOO_LARGE = Sentence(
    "%(url)s is larger than %(size)s MB, which is more than is fetched."
)
_A_PAGE = Sentence(
    "%(url)s is a web page, not a file. Give the address of the file itself, which "
    "many sites call “raw”."
)
_OTHER_KIND = Sentence(
    "%(url)s is “%(kind)s”, where one of these is wanted: %(kinds)s."
)
_NOT_TEXT = Sentence("%(url)s is not a text in UTF-8. Save it as such and try again.")


@dataclass(frozen=True)
class Fetched:
    """What stands at `url`, where redirects ended; `body` is decompressed."""

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes

    @property
    def text(self) -> str:
        """The body as text: UTF-8 if it is that, else as its sender says.

        Raises NotFetched.
        """
        with contextlib.suppress(UnicodeDecodeError):
            return self.body.decode("utf-8-sig")
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            if codecs.lookup(self.charset).name in _CHARSETS:
                return self.body.decode(self.charset)
        raise NotFetched(_NOT_TEXT, url=targets.shown(self.url))


@dataclass(frozen=True)
class Wish:
    """What is wanted of an address, and of what kind and size."""

    url: str
    agent: str
    kinds: Collection[str]
    max_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def refusal(self, template: str, **values: str | int) -> NotFetched:
        """Return what to raise, with the address that was asked for."""
        return NotFetched(template, url=targets.shown(self.url), **values)


def get(
    url: str,
    *,
    agent: str,
    kinds: Collection[str] = TEXT,
    max_bytes: int = LARGEST,
    resolver: Resolver = resolve,
    rules: Rules = Rules(),  # noqa: B008 - it is frozen
) -> Fetched:
    """Return what stands at a public address, if it is of one of `kinds`.

    Every answer of the name service is checked, each redirect anew; no proxy, cookie or
    password is used. Raises NotFetched, after `rules.seconds` at the latest, and reads
    no more than about `max_bytes`, decompressed.
    """
    return _asked(Wish(url, agent, kinds, max_bytes), rules, resolver, _read)


@dataclass(frozen=True)
class Looked:
    """What a look at an address found: its status, and the beginning of a web page.

    `etag` and `last_modified` are what the next look sends along: where nothing
    changed since, the status is 304.
    """

    url: str  # where redirects ended
    status: int
    etag: str
    last_modified: str
    text: str  # "" for what is no text


def look(
    url: str,
    *,
    agent: str,
    etag: str = "",
    last_modified: str = "",
    resolver: Resolver = resolve,
    rules: Rules = Rules(),  # noqa: B008 - it is frozen
) -> Looked:
    """Return how a public address answers, whatever it says.

    As careful as `get`; of a page the first 256 KiB are read, of other things nothing.
    Raises NotFetched where there is no answer.
    """
    sent = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    sent = {name: value for name, value in sent.items() if value}
    wish = Wish(url, agent, (*PAGES, "*/*;q=0.1"), _BEGINNING, sent)
    return _asked(wish, rules, resolver, _look)


def _asked(
    wish: Wish,
    rules: Rules,
    resolver: Resolver,
    read: Callable[[Wish, httpx2.Response], Answer],
) -> Answer:
    wire = Wire()
    try:
        ask = partial(_fetch, wish, rules, resolver, wire, read)
        return within(rules.seconds, wire, ask)
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise wish.refusal(_LATE, seconds=f"{rules.seconds:g}") from error
    except httpx2.ConnectError as error:
        raise wish.refusal(_why(error)) from error
    except httpx2.RequestError as error:
        raise wish.refusal(_BROKEN) from error


def _why(error: BaseException | None) -> str:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return _CERTIFICATE
        error = error.__cause__ or error.__context__
    return _UNREACHED


def _fetch(
    wish: Wish,
    rules: Rules,
    resolver: Resolver,
    wire: Wire,
    read: Callable[[Wish, httpx2.Response], Answer],
) -> Answer:
    asked = targets.read(wish.url, rules)
    with contextlib.closing(wire), _client(wish, rules, resolver, wire) as client:
        for _ in range(rules.redirects + 1):
            trace = {"trace": wire.watch}
            with client.stream("GET", asked, extensions=trace) as response:
                if not response.has_redirect_location:
                    return read(wish, response)
                location = response.headers["Location"]
            asked = targets.follow(asked, location, rules)
    raise wish.refusal(_TOO_MANY)


def _client(wish: Wish, rules: Rules, resolver: Resolver, wire: Wire) -> httpx2.Client:
    headers = {
        "User-Agent": wish.agent,
        "Accept": ", ".join(wish.kinds),
        "Accept-Encoding": "identity",
        "Connection": "close",
        **wish.headers,
    }
    return httpx2.Client(
        headers=headers,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # takes none
        timeout=httpx2.Timeout(rules.seconds, connect=_CONNECT_SECONDS),
        transport=PinnedTransport(rules, resolver, wire),
        trust_env=False,
    )


def _read(wish: Wish, response: httpx2.Response) -> Fetched:
    if response.status_code != HTTPStatus.OK:
        raise wish.refusal(_STATUS, status=response.status_code)
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind not in wish.kinds:
        raise _other(wish, kind)
    body = b"".join(_bounded(wish, response))
    charset = response.charset_encoding or ""
    return Fetched(str(response.url), response.status_code, kind, charset, body)


def _look(wish: Wish, response: httpx2.Response) -> Looked:
    headers = response.headers
    kind = headers.get("Content-Type", "").split(";")[0].strip().lower()
    text = ""
    if response.status_code == HTTPStatus.OK and kind in {*PAGES, *TEXT}:
        body = _beginning(wish, response)
        charset = response.charset_encoding or "utf-8"
        with contextlib.suppress(LookupError):
            text = body.decode(charset, errors="replace")
    return Looked(
        str(response.url),
        response.status_code,
        headers.get("ETag", "")[:300],
        headers.get("Last-Modified", "")[:100],
        text,
    )


def _beginning(wish: Wish, response: httpx2.Response) -> bytes:
    body = b""
    if response.headers.get("Content-Encoding", "identity") not in {"identity", "gzip"}:
        return body
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) >= wish.max_bytes:
            break
    return body[: wish.max_bytes]


def _other(wish: Wish, kind: str) -> NotFetched:
    if kind in {"text/html", "application/xhtml+xml"}:
        return wish.refusal(_A_PAGE)
    return wish.refusal(_OTHER_KIND, kind=kind[:80], kinds=", ".join(wish.kinds))


def _bounded(wish: Wish, response: httpx2.Response) -> Iterator[bytes]:
    if response.headers.get("Content-Encoding", "identity") not in {"identity", "gzip"}:
        raise wish.refusal(_BROKEN)
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > wish.max_bytes:
            raise wish.refusal(_TOO_LARGE, size=f"{wish.max_bytes / 2**20:g}")
        yield chunk
