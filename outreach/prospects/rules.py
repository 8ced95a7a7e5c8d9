"""Words of prospects, and what may come in. Pure."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from outreach.kit import address, urls


class ProspectState(enum.StrEnum):
    """Where a site stands in one project before anybody is written to."""

    NEW = "new"
    KEPT = "kept"
    REJECTED = "rejected"
    LATER = "later"


STATE_WORDS = {
    ProspectState.NEW: "New",
    ProspectState.KEPT: "Kept",
    ProspectState.REJECTED: "Rejected",
    ProspectState.LATER: "Later",
}


DONE_WORDS = {
    ProspectState.NEW: "Open again",
    ProspectState.KEPT: "Kept",
    ProspectState.REJECTED: "Rejected",
    ProspectState.LATER: "Put off",
}
"""What is said when it was done."""

LATER_FOR = timedelta(days=1)
"""So long a site that was put off stays out of the queue."""

STATE_TONES = {
    ProspectState.NEW: "info",
    ProspectState.KEPT: "good",
    ProspectState.REJECTED: "bad",
    ProspectState.LATER: "warn",
}


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


class BatchSource(enum.StrEnum):
    """How a batch of addresses came in."""

    PASTE = "paste"
    FILE = "file"


class Outcome(enum.StrEnum):
    """What became of one line that came in."""

    NEW = "new"
    JOINED = "joined"
    KNOWN = "known"
    REPEATED = "repeated"
    OWN = "own"
    SUPPRESSED = "suppressed"
    REFUSED = "refused"


OUTCOME_WORDS = {
    Outcome.NEW: "new",
    Outcome.JOINED: "known in the workspace, new here",
    Outcome.KNOWN: "known in this project",
    Outcome.REPEATED: "twice in the paste",
    Outcome.OWN: "our own",
    Outcome.SUPPRESSED: "on the suppression list",
    Outcome.REFUSED: "refused",
}

CAME_IN = (Outcome.NEW, Outcome.JOINED)
MOST_LINES = 10_000
LONGEST_KEY = 253


@dataclass(frozen=True)
class Line:
    """One address as typed, and the site it belongs to; `problem` says why it cannot be read."""

    number: int
    typed: str
    key: str = ""
    url: str = ""
    problem: str = ""


def shortened(reason: str) -> str:
    """Why something was left out, as long as a row of a report keeps it; that it was cut is seen."""
    return reason if len(reason) <= 300 else reason[:299].rstrip() + "…"


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """(number, address) of what was pasted: one a line, or several in a line with spaces or commas between."""
    number = 0
    for line in text.replace("\x00", "").splitlines():
        for typed in _parts(line.strip(" \t,;")):
            number += 1
            yield number, typed


def _parts(line: str) -> list[str]:
    parts = [part.strip(",;") for part in re.split(r"[\s]+|[,;](?=\s|$)", line)]
    parts = [part for part in parts if part]
    return parts if all("." in part for part in parts) else [line]


def read_line(number: int, typed: str) -> Line:
    """What this line names. Never raises."""
    try:
        url = urls.tidy(typed)
        key = urls.site_key(url)
    except urls.BadAddress as error:
        return Line(number, typed, problem=str(error))
    problem = _site_problem(key)
    return Line(number, typed, problem=problem) if problem else Line(number, typed, key=key, url=url)


def _site_problem(key: str) -> str:
    host = key.partition("/")[0]
    if host.startswith("[") or host.replace(".", "").isdigit():
        return "An address of numbers names no site. Enter its name, such as example.com."
    if len(key) > LONGEST_KEY:
        return f"The name of a site has at most {LONGEST_KEY} signs."
    if urls.is_shared(key):
        user = f" or {key}/@name" if key in urls.PATH_RULES else ""
        return f"Many sites live under {key}. Enter the one site, such as name.{key}{user}."
    return ""


def home_of(key: str, url: str = "") -> str:
    """The address that a site is opened by when only its key is kept; where `url` names a port of it, that port."""
    if "/" not in key and url.startswith((f"https://{key}/", f"http://{key}/")):
        return f"https://{key}/"
    parts = urlsplit(url)
    if parts.hostname == key and parts.netloc != key:
        return f"{parts.scheme}://{parts.netloc}/"
    return f"https://{key}/" if "/" not in key else f"https://{key}"


def own_keys(hosts: list[tuple[str, str]]) -> dict[str, str]:
    """`{site key: whose}` of own hosts, given as (host, whose); the whole site of an own host is ours."""
    found: dict[str, str] = {}
    for host, whose in hosts:
        try:
            found.setdefault(urls.site_key(host), whose)
        except urls.BadAddress:
            continue
    return found


# --- ways to reach somebody ------------------------------------------------------------------------

_PHONE = re.compile(r"^\+?[0-9][0-9 ()./-]{4,38}$")

LONGEST_NOTES = 20_000
"""Signs of somebody's notes that a list of people carries; a cell of a sheet holds 32,767."""
KIND_WORDS = {
    ContactKind.EMAIL: "Mail address",
    ContactKind.FORM: "Contact form",
    ContactKind.SOCIAL: "Social profile",
    ContactKind.PHONE: "Telephone",
}

STATUS_WORDS = {
    ContactStatus.UNVERIFIED: "Not tried",
    ContactStatus.MX_OK: "Domain takes mail",
    ContactStatus.BOUNCED: "Bounced",
    ContactStatus.INVALID: "Invalid",
}


is_role_address = address.is_role_address
"""Does a mail address belong to a desk (info@) rather than to a person?"""


SUBSCRIBER_WORDS = {
    SubscriberType.UNKNOWN: "Not known",
    SubscriberType.CORPORATE: "A company, or somebody at one",
    SubscriberType.INDIVIDUAL: "A private person or sole trader",
}


class BadContact(ValueError):
    """A contact point that cannot be kept; `str()` is a sentence for who typed it."""


def clean_contact(kind: ContactKind, typed: str) -> tuple[str, str]:
    """(value as kept, value as compared) of a contact point. Raises BadContact."""
    return _CLEAN[kind](typed.strip())


def _clean_mail(typed: str) -> tuple[str, str]:
    typed = re.sub(r"^mailto:", "", typed, flags=re.IGNORECASE)
    if not typed:
        raise BadContact("Enter a mail address, such as ana@example.com.")
    if len(typed) > 254:
        raise BadContact("A mail address has at most 254 signs.")
    try:
        return address.clean_address(typed, smtputf8=True), address.address_key(typed)
    except address.BadAddress as error:
        raise BadContact(str(error)) from None


def _clean_page(typed: str) -> tuple[str, str]:
    try:
        url = urls.tidy(typed)
    except urls.BadAddress as error:
        raise BadContact(str(error)) from None
    return url, urls.normalise(url)


def _clean_phone(typed: str) -> tuple[str, str]:
    if not _PHONE.match(typed):
        raise BadContact("Enter a number with its country, such as +49 30 123456.")
    return typed, re.sub(r"[^0-9+]", "", typed)


_CLEAN: dict[ContactKind, Callable[[str], tuple[str, str]]] = {
    ContactKind.EMAIL: _clean_mail,
    ContactKind.FORM: _clean_page,
    ContactKind.SOCIAL: _clean_page,
    ContactKind.PHONE: _clean_phone,
}


# --- rejecting and giving --------------------------------------------------------------------------

REJECT_REASONS = {
    "off_topic": "Off topic",
    "no_guests": "Takes nothing from outside",
    "paid_only": "Links only for money",
    "low_quality": "Nobody reads it",
    "rival": "A rival",
}
"""Usual reasons by code; any other text is a reason, too."""


def reason_words(reason: str) -> str:
    """A reason as people read it."""
    return REJECT_REASONS.get(reason, reason)


def reason_code(reason: str) -> str:
    """A reason as the diary keeps it: a code, never text that somebody wrote."""
    return reason if reason in REJECT_REASONS else "other"


def may_give(owner_id: int | None, by_id: int, *, is_manager: bool) -> bool:
    """May `by_id` say whose this is? Nobody's and one's own may be given; a colleague's only by a manager (B4)."""
    return owner_id in (None, by_id) or is_manager
