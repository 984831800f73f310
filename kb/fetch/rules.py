"""What may be asked: addresses that are public, and how much of whose time.

https://www.iana.org/assignments/iana-ipv4-special-registry
https://www.iana.org/assignments/iana-ipv6-special-registry
"""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

from kb.fetch.wire import trusted

Address: TypeAlias = IPv4Address | IPv6Address

# Written down, because what Python calls global differs from release to release.
_NOT_PUBLIC = [
    IPv4Network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # looks public, and is the inside of one cloud
    )
]
_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Say whether anyone on the internet reaches `address`, and one machine alone.

    An IPv6 address that stands for an IPv4 one is as public as that.
    """
    if carried := list(_carried(address)):
        return all(map(is_public, carried))
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _NOT_PUBLIC)
    return address in _UNICAST and not any(address in block for block in _NOT_PUBLIC_6)


def _carried(address: Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that packets to an IPv6 address would go to."""
    if not isinstance(address, IPv6Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo


@dataclass(frozen=True)
class Rules:
    """What is asked at all; `seconds` are for all of it, from the name to the end."""

    public: Callable[[Address], bool] = is_public
    ports: frozenset[int] = frozenset({80, 443})
    redirects: int = 5
    seconds: float = 15.0
    trusted: Callable[[], ssl.SSLContext] = trusted
