"""What a mail is known by, what it names, and what follows from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from outreach.kit.ids import digest
from outreach.letter.dsn import address_in
from outreach.letter.kinds import Kind
from outreach.letter.mail import Mail, first
from outreach.letter.severity import Severity

DOMAIN_DAYS = timedelta(days=60)
"""How long after our letter a stranger at the same domain counts as somebody of theirs who answers."""
SUBJECT_DAYS = timedelta(days=30)
REPORT_DAYS = timedelta(days=14)
"""How long after our letter a report without its Message-ID is believed, when it comes from the null sender."""
SOFT_DAYS, SOFT_LIMIT = timedelta(days=30), 3
BLOCK_HOURS, BLOCK_LIMIT = timedelta(hours=24), 3
REREAD_DAYS = timedelta(days=30)
"""How far back a folder is read again when the server has forgotten its uids."""
NEWS_DAYS = timedelta(days=14)
"""Older mail of a first sync puts itself into its place and reminds nobody."""
PAUSE_WORKING_DAYS = 5
"""An automatic answer without a day puts the next step off by so many working days."""
SHOWN_TEXT = 200_000
"""Signs of a mail's text that the row keeps; the whole is in the file."""

REPORTS = (Kind.BOUNCE, Kind.DELAYED, Kind.DELIVERED, Kind.COMPLAINT)
FROM_A_PERSON = (Kind.HUMAN, Kind.UNSUBSCRIBE)
BY_ITSELF = (Kind.AUTO_REPLY, Kind.DELAYED, Kind.DELIVERED, Kind.BOUNCE, Kind.COMPLAINT, Kind.UNSUBSCRIBE)
"""Kinds that are handled when what follows from them has followed; a person's mail and a challenge wait for somebody."""

_TOKEN = re.compile(r"\+([A-Za-z0-9_-]{16,64})@")
_ANGLED = re.compile(r"<\s{0,5}([^<>\s]{1,64}@[^<>\s]{1,255}?)\s{0,5}>")
_UNSUBSCRIBE = re.compile(r"\s*unsubscribe\s+([A-Za-z0-9_-]{8,64})\s*", re.IGNORECASE)
_ADDRESSED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_BULK = ("list-id", "list-unsubscribe", "list-post")


def known_by(mail: Mail) -> str | None:
    """By what a mail is known again in another folder or under another uid; None without a Message-ID.

    Message-ID alone would not do: some programs give every mail the same.
    """
    own = mail.get("message-id").strip()
    if not own:
        return None
    return digest(
        "\n".join(" ".join(mail.get(name).split()) for name in ("message-id", "from", "date", "subject"))
    )


def tokens_of(mail: Mail) -> list[str]:
    """Our opaque ids that stand as plus-tokens in the addresses it went to, and in what a report gives back."""
    to = [
        token for name, value in mail.headers if name in _ADDRESSED for token in _TOKEN.findall(value[:5_000])
    ]
    given_back = first(mail.returned, "x-outreach-id").strip()
    return [*to, *([given_back] if given_back else [])][:20]


def unsubscribe_token(mail: Mail) -> str:
    """The token of `mailto:...?subject=unsubscribe%20<token>`; empty when the subject is another."""
    match = _UNSUBSCRIBE.fullmatch(mail.get("subject")[:200])
    return match[1] if match else ""


def is_mailing(mail: Mail) -> bool:
    """Was it sent to many? A newsletter of a site is no answer to us (RFC 2919, RFC 2369)."""
    names = {name for name, _ in mail.headers}
    return bool(names & set(_BULK)) or mail.get("precedence").strip().lower() in ("bulk", "list")


def has_null_sender(mail: Mail) -> bool:
    """Did it come from the null sender (RFC 5321, 4.5.5), as the last server wrote it down?"""
    return mail.get("return-path").strip() in ("<>", "< >", "<MAILER-DAEMON>")


def sender_of(mail: Mail) -> str:
    """The sender's address in lower case; empty when there is none. An address in the shown name is no sender."""
    value = mail.get("from")[-1_000:]
    angled = _ANGLED.findall(value)
    return angled[-1].lower() if angled else address_in(value)


def verdicts(report: Sequence[Mapping[str, Any]], written_to: str) -> dict[str, Severity]:
    """How bad it is for each address, of a report's recipients as the row keeps them.

    Our letter went to `written_to` alone, so a report that names only others tells of where it was forwarded to: one
    recipient speaks for our address, several only when they agree. Others count when they are `believed`.
    """
    failed = {str(one["address"]): Severity(one["severity"]) for one in report if one.get("severity")}
    found = {str(one["address"]): Severity(one["severity"]) for one in report
             if one.get("severity") and one.get("believed")}  # fmt: skip
    address = written_to.lower()
    if address and address not in failed and failed:
        said = set(failed.values())
        found[address] = said.pop() if len(said) == 1 else Severity.SOFT
    elif address in failed:
        found[address] = failed[address]
    return found


def next_day(received_on: date, return_on: date | None, *, days: int = PAUSE_WORKING_DAYS) -> date:
    """When the next step comes after an automatic answer: the working day after their return, else five working days on."""
    if return_on is not None and return_on >= received_on:
        return working_days_after(return_on, 1)
    return working_days_after(received_on, days)


def working_days_after(day: date, count: int) -> date:
    """`count` working days, Monday to Friday, after `day`."""
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
    return day
