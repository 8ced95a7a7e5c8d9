"""What a row of a file says of a person beside name, mail address and role: other ways to reach them, where they were found, what is known.  Pure.

The columns are those of our own export of people, so that a file that was taken out comes in again as it was, and those
that other tools have: a telephone, a profile, a contact form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from outreach.kit.tables.columns import mails_of
from outreach.prospects import rules
from outreach.prospects.rules import (
    LONGEST_NOTES,
    BadContact,
    ContactKind,
    ContactStatus,
    SubscriberType,
    clean_contact,
)

KINDS = {words.lower(): kind for kind, words in rules.KIND_WORDS.items()} | {
    kind.value: kind for kind in ContactKind
}
STATUSES = {words.lower(): status for status, words in rules.STATUS_WORDS.items()} | {
    "invalid": ContactStatus.INVALID, "undeliverable": ContactStatus.INVALID, "bounced": ContactStatus.BOUNCED,
    "valid": ContactStatus.MX_OK, "accept_all": ContactStatus.MX_OK, "webmail": ContactStatus.MX_OK, "deliverable": ContactStatus.MX_OK,
}  # fmt: skip
"""Also as verifiers say it (product.md 5.1.14): whatever else they say of an address, a domain of `valid` takes mail."""
SUBSCRIBERS = {words.lower(): kind for kind, words in rules.SUBSCRIBER_WORDS.items()}
YES = frozenset("true yes ja oui sí si sim 1 x wahr vrai verdadero vero prawda да はい 是".split())


@dataclass(frozen=True)
class Way:
    """One way to reach somebody, cleaned; `norm` is what it is compared by."""

    kind: ContactKind
    value: str
    norm: str


@dataclass(frozen=True)
class More:
    """`number` tells which rows of the file are one person; a blank says nothing. `source_url` is None where the file has
    no column for it: then it was found on the site that the row names. `problem` says what cannot be kept."""

    ways: tuple[Way, ...] = ()
    source_url: str | None = None
    found_at: datetime | None = None
    status: ContactStatus | None = None
    is_former: bool = False
    number: str = ""
    facts: Mapping[str, object] = field_of(default_factory=dict)
    problem: str = ""

    @property
    def is_plain(self) -> bool:
        """No more than one mail address."""
        told = self.found_at or self.status or self.is_former or self.number or self.facts
        if told or self.source_url is not None or len(self.ways) > 1:
            return False
        return not self.ways or self.ways[0].kind is ContactKind.EMAIL


def more_of(said: Mapping[Any, str], mail: str) -> More:
    """What the cells say; the keys are values of `import_names.Field`. Never raises."""
    if said.keys().isdisjoint(_TELLING):
        ways, problems = _mail(mail)
        return More(ways=tuple(ways), problem=rules.shortened(" ".join(problems)))
    ways, problems = _ways(said, mail)
    return More(
        ways=tuple(ways), source_url=_page(said["found_on"]) if "found_on" in said else None, found_at=_moment(said.get("found_at", "")),
        status=_status(said.get("status", "")), is_former=_yes(said.get("former", "")), number=said.get("person", "")[:40],
        facts=_facts(said), problem=rules.shortened(" ".join(problems)),
    )  # fmt: skip


def _ways(said: Mapping[str, str], mail: str) -> tuple[list[Way], list[str]]:
    kind = KINDS.get(said.get("kind", "").lower())
    typed = [
        (ContactKind.EMAIL, mail),
        *(
            (ContactKind.EMAIL, one)
            for name in ("email_2", "email_3")
            for one in mails_of(said.get(name, ""))
        ),
        *((ContactKind(name.partition("_")[0]), said.get(name, "")) for name in _TYPED),
        (ContactKind.SOCIAL, _profile(said.get("twitter", ""))),
    ]
    other = said.get("other", "")
    typed.append((kind if kind and kind is not ContactKind.EMAIL else _kind_of(other), other))
    found: list[Way] = []
    problems = []
    for one, text in typed:
        try:
            if text:
                way = Way(one, *clean_contact(one, text))
                found += [way] if way not in found else []
        except BadContact as error:
            problems.append(f"“{text[:60]}” was not kept: {error}")
    return found, problems


_TELLING = frozenset(
    """email_2 email_3 phone phone_2 social social_2 twitter form other kind found_on found_at status language timezone
    subscriber never former person notes""".split()
)
"""Columns that tell more of a person than the mail address; most files have none of them."""


def _mail(mail: str) -> tuple[list[Way], list[str]]:
    try:
        return ([Way(ContactKind.EMAIL, *clean_contact(ContactKind.EMAIL, mail))] if mail else []), []
    except BadContact as error:
        return [], [f"“{mail[:60]}” was not kept: {error}"]


_TYPED = ("phone", "phone_2", "social", "social_2", "form")
_HANDLE = re.compile(r"@?(\w{1,15})", re.ASCII)


def _profile(text: str) -> str:
    """The address of a handle of Twitter; what is none stays as it is."""
    match = _HANDLE.fullmatch(text)
    return f"https://x.com/{match[1]}" if match else text


def _kind_of(text: str) -> ContactKind:
    """Of a way whose kind the file does not tell."""
    return (
        ContactKind.PHONE
        if text[:1] in "+0(" and sum(sign.isdigit() for sign in text) > 5
        else ContactKind.SOCIAL
    )


@cache
def _zones() -> frozenset[str]:
    """Asked once: the machine's files are looked through."""
    return frozenset(available_timezones())


def _facts(said: Mapping[str, str]) -> dict[str, object]:
    facts: dict[str, object] = {}
    if language := said.get("language", ""):
        facts["language"] = language[:16]
    if said.get("timezone", "") in _zones():
        facts["timezone"] = said["timezone"]
    subscriber = SUBSCRIBERS.get(said.get("subscriber", "").lower())
    if subscriber not in (None, SubscriberType.UNKNOWN):
        facts["subscriber_type"] = subscriber
    if notes := said.get("notes", ""):
        facts["notes"] = notes[:LONGEST_NOTES]
    if _yes(said.get("never", "")):
        facts["is_do_not_contact"] = True
    return facts


def _yes(text: str) -> bool:
    return text.strip().lower() in YES


_ADDRESS = re.compile(r"https?://[^\s\"'<>|\]}]+")
_WORD = re.compile(r'"status"\s*:\s*"(\w+)"')


def _status(text: str) -> ContactStatus | None:
    """What is known of the address, in our words or a verifier's, alone or as JSON `{"status": ...}`."""
    match = _WORD.search(text)
    return STATUSES.get((match[1] if match else text).strip().lower())


def _page(text: str) -> str | None:
    """The first address in it: some tools give a list, or JSON. A text without one says nothing, a blank that no page is known."""
    match = _ADDRESS.search(text)
    if match is None:
        return None if text else ""
    return re.split(r"[,;](?=https?://)", match[0])[0].rstrip(",;")[:2048]


def _moment(text: str) -> datetime | None:
    """ISO 8601, UTC where no zone is named; None for what cannot be read."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
