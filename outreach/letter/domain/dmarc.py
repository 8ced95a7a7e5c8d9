"""What does the domain ask receivers to do with mail that fails (DMARC, RFC 7489)?"""

from outreach.kit.urls import registrable
from outreach.letter.domain.answers import Lookup, State
from outreach.letter.domain.dkim import tags
from outreach.letter.domain.verdicts import Outcome, Verdict

POLICIES = ("none", "quarantine", "reject")


def review_dmarc(domain: str, lookup: Lookup) -> Verdict:
    """The domain's own record, else that of its organisational domain, whose `sp` then counts."""
    verdict = Verdict("dmarc")
    parent = registrable(domain)
    for name in dict.fromkeys((domain, parent)):
        answer = lookup(f"_dmarc.{name}", "TXT")
        if answer.state is State.FAILED:
            return verdict.note(Outcome.UNKNOWN, f"_dmarc.{name}: {answer.said}")
        found = [text for text in answer.values if _is_dmarc(text)]
        if len(found) > 1:
            return verdict.note(
                Outcome.FAIL, f"_dmarc.{name} has {len(found)} records, so receivers read none"
            )
        if found:
            verdict.record = found[0]
            return _judge(tags(found[0]), verdict, name, is_inherited=name != domain)
    return verdict.note(Outcome.FAIL, f"no record at _dmarc.{domain}")


def _is_dmarc(text: str) -> bool:
    first, _, _ = text.partition(";")
    name, _, value = first.partition("=")
    return name.strip().lower() == "v" and value.strip() == "DMARC1"


def _judge(held: dict[str, str], verdict: Verdict, name: str, *, is_inherited: bool) -> Verdict:
    policy = (held.get("sp") if is_inherited else None) or held.get("p", "")
    verdict.facts = {
        "policy": policy.lower(),
        "at": name,
        "spf_alignment": _alignment(held.get("aspf")),
        "dkim_alignment": _alignment(held.get("adkim")),
    }
    if policy.lower() not in POLICIES:
        return verdict.note(Outcome.FAIL, f"the policy {policy!r} is none of {', '.join(POLICIES)}")
    if policy.lower() == "none":
        verdict.note(Outcome.WARN, "p=none only watches: mail that fails is delivered all the same")
    else:
        verdict.note(Outcome.PASS, f"mail that fails meets {policy.lower()}")
    if held.get("pct", "100") != "100":
        verdict.note(Outcome.WARN, f"the policy holds for {held['pct']} % of the mail")
    if not held.get("rua"):
        verdict.note(Outcome.WARN, "no rua address: nobody gets the reports")
    return verdict


def _alignment(value: str | None) -> str:
    return "strict" if (value or "").lower() == "s" else "relaxed"
