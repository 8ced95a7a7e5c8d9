"""DNS with dnspython. Whatever happens is an answer: some records, none, or a failure in words."""

from __future__ import annotations

import dns.exception
import dns.name
import dns.nameserver
import dns.rdata
import dns.resolver

from outreach.letter.domain.answers import Answer, Lookup

TIMEOUT_S = 4.0
DEAD_AFTER = 2
DEAD_TIMEOUT_S = 0.5
MAX_RECORDS = 200


def lookup_with(nameserver: tuple[str, int] | None = None, *, timeout: float = TIMEOUT_S) -> Lookup:
    """A look-up function: the system's resolver, or the given (address, port).

    `timeout` is seconds a question; after two questions in a row without an answer half a second is
    enough, so that a dead server does not cost a minute.
    """
    resolver = _resolver(nameserver)
    resolver.cache = dns.resolver.LRUCache(500)
    silent = 0

    def look_up(name: str, kind: str) -> Answer:
        nonlocal silent
        resolver.lifetime = timeout if silent < DEAD_AFTER else min(DEAD_TIMEOUT_S, timeout)
        resolver.timeout = min(2.0, resolver.lifetime)
        answer, was_silent = _ask(resolver, name, kind)
        silent = silent + 1 if was_silent else 0
        return answer

    return look_up


def _resolver(nameserver: tuple[str, int] | None) -> dns.resolver.Resolver:
    if nameserver is None:
        try:
            return dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration:
            return dns.resolver.Resolver(configure=False)
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver(*nameserver)]
    return resolver


def _ask(resolver: dns.resolver.Resolver, name: str, kind: str) -> tuple[Answer, bool]:
    """The answer, and whether it is one because nobody spoke in time."""
    try:
        found = resolver.resolve(dns.name.from_text(name), kind, raise_on_no_answer=False, search=False)
    except dns.resolver.LifetimeTimeout:
        return Answer.failed(f"no answer within {resolver.lifetime:g} s"), True
    except dns.resolver.NoNameservers:
        return Answer.failed("the name server refused or failed (SERVFAIL)"), False
    except (
        dns.resolver.NXDOMAIN,
        dns.name.LabelTooLong,
        dns.name.EmptyLabel,
        dns.name.NameTooLong,
        UnicodeError,
    ):
        return Answer.of(), False
    except (dns.exception.DNSException, OSError, ValueError) as error:
        return Answer.failed(f"the question failed: {type(error).__name__}"), False
    return Answer.of(*(_text(record) for record in list(found.rrset or ())[:MAX_RECORDS])), False


def _text(record: dns.rdata.Rdata) -> str:
    strings: tuple[bytes, ...] | None = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("latin-1")
    return record.to_text()
