"""How bad is a bounce: is the address dead (hard), is it only today (soft), or is it about us (block)?

Codes alone lose half (many servers say 550 or 5.0.0 for everything), so the server's words are weighed
first, by phase of the SMTP talk: MAIL and HELO are about the sender, and a user called unknown only
after DATA may be a filter's polite lie.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from outreach.kit.patterns import late
from outreach.letter.lines import flat
from outreach.letter.refusal_words import (
    BLOCK,
    DISABLED,
    FAULT,
    FOR_NOW,
    FULL,
    GREYLIST,
    HOST,
    LOOP,
    NO_MAILBOX,
    SENDER,
    SIZE,
    UNKNOWN,
    WEAK_UNKNOWN,
)

MAX_SAID = 3_000


class Severity(StrEnum):
    """Hard: find another address. Soft: only count. Block: the mailbox is to blame, never the person."""

    HARD = "hard"
    SOFT = "soft"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A severity with its reason in words; `is_sure` is false when nothing but a bare code spoke."""

    severity: Severity
    why: str
    is_sure: bool = True


_CODES = {
    Severity.HARD: ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4", "5.1.4"),
    Severity.BLOCK: ("5.7.", "4.7.", "5.1.7", "5.1.8", "5.5."),
}
_ENHANCED = late(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\.\d)(?!\d)")
_AUTHENTICATION = late(r"[45]\.7\.2[0-6]\Z")
_REPLY = late(r"(?<![\d.:#-])([245]\d\d)(?=[ \-#:]|$)(?![ -]?(?:bytes|kb|mb|days|hours))")
_PHASES = (
    (
        "data",
        r"in reply to (?:end of )?data|after (?:end of data|data)|text command|our final data|sending (?:the )?(?:end of )?data|>>> \.(?:\s|$)",
    ),
    ("rcpt", r"in reply to rcpt|after rcpt|rcpt command|our rcpt|>>> rcpt|rcpt to"),
    ("mail", r"in reply to mail|after mail from|mail from command|our mail from|>>> mail from|mail command"),
    (
        "talk",
        r"in reply to (?:helo|ehlo)|refused to talk|after (?:helo|ehlo|initial|connect)|>>> (?:helo|ehlo)",
    ),
)
_PHASE = [(name, late(pattern)) for name, pattern in _PHASES]


def enhanced_code(text: str) -> str:
    """The last x.y.z status in `text`, that is the one of the final word; empty when none."""
    found = _ENHANCED.findall(text[:MAX_SAID])
    return found[-1] if found else ""


def reply_code(text: str) -> str:
    """The first three-digit SMTP reply of a failure in `text`; empty when none."""
    return next((code for code in _REPLY.findall(text[:MAX_SAID]) if code[0] in "45"), "")


def phase(text: str) -> str:
    """Where in the SMTP talk it was said: talk, mail, rcpt, data, or empty when unknown."""
    plain = flat(text[:MAX_SAID])
    at = {name: found.start() for name, pattern in _PHASE if (found := pattern.search(plain))}
    if "rcpt" in at and len(at) > 1 and ">>>" not in plain and at["rcpt"] > min(at.values()):
        at.pop("rcpt")
    return max(at, key=lambda name: at[name]) if at else ""


def weigh(said: str, status: str = "", where: str = "") -> Verdict:
    """Judge one recipient's refusal by its words, then by its codes.

    `said` is the remote server's text, `status` the report's own x.y.z, `where` the SMTP phase.
    """
    text = flat(said[:MAX_SAID])
    own = enhanced_code(text)
    code = own or status
    reply = reply_code(text)
    is_passing = code.startswith("4") if code else reply.startswith("4")
    return _by_words(text, where, code, is_passing) or _by_code(code or status, reply)


def _by_words(text: str, where: str, code: str, is_passing: bool) -> Verdict | None:
    is_talk = where in ("mail", "talk")
    if _AUTHENTICATION.match(code):
        return Verdict(Severity.BLOCK, "the sender is not who he says (RFC 7372)")
    if is_talk and SIZE.search(text) and (code.endswith(".3.4") or "size" in text):
        return Verdict(Severity.SOFT, "too big")
    is_policy = code.startswith("4.7.") and not GREYLIST.search(text)
    if SENDER.search(text) or (is_talk and (is_policy or BLOCK.search(text) or not is_passing)):
        return Verdict(Severity.BLOCK, "refused the sender")
    if is_talk or LOOP.search(text):
        return Verdict(Severity.SOFT, "refused for now, or a loop")
    if FULL.search(text) and not code.startswith(("5.1.1", "5.7")):
        return Verdict(Severity.SOFT, "mailbox full")
    if HOST.search(text):
        return _no_host(where, is_for_now=bool(FOR_NOW.search(text)))
    if UNKNOWN.search(text):
        return _unknown(text, where, code, is_passing=is_passing and code != "4.1.1")
    if DISABLED.search(text):
        return Verdict(Severity.SOFT, "account disabled")
    return _softer_words(text, code, is_passing)


def _no_host(where: str, *, is_for_now: bool) -> Verdict:
    if is_for_now and where != "data":
        return Verdict(Severity.SOFT, "host not found for now")
    if where == "data":
        return Verdict(Severity.BLOCK, "refused a domain after the whole mail was given: the sender's")
    return Verdict(Severity.HARD, "no such host or domain")


def _unknown(text: str, where: str, code: str, *, is_passing: bool) -> Verdict:
    """After DATA it may be a filter's polite lie, unless the mailbox itself was looked for."""
    if is_passing:
        return Verdict(Severity.SOFT, "unknown for now")
    if where == "data" and (code.startswith("5.7.") or BLOCK.search(text)):
        return Verdict(Severity.BLOCK, "refused what was sent")
    if where == "data" and not NO_MAILBOX.search(text):
        return Verdict(Severity.SOFT, "called unknown only after the whole mail was given")
    return Verdict(Severity.HARD, "no such user")


def _softer_words(text: str, code: str, is_passing: bool) -> Verdict | None:
    is_refused = bool(WEAK_UNKNOWN.search(text))
    bare = re.sub(r"rejected: access denied|mailbox unavailable or access denied", "rejected", text)
    if SIZE.search(text):
        return Verdict(Severity.SOFT, "too big")
    if BLOCK.search(bare):
        return Verdict(Severity.BLOCK, "policy, spam or authentication")
    if is_refused and not is_passing and code[:4] not in ("5.2.", "5.3."):
        return Verdict(Severity.HARD, "recipient refused")
    if FAULT.search(text):
        return Verdict(Severity.SOFT, "a fault on the way")
    return None


def _by_code(code: str, reply: str) -> Verdict:
    if code == "5.1.0" or code in _CODES[Severity.HARD]:
        return Verdict(Severity.HARD, f"code {code}", is_sure=False)
    if code.startswith(_CODES[Severity.BLOCK]):
        return Verdict(Severity.BLOCK, f"code {code}", is_sure=False)
    return Verdict(Severity.SOFT, f"code {code or reply or 'missing'}", is_sure=False)
