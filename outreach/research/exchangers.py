"""Does a domain take mail? Asked of the DNS, once for each domain."""

from __future__ import annotations

from outreach.kit.urls import RESERVED
from outreach.letter.domain.answers import Lookup, State
from outreach.prospects.rules import ContactStatus


def status_of(domain: str, look_up: Lookup) -> ContactStatus:
    """`mx_ok` with a mail exchanger, or without one where the host itself has an address (RFC 5321, 5.1); `invalid` where it
    says that it takes none (RFC 7505) or is not there; `unverified` where nobody answered."""
    if domain.rpartition(".")[2] in RESERVED - {"test"}:
        return ContactStatus.UNVERIFIED
    answer = look_up(domain, "MX")
    if answer.state is State.FAILED:
        return ContactStatus.UNVERIFIED
    if answer.values:
        hosts = [value.split()[-1].rstrip(".") for value in answer.values if value.split()]
        return ContactStatus.MX_OK if any(hosts) else ContactStatus.INVALID
    others = [look_up(domain, kind) for kind in ("A", "AAAA")]
    if any(other.values for other in others):
        return ContactStatus.MX_OK
    return (
        ContactStatus.UNVERIFIED
        if any(other.state is State.FAILED for other in others)
        else ContactStatus.INVALID
    )
