"""Is the domain's SPF record a good one? Walks it and all it includes, and counts what that costs."""

from outreach.letter.domain.answers import Lookup, State
from outreach.letter.domain.spf import MAX_HOSTS, MAX_LOOKUPS, MAX_VOIDS, is_name
from outreach.letter.domain.spf_record import WITH_LOOKUP, BadRecord, Mechanism, Record, is_spf, parse
from outreach.letter.domain.verdicts import Outcome, Verdict

MAX_RECORDS = 40
_ALL = {
    "pass": (Outcome.FAIL, "+all lets the whole world send for this domain"),
    "neutral": (Outcome.WARN, "?all says nothing about other senders: use ~all or -all"),
    "softfail": (Outcome.PASS, "~all marks other senders as doubtful"),
    "fail": (Outcome.PASS, "-all refuses other senders"),
}
_QUESTION = {"a": "A", "mx": "MX", "exists": "A"}


class _Walk:
    """One review; the counts run over all records that it reads."""

    def __init__(self, lookup: Lookup, verdict: Verdict) -> None:
        self.lookup = lookup
        self.verdict = verdict
        self.lookups = self.voids = 0
        self.read: list[str] = []

    def record(self, domain: str) -> Record | None:
        """The record of a domain; what is wrong with it is noted."""
        if domain in self.read or len(self.read) >= MAX_RECORDS:
            self.verdict.note(Outcome.FAIL, f"{domain} includes itself")
            return None
        self.read.append(domain)
        answer = self.lookup(domain, "TXT") if is_name(domain) else None
        if answer is None or answer.state is State.FAILED:
            self.verdict.note(Outcome.UNKNOWN, f"{domain}: {answer.said if answer else 'no name'}")
            return None
        found = [text for text in answer.values if is_spf(text)]
        if len(found) != 1:
            words = "has no SPF record" if not found else f"has {len(found)} SPF records, and only one may be"
            self.verdict.note(Outcome.FAIL, f"{domain} {words}")
            return None
        self.verdict.record = self.verdict.record or found[0]
        return self._parsed(domain, found[0])

    def _parsed(self, domain: str, text: str) -> Record | None:
        try:
            return parse(text)
        except BadRecord as error:
            self.verdict.note(Outcome.FAIL, f"{domain}: the record {error}")
            return None

    def follow(self, record: Record, domain: str) -> None:
        for mechanism in record.mechanisms:
            if mechanism.name in WITH_LOOKUP:
                self.lookups += 1
            if mechanism.name == "include":
                self.enter(mechanism.target)
            elif mechanism.name == "ptr":
                self.verdict.note(Outcome.WARN, f"{domain} uses ptr, which is slow and advised against")
            elif mechanism.name in _QUESTION:
                self._ask(mechanism, domain)
        if record.redirect and not any(one.name == "all" for one in record.mechanisms):
            self.lookups += 1
            self.enter(record.redirect)

    def enter(self, target: str) -> None:
        if "%" not in target and (record := self.record(target.lower())):
            self.follow(record, target)

    def _ask(self, mechanism: Mechanism, domain: str) -> None:
        target = mechanism.target or domain
        if "%" in target or not is_name(target):
            return
        answer = self.lookup(target, _QUESTION[mechanism.name])
        if answer.state is State.NONE and mechanism.name == "a":
            answer = self.lookup(target, "AAAA")
        if answer.state is State.NONE:
            self.voids += 1
        elif answer.state is State.FAILED:
            self.verdict.note(Outcome.UNKNOWN, f"{target}: {answer.said}")
        elif mechanism.name == "mx" and len(answer.values) > MAX_HOSTS:
            self.verdict.note(Outcome.FAIL, f"mx:{target} has more than {MAX_HOSTS} hosts")


def review_spf(domain: str, lookup: Lookup) -> Verdict:
    """SPF as a receiver would see it, without a particular sender in mind."""
    verdict = Verdict("spf")
    walk = _Walk(lookup, verdict)
    record = walk.record(domain)
    if record:
        walk.follow(record, domain)
        _judge_end(record, verdict)
    verdict.facts = {"lookups": walk.lookups, "void_lookups": walk.voids}
    if walk.lookups > MAX_LOOKUPS:
        verdict.note(Outcome.FAIL, f"{walk.lookups} look-ups, and receivers stop at {MAX_LOOKUPS}")
    if walk.voids > MAX_VOIDS:
        verdict.note(Outcome.FAIL, f"{walk.voids} look-ups in vain, and receivers stop at {MAX_VOIDS}")
    return verdict


def _judge_end(record: Record, verdict: Verdict) -> None:
    end = next((one.result for one in record.mechanisms if one.name == "all"), None)
    if end:
        verdict.note(*_ALL[end])
    elif not record.redirect:
        verdict.note(Outcome.WARN, "the record has no all at its end: add ~all or -all")
