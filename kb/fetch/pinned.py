"""Connecting to an address that was checked, and to no other."""

import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import TypeAlias

import httpx2

from kb.fetch.errors import NotFetched
from kb.fetch.rules import Address, Rules
from kb.fetch.wire import Wire
from kb.text.sentences import Sentence

Resolver: TypeAlias = Callable[[str, int], Iterable[str]]

_UNKNOWN = Sentence(
    "%(host)s could not be found on the internet: check how it is spelt."
)
_NOT_PUBLIC = Sentence(
    "%(host)s is not on the public internet, so this site does not ask it. "
    "Save the file and upload it, or paste its text."
)


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the system's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PinnedTransport(httpx2.BaseTransport):
    """Looks a name up once, and takes it only if all its addresses are public.

    The connection goes to one of those, whatever the name leads to by then; the server
    is told, and its certificate must show, the name.
    """

    def __init__(self, rules: Rules, resolver: Resolver, wire: Wire) -> None:
        """`wire` says when it is too late to connect."""
        self._rules, self._resolver, self._wire = rules, resolver, wire
        self._transport = httpx2.HTTPTransport(verify=rules.trusted(), trust_env=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask the first of the name's addresses that lets us connect."""
        *others, last = self._checked(request.url)
        for address in others:
            try:
                return self._ask(request, address)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return self._ask(request, last)

    def close(self) -> None:
        """Close what is open."""
        self._transport.close()

    def _checked(self, url: httpx2.URL) -> list[Address]:
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = [ip_address(one) for one in self._resolver(url.host, port)]
        except (OSError, ValueError) as error:
            raise NotFetched(_UNKNOWN, host=url.host) from error
        if not found:
            raise NotFetched(_UNKNOWN, host=url.host)
        if not all(map(self._rules.public, found)):
            raise NotFetched(_NOT_PUBLIC, host=url.host)
        return found

    def _ask(self, request: httpx2.Request, address: Address) -> httpx2.Response:
        if self._wire.severed:
            raise httpx2.ConnectTimeout("too late to connect", request=request)
        pinned = httpx2.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return self._transport.handle_request(pinned)
