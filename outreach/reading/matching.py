"""Whose is it? The ladder from the surest sign to the weakest, with the reason that is kept. Never changes a row.

What a batch of mails may belong to was asked for at once (`reading.surroundings`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.kit.address import is_free_mail
from outreach.kit.urls import is_shared, registrable
from outreach.letter.kinds import Kind, Reading
from outreach.letter.thread import root_subject
from outreach.mail.models import Mailbox
from outreach.mail.rules import MatchedBy, Placing
from outreach.pitches.models import Pitch
from outreach.reading import rules
from outreach.reading.arriving import Arrived
from outreach.reading.surroundings import Letter, Surroundings


@dataclass(frozen=True)
class Match:
    """Whose it is. Of a proposal only `letter` counts: its pitch is not yet said. Without a letter a person is known."""

    placing: Placing
    by: MatchedBy
    reason: str
    letter: Letter | None = None
    person_id: int | None = None
    pitch_id: int | None = None
    project_id: int | None = None
    thread_id: int | None = None


def find(
    arrived: Arrived, reading: Reading, around: Surroundings, answered: Match | None, *, now: datetime
) -> Match | None:
    """Whose mail this is, or None for the Unmatched tray; `answered` is what `is_answer` said of it."""
    if reading.kind in rules.REPORTS:
        return _reported(arrived, reading, around, now=now) or _named(arrived, around)
    return answered


def is_answer(arrived: Arrived, around: Surroundings, mailbox: Mailbox, *, now: datetime) -> Match | None:
    """Whose it is before anybody knows what kind of mail it is: does it answer us at all?"""
    return _named(arrived, around) or _by_sender(arrived, around, mailbox, now=now)


def _named(arrived: Arrived, around: Surroundings) -> Match | None:
    """References, In-Reply-To and plus-token: the mail itself names the letter."""
    for answered in arrived.thread.answers:
        letter = around.by_id.get(answered)
        if letter is None or letter.thread_id is None:
            continue
        by = MatchedBy.IN_REPLY_TO if answered == arrived.thread.in_reply_to else MatchedBy.REFERENCES
        what = "answers" if by is MatchedBy.IN_REPLY_TO else "refers to"
        whose = "our letter" if letter.is_ours else "their mail"
        return _to(letter, by, f"It {what} {whose} {_of(letter)}.", arrived, around)
    for token in rules.tokens_of(arrived.mail):
        if (letter := around.by_token.get(token)) is not None and letter.thread_id is not None:
            return _to(
                letter, MatchedBy.TOKEN, f"It names the token of our letter {_of(letter)}.", arrived, around
            )
    return None


def _to(
    letter: Letter, by: MatchedBy, reason: str, arrived: Arrived, around: Surroundings, *, is_proposal: bool = False
) -> Match:  # fmt: skip
    if is_proposal:
        return Match(Placing.PROPOSED, by, reason, letter)
    return Match(
        Placing.MATCHED, by, reason, letter, _person(letter, arrived, around), letter.pitch_id,
        letter.project_id, letter.thread_id,
    )  # fmt: skip


def _person(letter: Letter, arrived: Arrived, around: Surroundings) -> int | None:
    """Who writes. A colleague whom we do not know is nobody yet: never the person that we had written to."""
    known = around.contacts.get(arrived.sender)
    if known is not None and known.person_id is not None:
        return known.person_id
    is_theirs = not arrived.sender or arrived.sender == letter.to_address.lower()
    return letter.person_id if is_theirs and letter.is_ours else None


def _reported(arrived: Arrived, reading: Reading, around: Surroundings, *, now: datetime) -> Match | None:
    """A report is ours by the Message-ID or X-Outreach-Id it gives back; else by an address, from the null sender.

    Anybody can write a mail that looks like a report. Nobody can guess the 128 bits of a Message-ID.
    """
    letter = around.by_id.get(reading.original_message_id) or next(
        (around.by_token[token] for token in rules.tokens_of(arrived.mail) if token in around.by_token), None
    )
    if letter is not None and letter.is_ours:
        return _to(letter, MatchedBy.ORIGINAL, f"It gives back our letter {_of(letter)}.", arrived, around)
    if not rules.has_null_sender(arrived.mail):
        return None
    for recipient in reading.recipients:
        for letter in around.written.get(recipient.address.lower(), []):
            if letter.at is not None and letter.at > now - rules.REPORT_DAYS:
                reason = f"It is about {recipient.address}, and we wrote there {_on(letter)}."
                return _to(letter, MatchedBy.ADDRESS, reason, arrived, around)
    return None


def _by_sender(arrived: Arrived, around: Surroundings, mailbox: Mailbox, *, now: datetime) -> Match | None:
    """By who wrote it, when it names no letter; what went to many is no answer."""
    sender = arrived.sender
    if not sender or rules.is_mailing(arrived.mail) or sender == mailbox.address.lower():
        return None
    return (
        _by_address(arrived, around) or _by_domain(arrived, around) or _by_subject(arrived, around, now=now)
    )


def _by_address(arrived: Arrived, around: Surroundings) -> Match | None:
    contact = around.contacts.get(arrived.sender)
    letters = list(around.written.get(arrived.sender, []))
    if contact is not None and contact.person_id is not None:
        letters += around.by_person.get(contact.person_id, [])
    letters.sort(key=lambda letter: letter.at or arrived.received_at, reverse=True)
    if letters:
        reason = f"We wrote to {arrived.sender} {_on(letters[0])}."
        if (other := _another(letters)) is not None:
            words = f"{reason} It may also belong to another pitch, written {_on(other)}."
            return _to(letters[0], MatchedBy.ADDRESS, words, arrived, around, is_proposal=True)
        return _to(letters[0], MatchedBy.ADDRESS, reason, arrived, around)
    if contact is not None and contact.person_id is not None:
        return _person_alone(contact.person_id, arrived)
    return None


def _another(letters: list[Letter]) -> Letter | None:
    """A letter of another pitch that is about as new as the newest: then nobody can tell which they mean."""
    newest = letters[0]
    for letter in letters[1:]:
        is_near = newest.at is None or letter.at is None or newest.at - letter.at < rules.SUBJECT_DAYS
        if is_near and letter.pitch_id != newest.pitch_id:
            return letter
    return None


def _person_alone(person_id: int, arrived: Arrived) -> Match:
    """Somebody we know and have not written to: their one open pitch, or the person alone."""
    query = sa.select(Pitch.id, Pitch.project_id).where(Pitch.person_id == person_id, Pitch.is_open).limit(2)
    open_ = session().execute(query).all()
    words = f"{arrived.sender} is an address of somebody we know."
    one = open_[0] if len(open_) == 1 else None
    return Match(
        Placing.MATCHED, MatchedBy.ADDRESS, words, None, person_id, one.id if one else None,
        one.project_id if one else None,
    )  # fmt: skip


def _by_domain(arrived: Arrived, around: Surroundings) -> Match | None:
    """A colleague: somebody at the domain that we wrote to in the last two months, when that is one pitch."""
    domain = arrived.sender.rpartition("@")[2]
    if is_free_mail(domain) or is_shared(domain):
        return None
    letters = around.by_domain.get(domain, [])
    if not letters or len({letter.pitch_id for letter in letters}) > 1:
        return None
    reason = f"We wrote to somebody at {domain} {_on(letters[0])}."
    return _to(letters[0], MatchedBy.DOMAIN, reason, arrived, around)


def _by_subject(arrived: Arrived, around: Surroundings, *, now: datetime) -> Match | None:
    """The same subject from the same registrable domain: a proposal for a person to decide."""
    domain = arrived.sender.rpartition("@")[2]
    subject = root_subject(arrived.mail.get("subject"))
    if not subject or is_free_mail(domain) or is_shared(domain):
        return None
    site = registrable(domain)
    for letter in around.by_subject.get(subject, []):
        is_new = letter.at is not None and letter.at > now - rules.SUBJECT_DAYS
        theirs = registrable(letter.to_address.rpartition("@")[2].lower())
        if is_new and theirs == site:
            reason = f"It has the subject of our letter {_of(letter)} and comes from {site}, too."
            return _to(letter, MatchedBy.SUBJECT, reason, arrived, around, is_proposal=True)
    return None


def _of(letter: Letter) -> str:
    return f"of {letter.at.day} {letter.at:%B %Y}" if letter.at else "that was just written"


def _on(letter: Letter) -> str:
    return f"on {letter.at.day} {letter.at:%B %Y}" if letter.at else "just now"


def is_ours(arrived: Arrived, around: Surroundings, own_addresses: set[str], *, in_sent: bool) -> bool:
    """Our own letter: in Sent, or from one of our mailboxes with a Message-ID that we gave."""
    known = around.by_id.get(arrived.thread.message_id)
    return in_sent or arrived.is_sent or (
        known is not None and known.is_ours and arrived.sender in own_addresses
    )  # fmt: skip


def own(arrived: Arrived, around: Surroundings) -> Match | None:
    """Whom a letter of ours from another program went to: by what it answers, else by its first known recipient."""
    if (named := _named(arrived, around)) is not None:
        return named
    for address in arrived.recipients:
        letters = around.written.get(address, [])
        contact = around.contacts.get(address)
        if letters:
            newest = max(letters, key=lambda letter: letter.id)
            return _to(
                newest,
                MatchedBy.ADDRESS,
                f"It went to {address}, as our letter {_of(newest)}.",
                arrived,
                around,
            )
        if contact is not None and contact.person_id is not None:
            alone = _person_alone(contact.person_id, arrived)
            return replace(alone, reason=f"It went to {address}, an address of somebody we know.")
    return None


def keeps(match: Match | None, reading: Reading) -> bool:
    """Is it kept in a personal mailbox? Only what concerns a person, thread or letter of ours, and reports."""
    return match is not None or reading.kind in (Kind.BOUNCE, Kind.DELAYED, Kind.COMPLAINT, Kind.UNPARSED)
