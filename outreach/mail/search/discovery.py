"""Where the mail of an address is sent and read: what its domain says, what its provider is known for, then guesses. Pure.

In this order: the domain's own autoconfig file (Mozilla's format), SRV records (RFC 6186, RFC 8314), the provider behind
its MX, the usual names. What a domain says is only ever shown to be looked at: nothing is connected to by it alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from outreach.kit.urls import BadAddress, ascii_host
from outreach.letter.domain.answers import Lookup, State

MAX_XML = 100_000
SMTP_PORTS = (465, 587, 2525, 25)
IMAP_PORTS = (993, 143)
_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True)
class Way:
    """One server: `security` is tls or starttls."""

    host: str
    port: int
    security: str
    username: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Found:
    """Servers for sending and for reading, and in words where that is known from. A missing one is None."""

    smtp: Way | None
    imap: Way | None
    why: str

    @property
    def is_whole(self) -> bool:
        return self.smtp is not None and self.imap is not None


PROVIDERS: tuple[tuple[str, str, tuple[str, int, str], tuple[str, int, str], str], ...] = (
    (r"google(?:mail)?\.com", "Google", ("smtp.gmail.com", 465, "tls"), ("imap.gmail.com", 993, "tls"), "It wants an app password, or a log-in at Google."),
    (r"(?:mail\.protection\.)?outlook\.com|hotmail\.com", "Microsoft 365", ("smtp.office365.com", 587, "starttls"), ("outlook.office365.com", 993, "tls"), "It wants a log-in at Microsoft, not a password."),
    (r"yahoodns\.net", "Yahoo", ("smtp.mail.yahoo.com", 465, "tls"), ("imap.mail.yahoo.com", 993, "tls"), "It wants an app password."),
    (r"icloud\.com", "iCloud", ("smtp.mail.me.com", 587, "starttls"), ("imap.mail.me.com", 993, "tls"), "It wants an app password."),
    (r"messagingengine\.com", "Fastmail", ("smtp.fastmail.com", 465, "tls"), ("imap.fastmail.com", 993, "tls"), "It wants an app password."),
    (r"zoho\.eu", "Zoho", ("smtp.zoho.eu", 465, "tls"), ("imap.zoho.eu", 993, "tls"), ""),
    (r"zoho\.com", "Zoho", ("smtp.zoho.com", 465, "tls"), ("imap.zoho.com", 993, "tls"), ""),
    (r"gmx\.(?:net|de)", "GMX", ("mail.gmx.net", 465, "tls"), ("imap.gmx.net", 993, "tls"), "Reading from outside is switched on in its settings."),
    (r"web\.de", "WEB.DE", ("smtp.web.de", 587, "starttls"), ("imap.web.de", 993, "tls"), "Reading from outside is switched on in its settings."),
    (r"kundenserver\.de|ionos\.(?:com|de)|1and1\.com", "IONOS", ("smtp.ionos.com", 465, "tls"), ("imap.ionos.com", 993, "tls"), ""),
    (r"mail\.ovh\.net|ovh\.net", "OVH", ("ssl0.ovh.net", 465, "tls"), ("ssl0.ovh.net", 993, "tls"), ""),
    (r"mailbox\.org", "mailbox.org", ("smtp.mailbox.org", 465, "tls"), ("imap.mailbox.org", 993, "tls"), ""),
    (r"posteo\.de", "Posteo", ("posteo.de", 465, "tls"), ("posteo.de", 993, "tls"), ""),
    (r"gandi\.net", "Gandi", ("mail.gandi.net", 465, "tls"), ("mail.gandi.net", 993, "tls"), ""),
    (r"infomaniak\.ch", "Infomaniak", ("mail.infomaniak.com", 465, "tls"), ("mail.infomaniak.com", 993, "tls"), ""),
    (r"migadu\.com", "Migadu", ("smtp.migadu.com", 465, "tls"), ("imap.migadu.com", 993, "tls"), ""),
    (r"secureserver\.net", "GoDaddy", ("smtpout.secureserver.net", 465, "tls"), ("imap.secureserver.net", 993, "tls"), ""),
    (r"privateemail\.com", "Namecheap", ("mail.privateemail.com", 465, "tls"), ("mail.privateemail.com", 993, "tls"), ""),
)  # fmt: skip
"""(end of an MX name, whose it is, sending, reading, what to know)."""


def find(
    address: str, look_up: Lookup, fetch: Callable[[str], bytes | None], answers: Callable[[str, Way], bool]
) -> Found:
    """The best known way. `fetch` gives a file or None, `answers` says whether a server of this kind speaks there."""
    domain = address.rpartition("@")[2].lower()
    sources: tuple[Callable[[], Found | None], ...] = (
        lambda: by_autoconfig(address, fetch),
        lambda: by_srv(address, look_up),
        lambda: by_mx(address, look_up),
        lambda: by_guess(address, look_up, answers),
    )
    best = Found(None, None, f"Nothing about {domain} is known. Ask who runs its mail for the two servers.")
    for source in sources:
        found = source()
        if found is None:
            continue
        best = Found(
            best.smtp or found.smtp,
            best.imap or found.imap,
            best.why if best.smtp or best.imap else found.why,
        )
        if best.is_whole:
            return best
    return best


# The domain's own file


def autoconfig_urls(address: str) -> tuple[str, ...]:
    domain = address.rpartition("@")[2].lower()
    return (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


def by_autoconfig(address: str, fetch: Callable[[str], bytes | None]) -> Found | None:
    """What the domain's owner has written down for mail programs."""
    for url in autoconfig_urls(address):
        raw = fetch(url)
        found = read_autoconfig(raw, address) if raw else None
        if found is not None:
            return found
    return None


def read_autoconfig(raw: bytes, address: str) -> Found | None:
    """The first server of each kind that encrypts and takes a password; None for what is no such file."""
    try:
        root: Element = fromstring(raw[:MAX_XML], forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return None
    smtp = _first(root.iter("outgoingServer"), "smtp", address, SMTP_PORTS)
    imap = _first(root.iter("incomingServer"), "imap", address, IMAP_PORTS)
    return Found(smtp, imap, "The domain says so itself, in its autoconfig file.") if smtp or imap else None


def _first(servers: Iterable[Element], kind: str, address: str, ports: tuple[int, ...]) -> Way | None:
    for server in list(servers)[:20]:
        if server.get("type") != kind:
            continue
        security = {"SSL": "tls", "STARTTLS": "starttls"}.get(_text(server, "socketType"), "")
        host, port = _host(_text(server, "hostname")), _port(_text(server, "port"), ports)
        if security and host and port:
            return Way(host, port, security, _user(_text(server, "username"), address))
    return None


def _text(server: Element, name: str) -> str:
    return (server.findtext(name) or "").strip()[:300]


def _user(form: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    filled = (
        form.replace("%EMAILADDRESS%", address)
        .replace("%EMAILLOCALPART%", local)
        .replace("%EMAILDOMAIN%", domain)
    )
    return filled if filled and filled.isprintable() and "%" not in filled else address


# SRV records


def by_srv(address: str, look_up: Lookup) -> Found | None:
    """RFC 8314 first (TLS from the start), then RFC 6186; a target of "." says that the service is not offered."""
    domain = address.rpartition("@")[2].lower()
    smtp = _srv(f"_submissions._tcp.{domain}", look_up, address, "tls", SMTP_PORTS) or _srv(
        f"_submission._tcp.{domain}", look_up, address, "starttls", SMTP_PORTS
    )
    imap = _srv(f"_imaps._tcp.{domain}", look_up, address, "tls", IMAP_PORTS) or _srv(
        f"_imap._tcp.{domain}", look_up, address, "starttls", IMAP_PORTS
    )
    return Found(smtp, imap, "The domain says so itself, in its SRV records.") if smtp or imap else None


def _srv(name: str, look_up: Lookup, address: str, security: str, ports: tuple[int, ...]) -> Way | None:
    """The target with the lowest priority, then the highest weight (RFC 2782)."""
    ways: list[tuple[int, int, Way]] = []
    for line in look_up(name, "SRV").values:
        parts = line.split()
        if len(parts) == 4 and all(part.isdigit() for part in parts[:3]):
            host, port = _host(parts[3]), _port(parts[2], ports)
            if host and port:
                ways.append((int(parts[0]), -int(parts[1]), Way(host, port, security, address)))
    return min(ways, key=lambda way: way[:2])[2] if ways else None


# Providers and guesses


def by_mx(address: str, look_up: Lookup) -> Found | None:
    """The provider to whom the domain's mail goes."""
    domain = address.rpartition("@")[2].lower()
    hosts = sorted(line.split() for line in look_up(domain, "MX").values if len(line.split()) == 2)
    for host in [domain, *(host for _, host in hosts)]:
        for end, name, smtp, imap, hint in PROVIDERS:
            if re.search(rf"(?:\A|\.)(?:{end})\.?\Z", host.lower()):
                why = f"Mail for {domain} goes to {name}. {hint}".strip()
                return Found(Way(*smtp, address), Way(*imap, address), why)
    return None


def by_guess(address: str, look_up: Lookup, answers: Callable[[str, Way], bool]) -> Found | None:
    """The usual names under the domain, as far as they exist and a server of the kind speaks there."""
    domain = address.rpartition("@")[2].lower()
    smtp = _guess("smtp", ("smtp", "mail"), ((465, "tls"), (587, "starttls")), address, look_up, answers)
    imap = _guess("imap", ("imap", "mail"), ((993, "tls"), (143, "starttls")), address, look_up, answers)
    return (
        Found(smtp, imap, f"Guessed from the usual names under {domain}, where a server answered.")
        if smtp or imap
        else None
    )


def _guess(
    kind: str, names: tuple[str, ...], ports: tuple[tuple[int, str], ...], address: str, look_up: Lookup,
    answers: Callable[[str, Way], bool],
) -> Way | None:  # fmt: skip
    domain = address.rpartition("@")[2].lower()
    for host in (f"{name}.{domain}" for name in names):
        if State.SOME not in (look_up(host, "A").state, look_up(host, "AAAA").state):
            continue
        for port, security in ports:
            way = Way(host, port, security, address)
            if answers(kind, way):
                return way
    return None


# Parts


def _host(text: str) -> str:
    """A public name in plain signs; empty for an address in numbers, this machine, or what is no name."""
    try:
        name = ascii_host(text.rstrip(".").lower())
    except BadAddress:
        return ""
    return name if _NAME.fullmatch(name) and not name.endswith((".localhost", ".local", ".internal")) else ""


def _port(text: str, allowed: tuple[int, ...]) -> int:
    return int(text) if text.isdigit() and len(text) < 6 and int(text) in allowed else 0
