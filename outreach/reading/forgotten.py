"""Mail of people who were erased is not kept again, and where others name them, their address is covered.

A mail from them, or a copy of ours to them, is passed over: of it, only the keyed hash that knows it again is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from outreach.consent.queries import erased_among
from outreach.kit.address import MAIL_ADDRESS
from outreach.kit.masks import Mask
from outreach.reading.arriving import Arrived, taken_apart

LONGEST = 200_000
"""Signs of one text that are looked through for addresses."""


def sorted_out(mails: Sequence[Arrived]) -> tuple[list[Arrived], list[Arrived]]:
    """(mails to take in, mails to pass over); two statements at most, usually one."""
    named = {each.uid: _named(each) for each in mails}
    erased = erased_among(set().union(*named.values()) if named else ())
    if not erased:
        return list(mails), []
    passed = [each for each in mails if _is_theirs(each, erased)]
    gone = {each.uid for each in passed}
    return [_covered(each, named[each.uid] & erased) for each in mails if each.uid not in gone], passed


def _named(arrived: Arrived) -> set[str]:
    """Every address in its headers and text, in lower case."""
    texts = [value[:LONGEST] for _, value in arrived.mail.headers]
    texts += [part.text[:LONGEST] for part in arrived.mail.parts if part.text]
    found = {address.lower() for text in texts for address in MAIL_ADDRESS.findall(text)}
    return found | ({arrived.sender} if arrived.sender else set())


def _is_theirs(arrived: Arrived, erased: set[str]) -> bool:
    return arrived.sender in erased or bool(arrived.recipients and arrived.recipients[0] in erased)


def _covered(arrived: Arrived, erased: set[str]) -> Arrived:
    if not erased:
        return arrived
    again = taken_apart(
        arrived.uid, Mask(erased).raw(arrived.raw), arrived.size, arrived.received_at, is_cut=arrived.is_cut, is_sent=arrived.is_sent
    )  # fmt: skip
    return replace(again, known_by=arrived.known_by)
