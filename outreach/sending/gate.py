"""The send gate: one function that says whether a letter may leave, and why not. Pure.

It runs when a letter is queued and again in the transaction that commits `sending`, for all letters alike.
The table below is that of `docs/sending.md`; each rule looks at the facts (`sending.looks`) and answers in words, or with nothing.
"""

from outreach.accounts.rules import ClaimLevel
from outreach.mail.rules import Channel, LetterKind
from outreach.sending.looks import LOOKS
from outreach.sending.rules import Effect, Facts, Finding, Rule


def gate(facts: Facts) -> list[Finding]:
    """Everything that stands against this letter, hard findings first; empty when it may leave.

    What a person has overruled is left out. Findings of effect `warn` and `ask` count when a letter is
    queued; a letter that was queued over them carries the reason in `overruled`.
    """
    found = [finding for rule in asked_of(facts.channel) if (finding := _judge(rule, facts))]
    return sorted(found, key=lambda finding: not finding.hard)


def asked_of(channel: Channel) -> list[Rule]:
    """The rules that a letter by this way is asked: those about mail as such only where mail is sent."""
    if channel is Channel.MAIL:
        return list(Rule)
    spared = MAIL_ONLY | ({Rule.PERSONAL_LINE, Rule.HOME_PAGE} if channel is Channel.PHONE else set())
    return [rule for rule in Rule if rule not in spared]


def blocking(findings: list[Finding], *, at_queue: bool) -> Finding | None:
    """The first finding that stops the letter: at queue any but an overruled one, at sending the hard ones and `ask`."""
    for finding in findings:
        if finding.hard or at_queue or finding.effect is Effect.ASK:
            return finding
    return None


def may_overrule(findings: list[Finding]) -> bool:
    """Can a reason lift everything that stands against it?"""
    return bool(findings) and not any(finding.hard for finding in findings)


def _judge(rule: Rule, facts: Facts) -> Finding | None:
    effect = _EFFECTS[rule].get(facts.kind)
    words = LOOKS[rule](facts) if effect else ""
    if not effect or not words:
        return None
    if rule is Rule.CLAIMED or (rule is Rule.OTHER_PITCH and not facts.has_other_pitch_here):
        effect = _BY_LEVEL[facts.claim_level]
    if rule is Rule.SUPPRESSED and _wrote_again(facts):
        effect = Effect.ASK
    if effect in (Effect.ASK, Effect.WARN) and facts.overruled.get(rule, "").strip():
        return None
    return Finding(rule, effect, words)


def _wrote_again(facts: Facts) -> bool:
    """A person may answer a mail that is newer than the no, with a reason that is kept."""
    since, mail = facts.suppressed_at, facts.answered_at
    return facts.kind is LetterKind.ANSWER and since is not None and mail is not None and mail > since


ABOUT_WHOM = frozenset({
    Rule.DO_NOT_CONTACT, Rule.NO_PITCHES, Rule.COOL_DOWN, Rule.OTHER_PITCH, Rule.CLAIMED,
})  # fmt: skip
"""What can be said before a word is written: these look at whom it goes to, and at who else is at them."""

MAIL_ONLY = frozenset({
    Rule.HEADER_INJECTION, Rule.ALLOW_LIST, Rule.DRY_RUN, Rule.POSTAL_ADDRESS, Rule.IDENTITY, Rule.OPT_OUT, Rule.LIST_UNSUBSCRIBE,
    Rule.ROLE_ADDRESS, Rule.CLIPPED,
})  # fmt: skip
"""What is no question for a contact form, a social message or a call: nothing leaves from here, and their page knows who writes."""


# Who is asked what

_FIRST, _FOLLOW, _ANSWER, _SYSTEM = (
    LetterKind.FIRST,
    LetterKind.FOLLOW_UP,
    LetterKind.ANSWER,
    LetterKind.SYSTEM,
)
_ALWAYS = dict.fromkeys(LetterKind, Effect.HOLD)
_TO_PEOPLE = dict.fromkeys((_FIRST, _FOLLOW, _ANSWER), Effect.HOLD)
_UNASKED = dict.fromkeys((_FIRST, _FOLLOW), Effect.HOLD)
_ONLY_FIRST = {_FIRST: Effect.HOLD}
_SOFT = dict.fromkeys((_FIRST, _FOLLOW), Effect.WARN)
_SOFT_FIRST = {_FIRST: Effect.WARN}
_BY_LEVEL = {
    ClaimLevel.LOW: Effect.WARN,
    ClaimLevel.MEDIUM: Effect.ASK,
    ClaimLevel.HIGH: Effect.HOLD,
    ClaimLevel.OFF: Effect.WARN,
}

_EFFECTS: dict[Rule, dict[LetterKind, Effect]] = {
    Rule.SUPPRESSED: _TO_PEOPLE,
    Rule.INVALID_ADDRESS: _ALWAYS,
    Rule.MISSING_FIELD: _ALWAYS,
    Rule.BRACKETS: _TO_PEOPLE,
    Rule.HEADER_INJECTION: _ALWAYS,
    Rule.GLOBAL_STOP: _ALWAYS,
    Rule.ALLOW_LIST: _ALWAYS,
    Rule.DRY_RUN: _ALWAYS,
    Rule.DO_NOT_CONTACT: _UNASKED,
    Rule.NO_PITCHES: _UNASKED,
    Rule.INDIVIDUAL: _UNASKED,
    Rule.FAKE_REPLY: _UNASKED,
    Rule.PERSONAL_LINE: _ONLY_FIRST,
    Rule.COOL_DOWN: _ONLY_FIRST,
    Rule.OTHER_PITCH: _ONLY_FIRST,
    Rule.CLAIMED: _ONLY_FIRST,
    Rule.DEAD_LINK: _UNASKED,
    Rule.LOSS: _UNASKED,
    Rule.PITCH_CLOSED: {_FIRST: Effect.CANCEL, _FOLLOW: Effect.CANCEL},
    Rule.ANSWERED: {_FOLLOW: Effect.CANCEL, _ANSWER: Effect.ASK},
    Rule.STOPPED: {_FOLLOW: Effect.CANCEL},
    Rule.POSTAL_ADDRESS: _UNASKED,
    Rule.IDENTITY: _UNASKED,
    Rule.OPT_OUT: _UNASKED,
    Rule.LIST_UNSUBSCRIBE: _UNASKED,
    Rule.ROLE_ADDRESS: _SOFT_FIRST,
    Rule.HOME_PAGE: _SOFT_FIRST,
    Rule.MANY_LINKS: _SOFT,
    Rule.ATTACHMENT: _SOFT_FIRST,
    Rule.EXACT_ANCHOR: _SOFT,
    Rule.SUBSCRIBER: _SOFT_FIRST,
    Rule.CLIPPED: _SOFT,
}
"""What each rule does to each kind of letter; a kind that is not named is not asked."""
