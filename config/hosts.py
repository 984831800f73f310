"""The names a machine answers to."""

import socket
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not listened to


def names(host: str) -> list[str]:
    """Return what a browser may call a site that listens at `host`.

    Listening everywhere, those are the machine's own name and addresses.
    """
    if host not in EVERYWHERE:
        return [written(host)]
    own = socket.gethostname().lower()
    found = {own}
    with suppress(OSError):
        found |= {written(str(at[4][0])) for at in socket.getaddrinfo(own, None)}
    return sorted(found)


def written(address: str) -> str:
    """Return a host as addresses of pages have it: IPv6 in brackets, no zone."""
    return f"[{address.partition('%')[0]}]" if ":" in address else address


def local(*urls: str) -> bool:
    """Say whether all of these addresses are on this very machine."""
    return all(loopback(urlsplit(url).hostname or "") for url in urls)


def loopback(host: str) -> bool:
    """Say whether a host is this machine, as it calls itself."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
