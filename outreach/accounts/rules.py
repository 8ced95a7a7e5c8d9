"""Roles, addresses of users, passwords, how often one may try to log in. Pure."""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from email_validator import EmailNotValidError, validate_email


class UserRole(enum.StrEnum):
    """A user's role in the workspace. A plain user can do what their projects allow."""

    ADMIN = "admin"
    MANAGER = "manager"
    USER = "user"


class ClaimLevel(enum.StrEnum):
    """How much another project's open pitch at a site counts (B4): not at all, a warning, a reason is asked for, or no letter."""

    OFF = "off"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Standing(enum.StrEnum):
    """What an address asks of whom opens it, from least to most; `product.md`, "Who sees what"."""

    PUBLIC = "public"
    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"


RANK = {standing: place for place, standing in enumerate(Standing)}

SHORTEST_PASSWORD = 12


def suffices(own: Standing, asked: Standing) -> bool:
    """May somebody of standing `own` open what asks for `asked`?"""
    return RANK[own] >= RANK[asked]


def roles_for(asked: Standing) -> list[str]:
    """The roles that may open an address, for `outreach routes --json`."""
    if asked is Standing.PUBLIC:
        return [Standing.PUBLIC.value]
    return [
        standing.value
        for standing in Standing
        if standing is not Standing.PUBLIC and suffices(standing, asked)
    ]


def password_problem(password: str, email: str) -> str | None:
    """Why this password is refused, in words; None when it is good (NIST SP 800-63B 5.1.1.2: length, not classes)."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} signs; a short sentence is easy to keep in mind."
    if len(password) > 256:
        return "Use at most 256 signs."
    if len(set(password)) < 5:
        return "Use more different signs."
    if email and email.partition("@")[0].lower() in password.lower() and len(password) < 20:
        return "Leave your mail address out of it."
    return None


class BadEmail(ValueError):
    """No address a user may have; the text says what would be right."""


def clean_email(text: str) -> str:
    """The one spelling of a user's mail address: NFKC, lower case, ASCII, so that no two accounts look alike.

    Raises BadEmail. No look-up is made.
    """
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    on_this_machine = typed.endswith(("@localhost", ".localhost"))
    try:
        found = validate_email(
            typed.removesuffix("localhost") + "local.test" if on_this_machine else typed,
            check_deliverability=False, test_environment=True,
        )  # fmt: skip
    except EmailNotValidError:
        raise BadEmail("This is no mail address. It should look like ana@hazel.example.") from None
    if not found.local_part.isascii():
        raise BadEmail("Before the @ only plain letters, digits and signs can be used.")
    domain = (
        found.ascii_domain.removesuffix("local.test") + "localhost" if on_this_machine else found.ascii_domain
    )
    if len(found.local_part) + len(domain) > 253:
        raise BadEmail("This address is too long.")
    return f"{found.local_part}@{domain}"


TRY_WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 50
"""An office behind one address has several people who mistype."""


@dataclass(frozen=True)
class Bucket:
    """What tries to log in are counted by, and how many are allowed within TRY_WINDOW of the first."""

    key: str
    limit: int


@dataclass(frozen=True)
class Place:
    """Where a try to log in comes from. `device` is the id of a device that logged in as `device_user_id` before."""

    address: str
    device: str | None = None
    device_user_id: int | None = None


def buckets(email: str, address: str, device: str | None) -> list[Bucket]:
    """The counters of one try: the account's and the network address's.

    A device that logged in to this account before is counted by itself, so that a stranger who uses up the
    account's tries cannot keep its owner out.
    """
    who = f"device:{device}" if device else f"account:{email}"
    return [Bucket(who, TRIES_PER_ACCOUNT), Bucket(f"address:{network_of(address)}", TRIES_PER_ADDRESS)]


def network_of(address: str) -> str:
    """Whom an IP address stands for: itself, or its /64 in IPv6, where one household has them all."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network(f"{ip}/64", strict=False))
    return str(ip)


def minutes_left(since: datetime, now: datetime) -> int:
    """After how many minutes, rounded up, a counter that began at `since` starts anew; at least 1."""
    return max(1, -(-int((since + TRY_WINDOW - now).total_seconds()) // 60))


INVITATION_DAYS = 7
RESET_HOURS = 24

IDLE = timedelta(hours=12)
"""How long a session that does not stay logged in lives without a request."""
