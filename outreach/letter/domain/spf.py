"""May this address send for this domain? `check_host` of RFC 7208, with its limits.

At most ten terms that ask DNS, at most two of them in vain, at most ten hosts of an MX.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from outreach.kit.patterns import late
from outreach.letter.domain.answers import Answer, Lookup, State
from outreach.letter.domain.spf_record import WITH_LOOKUP, BadRecord, Mechanism, Record, is_spf, parse

MAX_LOOKUPS = 10
MAX_VOIDS = 2
MAX_HOSTS = 10
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_MACRO = late(r"%(?:\{([slodiphv])(\d{0,3})(r?)([.+,/_=-]{0,7})\}|([%_-]))", re.IGNORECASE)
_PLAIN = {"%": "%", "_": " ", "-": "%20"}


class PermanentError(Exception):
    """The domain's own fault: bad grammar, or too many look-ups."""


class TemporaryError(Exception):
    """DNS did not answer."""


@dataclass(slots=True)
class _Query:
    """One check; the counts run over all records that it comes by."""

    ip: Address
    sender: str
    helo: str
    lookup: Lookup
    lookups: int = 0
    voids: int = 0
    seen: list[str] = field(default_factory=list)

    def ask(self, name: str, kind: str) -> tuple[str, ...]:
        """An answer's values; raises TemporaryError when none came, PermanentError at the third void one."""
        if not is_name(name):
            return ()
        answer: Answer = self.lookup(name, kind)
        if answer.state is State.FAILED:
            raise TemporaryError(answer.said)
        if answer.state is State.NONE:
            self.voids += 1
            if self.voids > MAX_VOIDS:
                raise PermanentError(f"more than {MAX_VOIDS} look-ups in vain")
        return answer.values

    def count(self) -> None:
        self.lookups += 1
        if self.lookups > MAX_LOOKUPS:
            raise PermanentError(f"more than {MAX_LOOKUPS} look-ups")

    @property
    def address_kind(self) -> str:
        return "A" if self.ip.version == 4 else "AAAA"


def check_host(ip: str, sender: str, helo: str, lookup: Lookup) -> str:
    """none, neutral, pass, fail, softfail, temperror or permerror, for this client and envelope sender."""
    local, at, domain = sender.rpartition("@")
    if not at:
        local, domain = "postmaster", sender or helo
    address = ipaddress.ip_address(ip)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    query = _Query(mapped or address, f"{local or 'postmaster'}@{domain}", helo, lookup)
    try:
        return _check(query, domain)
    except PermanentError:
        return "permerror"
    except TemporaryError:
        return "temperror"


def _check(query: _Query, domain: str) -> str:
    if not is_name(domain) or "." not in domain.strip("."):
        return "none"
    record = find_record(domain, query.lookup)
    if record is None:
        return "none"
    for mechanism in record.mechanisms:
        if _matches(query, mechanism, domain):
            return mechanism.result
    return _redirected(query, record, domain) if record.redirect else "neutral"


def find_record(domain: str, lookup: Lookup) -> Record | None:
    """The domain's one SPF record; None when it has none. Raises PermanentError and TemporaryError."""
    answer = lookup(domain, "TXT")
    if answer.state is State.FAILED:
        raise TemporaryError(answer.said)
    found = [text for text in answer.values if is_spf(text)]
    if len(found) > 1:
        raise PermanentError("more than one SPF record")
    try:
        return parse(found[0]) if found else None
    except BadRecord as error:
        raise PermanentError(str(error)) from error


def _redirected(query: _Query, record: Record, domain: str) -> str:
    query.count()
    target = expand(record.redirect, query, domain)
    result = _check(query, target)
    if result == "none":
        raise PermanentError(f"redirect={target} has no SPF record")
    return result


def _matches(query: _Query, mechanism: Mechanism, domain: str) -> bool:
    if mechanism.name in WITH_LOOKUP:
        query.count()
    target = expand(mechanism.target, query, domain) if mechanism.target else domain
    match mechanism.name:
        case "all":
            return True
        case "ip4" | "ip6":
            return _within(query.ip, mechanism.target, mechanism)
        case "include":
            return _included(query, target)
        case "a":
            return any(_within(query.ip, one, mechanism) for one in query.ask(target, query.address_kind))
        case "mx":
            return _by_mx(query, target, mechanism)
        case "ptr":
            return any(is_below(name, target) for name in _validated(query))
        case _:
            return bool(query.ask(target, "A"))


def _included(query: _Query, target: str) -> bool:
    result = _check(query, target)
    if result == "none":
        raise PermanentError(f"include:{target} has no SPF record")
    return result == "pass"


def _by_mx(query: _Query, target: str, mechanism: Mechanism) -> bool:
    hosts = [value.split(" ")[-1] for value in query.ask(target, "MX")]
    if len(hosts) > MAX_HOSTS:
        raise PermanentError(f"mx:{target} has more than {MAX_HOSTS} hosts")
    addresses = (one for host in hosts for one in query.ask(host, query.address_kind))
    return any(_within(query.ip, one, mechanism) for one in addresses)


def _validated(query: _Query) -> list[str]:
    """The client's names that lead back to its address; a failure here is no match (section 5.5)."""
    try:
        names = query.ask(query.ip.reverse_pointer, "PTR")
    except TemporaryError:
        return []
    good: list[str] = []
    for name in names[:MAX_HOSTS]:
        answer = query.lookup(name, query.address_kind) if is_name(name) else Answer(State.NONE)
        if any(_within(query.ip, one, Mechanism("", "")) for one in answer.values):
            good.append(name)
    return good


def _within(ip: Address, text: str, mechanism: Mechanism) -> bool:
    try:
        other = ipaddress.ip_address(text)
    except ValueError:
        return False
    if other.version != ip.version:
        return False
    bits = mechanism.cidr4 if ip.version == 4 else mechanism.cidr6
    return ip in ipaddress.ip_network(f"{other}/{bits}", strict=False)


def is_name(name: str) -> bool:
    """Can DNS be asked for it? Labels of 1 to 63 signs, 253 in all; a last dot may stand."""
    bare = name.removesuffix(".")
    return 0 < len(bare) <= 253 and all(0 < len(label) <= 63 for label in bare.split("."))


def is_below(name: str, domain: str) -> bool:
    one, other = name.lower().rstrip("."), domain.lower().rstrip(".")
    return one == other or one.endswith("." + other)


def expand(spec: str, query: _Query, domain: str) -> str:
    """A domain with its macros filled in (section 7); over 253 signs, labels are cut from the left."""
    name = _MACRO.sub(lambda match: _macro(match, query, domain), spec)
    while len(name) > 253 and "." in name:
        name = name.partition(".")[2]
    return name


def _macro(match: re.Match[str], query: _Query, domain: str) -> str:
    letter, digits, reverse, marks, plain = match.groups()
    if plain:
        return _PLAIN[plain]
    if digits and int(digits) == 0:
        raise PermanentError("a macro that keeps no part")
    value = _macro_value(letter.lower(), query, domain)
    parts = re.split(f"[{re.escape(marks or '.')}]", value)
    parts = parts[::-1] if reverse else parts
    kept = ".".join(parts[-int(digits) :] if digits else parts)
    return quote(kept, safe="-._~") if letter.isupper() else kept


def _macro_value(letter: str, query: _Query, domain: str) -> str:
    local, _, host = query.sender.rpartition("@")
    match letter:
        case "s":
            return query.sender
        case "l":
            return local
        case "o":
            return host
        case "d":
            return domain
        case "i":
            return _dotted(query.ip)
        case "p":
            return _best_name(query, domain)
        case "v":
            return "in-addr" if query.ip.version == 4 else "ip6"
        case _:
            return query.helo


def _dotted(ip: Address) -> str:
    return str(ip) if ip.version == 4 else ".".join(ip.exploded.replace(":", ""))


def _best_name(query: _Query, domain: str) -> str:
    names = _validated(query)
    for fits in (lambda name: name.lower() == domain.lower(), lambda name: is_below(name, domain)):
        if found := next((name for name in names if fits(name)), None):
            return found
    return names[0] if names else "unknown"
