"""Which addresses our server may open: the guard against being sent into its own network.

Python's `ipaddress` is no guard (`is_global` holds for 64:ff9b::7f00:1, 2002:7f00:1::, 224.0.0.1
and fec0::1), so every IPv4 address embedded in an IPv6 one is unwrapped and an own table denies.
The check is made twice: on the text of each URL (`Guard.check_url`), and on the address that a
socket is about to connect to (`Guard.check_address`), so a name that resolves differently the second
time gains nothing.

    guard = Guard(allow_networks=["10.1.0.0/16"], allow_endpoints=[("127.0.0.1", 8123)])
    guard.check_url("http://example.com/")      -> the address as a browser would read it, or Refused
    guard.check_address("10.1.2.3", 8080)       -> None, or Refused

A named network is open on every port; a named endpoint is exactly one address and port.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from ada_url import URL

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PORTS = frozenset({80, 443, 8080, 8443})

_DENIED4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "a private network",
    "100.64.0.0/10": "a provider's inner network",
    "127.0.0.0/8": "this machine",
    "168.63.129.16/32": "a cloud's metadata service",
    "169.254.0.0/16": "a link-local network, where clouds keep their metadata",
    "172.16.0.0/12": "a private network",
    "192.0.0.0/24": "a protocol's own network",
    "192.0.2.0/24": "a network for documentation",
    "192.88.99.0/24": "a relay for 6to4",
    "192.168.0.0/16": "a private network",
    "198.18.0.0/15": "a network for benchmarks",
    "198.51.100.0/24": "a network for documentation",
    "203.0.113.0/24": "a network for documentation",
    "224.0.0.0/4": "a multicast address",
    "240.0.0.0/4": "a reserved network",
}
_ALLOWED6 = ip_network("2000::/3")
"""All that is handed out as global unicast; the rest of IPv6 is denied as a whole."""
_DENIED6 = {
    "2001::/23": "a protocol's own network",
    "2001:db8::/32": "a network for documentation",
    "3ffe::/16": "the former 6bone",
    "3fff::/20": "a network for documentation",
}
_TABLE4 = [(IPv4Network(net), word) for net, word in _DENIED4.items()]
_TABLE6 = [(IPv6Network(net), word) for net, word in _DENIED6.items()]

_EMBED_LAST = [IPv6Network(net) for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")]
"""Compatible, mapped, SIIT and NAT64: the IPv4 address is in the last 32 bits."""
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The interface identifiers of ISATAP (RFC 5214), under whatever prefix: the IPv4 address is in the last 32 bits."""


class Refused(Exception):
    """The guard does not let us go there; `str()` says why in one sentence."""


def embedded(address: IPv6Address) -> list[IPv4Address]:
    """Every IPv4 address that this IPv6 address may lead to."""
    bits = int(address)
    if any(address in net for net in _EMBED_LAST):
        return [IPv4Address(bits & 0xFFFFFFFF)]
    if address in _NAT64_LOCAL:
        return [IPv4Address(bits & 0xFFFFFFFF), IPv4Address((bits >> 48) & 0xFFFFFFFF)]
    if address in _6TO4:
        return [IPv4Address((bits >> 80) & 0xFFFFFFFF)]
    if address in _TEREDO:
        return [IPv4Address((bits >> 64) & 0xFFFFFFFF), IPv4Address(~bits & 0xFFFFFFFF)]
    if (bits >> 32) & 0xFFFFFFFF in _ISATAP:
        return [IPv4Address(bits & 0xFFFFFFFF)]
    return []


def denied(address: Address) -> str | None:
    """What kind of inner address this is, or None when it is a public one."""
    if isinstance(address, IPv4Address):
        return next((word for net, word in _TABLE4 if address in net), None)
    inner = embedded(address)
    if address in _6TO4 or any(address in net for net in _EMBED_LAST[1:]):
        return next((word for one in inner if (word := denied(one))), None)
    if address not in _ALLOWED6:
        return "an inner network" if address != IPv6Address("::1") else "this machine"
    tunnelled = (word for one in inner if (word := denied(one)))
    return next((word for net, word in _TABLE6 if address in net), None) or next(tunnelled, None)


REMEMBERED = 1_000
"""Addresses whose judgement is kept: it hangs on nothing but the address, and each is asked about for every hop."""


class Guard:
    """The rules of one installation.  Immutable, and safe to share between threads."""

    def __init__(
        self,
        allow_networks: Iterable[str | Network] = (),
        allow_endpoints: Iterable[tuple[str, int]] = (),
    ) -> None:
        self.networks = tuple(ip_network(str(net), strict=False) for net in allow_networks)
        self.endpoints = frozenset((ip_address(host), port) for host, port in allow_endpoints)
        self._judged = lru_cache(maxsize=REMEMBERED)(self._judge)

    def check_url(self, url: str) -> str:
        """The address as WHATWG reads it; raises Refused.

        Only http and https, no user name, no odd port, no inner address or name.  With allowed
        networks or endpoints a name's port and place are judged when the socket opens.
        """
        parsed = self._parse(url)
        host, port = str(parsed.hostname), _port(parsed)
        address = _literal(host)
        if address is not None:
            self.check_address(str(address), port)
        elif not (self.networks or self.endpoints):
            if _is_local_name(host):
                raise Refused(f"{host} is a name for this machine or its own network.")
            _check_port(port)
        return str(parsed.href)

    def _parse(self, url: str) -> URL:
        if url.startswith(("//", "\\")):
            raise Refused("The address does not say http or https.")
        if _CONTROL.search(url):
            raise Refused("The address has a line break or another control sign in it.")
        try:
            parsed = URL(url)
        except ValueError:
            raise Refused("This is no web address.") from None
        if parsed.protocol not in ("http:", "https:"):
            raise Refused(f"Only http and https addresses are opened, not {parsed.protocol}")
        if parsed.username or parsed.password:
            raise Refused("Addresses with a user name in them are not opened.")
        if not str(parsed.hostname).strip("."):
            raise Refused("The address has no host.")
        return parsed

    def check_address(self, host: str, port: int) -> None:
        """Judge the address a socket is about to connect to; raises Refused."""
        address, is_named, word = self._judged(host)
        if is_named or (address, port) in self.endpoints:
            return
        if word:
            raise Refused(f"{address} is {word}, which our server does not open.")
        _check_port(port)

    def _judge(self, host: str) -> tuple[Address, bool, str | None]:
        """The address, whether it is in a named network, what kind of inner one it is.  Raises ValueError for what is none."""
        address = ip_address(host.partition("%")[0])
        named = any(address in net for net in self.networks if net.version == address.version)
        return address, named, denied(address)


def _check_port(port: int) -> None:
    if port not in PORTS:
        raise Refused(f"Port {port} is not one where web pages are served.")


def _port(parsed: URL) -> int:
    return int(str(parsed.port)) if parsed.port else (443 if parsed.protocol == "https:" else 80)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.strip("[]").removesuffix("."))
    except ValueError:
        return None


_LOCAL = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain", "corp", "home")


def _is_local_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    return "." not in name or any(name.endswith("." + end) for end in _LOCAL)
