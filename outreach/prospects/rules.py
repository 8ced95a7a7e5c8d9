"""Words of prospects. Pure."""

from __future__ import annotations

import enum


class ProspectState(enum.StrEnum):
    """Where a site stands in one project before anybody is written to."""

    NEW = "new"
    KEPT = "kept"
    REJECTED = "rejected"
    LATER = "later"


class ContactKind(enum.StrEnum):
    EMAIL = "email"
    FORM = "form"
    SOCIAL = "social"
    PHONE = "phone"


class ContactStatus(enum.StrEnum):
    UNVERIFIED = "unverified"
    MX_OK = "mx_ok"
    BOUNCED = "bounced"
    INVALID = "invalid"


class SubscriberType(enum.StrEnum):
    """For PECR (R15): a corporate subscriber needs no prior consent, an individual does."""

    CORPORATE = "corporate"
    INDIVIDUAL = "individual"
    UNKNOWN = "unknown"


# Local parts that belong to a desk, not to a person (RFC 2142 and custom)
ROLE_LOCAL_PARTS = frozenset(
    [
        "abuse",
        "admin",
        "administrator",
        "billing",
        "contact",
        "desk",
        "editor",
        "editorial",
        "enquiries",
        "hello",
        "help",
        "hi",
        "info",
        "inquiries",
        "mail",
        "marketing",
        "media",
        "news",
        "newsdesk",
        "noc",
        "office",
        "partnerships",
        "postmaster",
        "press",
        "pr",
        "redaction",
        "redaktion",
        "sales",
        "security",
        "submissions",
        "support",
        "team",
        "tips",
        "webmaster",
    ]
)


def is_role_address(address: str) -> bool:
    """Does this mail address belong to a desk rather than to a person?"""
    local = address.partition("@")[0].lower().split("+")[0]
    return local in ROLE_LOCAL_PARTS
