"""Who gets no mail, in words and in keys. Pure."""

from __future__ import annotations

import enum

from outreach.kit import urls
from outreach.kit.address import BadAddress, address_key, is_free_mail


class SuppressionKind(enum.StrEnum):
    EMAIL = "email"
    DOMAIN = "domain"


class SuppressionReason(enum.StrEnum):
    """Why we do not write there."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard_bounce"
    BY_HAND = "by_hand"
    IMPORTED = "imported"
    ERASED = "erased"


class LiftReason(enum.StrEnum):
    """Why an admin takes somebody off the list again."""

    ASKED = "asked"
    MISTAKE = "mistake"
    REACHABLE = "reachable"


REASON_WORDS = {
    SuppressionReason.UNSUBSCRIBED: "Unsubscribed",
    SuppressionReason.COMPLAINT: "Complained",
    SuppressionReason.HARD_BOUNCE: "Bounced for good",
    SuppressionReason.BY_HAND: "Added by hand",
    SuppressionReason.IMPORTED: "Imported",
    SuppressionReason.ERASED: "Erased",
}

LIFT_WORDS = {
    LiftReason.ASKED: "They asked us in writing to be written to again",
    LiftReason.MISTAKE: "It was put here by mistake",
    LiftReason.REACHABLE: "The address takes mail again",
}


class ErasedAddress(BadAddress):
    """Its owner asked us to forget it: it may not be kept again, wherever it comes from."""

    def __init__(self) -> None:
        super().__init__("This address was erased because its owner asked for it. It may not be kept again.")


def key_of(kind: SuppressionKind, typed: str) -> str:
    """What a suppression is known by: the address in lower case, or the domain in ASCII.

    Raises BadAddress (`str()` is a sentence for who typed it) for what is none, and for a domain that many
    people share, because a word of one of them says nothing of the others.
    """
    return address_key(typed.strip()) if kind is SuppressionKind.EMAIL else domain_key(typed)


def domain_key(typed: str) -> str:
    """The domain in lower-case ASCII, without `www.` or what stands around it. Raises BadAddress."""
    host = urls.host_of(typed.strip().rpartition("@")[2]).removeprefix("www.")
    if "." not in host or host.startswith("[") or host.replace(".", "").isdigit():
        raise BadAddress(f"“{typed.strip()[:60]}” is no domain. It should look like example.com.")
    if len(host) > 253:
        raise BadAddress("A domain has at most 253 signs.")
    if is_free_mail(host):
        raise BadAddress(f"Everybody may have an address at {host}. Enter the one address instead.")
    if urls.is_shared(host):
        raise BadAddress(f"Many sites live under {host}. Enter the one site, as name.{host}.")
    return host


def domains_over(address: str) -> list[str]:
    """The domain of an address and its parents, down to the one that can be registered."""
    domain = address.rpartition("@")[2].lower()
    last = urls.registrable(domain)
    found = [domain]
    while found[-1] != last and "." in found[-1]:
        found.append(found[-1].partition(".")[2])
    return found
