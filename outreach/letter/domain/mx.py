"""Can the domain receive answers? Its MX, or the null MX that refuses all mail (RFC 7505)."""

from outreach.letter.domain.answers import Answer, Lookup, State
from outreach.letter.domain.verdicts import Outcome, Verdict


def review_mx(domain: str, lookup: Lookup) -> Verdict:
    """Answers to our letters, and bounces, must find a host."""
    verdict = Verdict("mx")
    answer = lookup(domain, "MX")
    if answer.state is State.FAILED:
        return verdict.note(Outcome.UNKNOWN, f"{domain}: {answer.said}")
    hosts = [value.split(" ")[-1].rstrip(".") for value in sorted(answer.values, key=_preference)]
    verdict.facts = {"hosts": [host for host in hosts if host]}
    if not hosts:
        return _without_mx(domain, lookup, verdict)
    verdict.record = ", ".join(answer.values)
    if hosts == [""]:
        return verdict.note(Outcome.FAIL, "a null MX: the domain takes no mail, so no answer can come")
    return _judge_hosts(hosts, lookup, verdict)


def _preference(value: str) -> int:
    first = value.split(" ")[0]
    return int(first) if first.isdigit() else 0


def _without_mx(domain: str, lookup: Lookup, verdict: Verdict) -> Verdict:
    answer = _addresses(domain, lookup)
    if answer.state is State.FAILED:
        return verdict.note(Outcome.UNKNOWN, f"{domain}: {answer.said}")
    if answer.state is State.SOME:
        return verdict.note(Outcome.WARN, "no MX: mail goes to the host itself, and few expect that")
    return verdict.note(Outcome.FAIL, "neither MX nor host: no answer can come")


def _judge_hosts(hosts: list[str], lookup: Lookup, verdict: Verdict) -> Verdict:
    states = {host: _addresses(host, lookup).state for host in hosts[:10]}
    gone = [host for host, state in states.items() if state is State.NONE]
    if len(gone) == len(states):
        return verdict.note(Outcome.FAIL, f"no MX host exists: {', '.join(gone)}")
    if gone:
        verdict.note(Outcome.WARN, f"MX hosts that do not exist: {', '.join(gone)}")
    if State.SOME not in states.values():
        return verdict.note(Outcome.UNKNOWN, "the MX hosts' addresses gave no answer")
    return verdict.note(Outcome.PASS, f"mail goes to {hosts[0]}")


def _addresses(host: str, lookup: Lookup) -> Answer:
    first = lookup(host, "A")
    return first if first.state is State.SOME else _second(first, lookup(host, "AAAA"))


def _second(first: Answer, second: Answer) -> Answer:
    return second if second.state is State.SOME or first.state is State.NONE else first
