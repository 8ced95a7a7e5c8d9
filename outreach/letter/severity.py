"""How bad is a bounce: is the address dead (hard), is it only today (soft), or is it about us (block)?

Codes alone lose half (many servers say 550 or 5.0.0 for everything), so the server's words are weighed
first, by phase of the SMTP talk: MAIL and HELO are about the sender, and a user called unknown only
after DATA may be a filter's polite lie.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from outreach.letter.lines import flat

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


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


_WHO = (
    r"(?:user(?: ?name| ?id)?|recipients?|mailbox|mail ?box|account|address(?:ee)?|person|alias|login|subscriber"
    r"|customer|e-?mail|local[- ]part|inbox|destinatari[oe]|destinataire|benutzer|nutzer|utilisateur|usuario|usu\w{1,2}rio|utente|gebruiker|u\w{1,2}ytkownik|anv\w{1,2}ndare|odbiorca|mottagare|empf\w{1,3}nger|adres(?:se)?|cuenta|conto)"
)
_KIND = (
    r"(?:local |final |delivery |destination |e-?mail |mail |recipient |smtp |virtual |internal |such "
    r"|destination mailbox |user |or unknown )"
)
_GONE = (
    r"(?:unknown|not found|not known|(?:does|do|did)(?: not|n't) exist|may not exist|not exists?|no longer (?:exists?|valid"
    r"|in use|active|available|here|with|on|accept)|not (?:a )?(?:valid|local)|invalid|not recogni[sz]ed|unrecogni[sz]ed|not listed"
    r"|not registered|non-?existent|not in (?:our|the|my)|(?:could|can) ?(?:not|n't|not be|n't be) (?:be )?found|deleted"
    r"|doesn't have|does not have|has no account|has moved|was removed|been removed|undeliverable|is wrong|not here"
    r"|inconnue?|n'existe pas|no existe|non esiste|inesistente|n\w{1,2}o existe|bestaat niet|onbekend|nie istnieje"
    r"|unbekannt|existiert nicht|ok\w{1,2}nd|desconocido|desconhecido|sconosciuto|finns inte)"
)
SENDER = _any(
    r"\bsenders?(?:'s)? (?:address |domain |id |identity |e-?mail |ip |host |server |verif\w{0,9} ){0,2}.{0,60}?(?:reject|denied|not allowed"
    r"|does ?n[o']t exist|not exist|not found|unknown|invalid|blacklist|blocked|not resolve|refused|fail|not permitted|banned|callout|unverif)|(?:my name|sender) was rejected",
    r"(?:domain of|verify) (?:the )?sender|(?:invalid|unknown|unverifi\w{1,4}|unresolvable|bad|forged|unauthori[sz]ed|banned) (?:or banned )?sender",
    r"sending (?:domain|host|ip|server|mta).{0,60}(?:not|fail|reject|block)|return ?path.{0,40}(?:not|invalid|reject)",
    r"client host.{0,80}(?:rejected|blocked)|(?:helo|ehlo) (?:command |name )?.{0,40}(?:rejected|invalid|denied|refused|not)",
    r"cannot find your (?:host|domain)|your (?:host|domain|ip|server).{0,60}(?:not|blocked|listed|denied|reject|refus)",
    r"invalid dns (?:mx|a\b)|mail from.{0,80}(?:rejected|refused|denied|not allowed|not accepted)",
)
HOST = _any(
    r"\b(?:host|domain)(?: ?name)?(?: or domain(?: name)?)? ?\(?.{0,60}?(?:unknown|not found|(?:does|do)(?: not|n't) exist|may not exist|no longer exist"
    r"|(?:could|can)(?:not|n't| not) be (?:found|resolved)|is invalid|not known|isn't valid|non ?existent)",
    r"\b(?:unknown|no such|invalid|unrouteable|unroutable|illegal|bad|non-?existent) (?:mail |destination |remote |recipient |host\/|target )?(?:host|domain|system address)",
    r"nxdomain|null ?mx|no (?:valid )?mx(?: record| found| for|\b)|no mail (?:exchanger|server|host)s? (?:\w{1,9} ){0,3}(?:for|found|exist)|name or service not known|no (?:a|mx)(?: or (?:a|mx))? record",
    r"(?:does(?: not|n't)|never) (?:accept|receive)s? (?:any )?(?:e-?)?mails?|couldn't find any (?:host|mail)|host not found|address not associated|no address associated",
    r"indicated no smtp service|domain (?:is )?(?:not reachable|unreachable)|(?:system )?not accepting network messages|malformed or unexpected name server reply|unable to (?:resolve|find).{0,30}(?:host|domain|mx)|name service error.{0,80}not found|dns.{0,30}(?:no such|nxdomain)",
)
UNKNOWN = _any(
    rf"\b(?:unknown|no such|invalid|non-?existent|undeliverable|bad|incorrect|wrong|unrecogni[sz]ed|unrouteable|unroutable|not a valid|illegal|no) {_KIND}{{0,2}}{_WHO}\b",
    rf"\b{_WHO}(?:\W{{1,3}}\S{{1,80}}@\S{{1,80}})?\W.{{0,50}}?\b{_GONE}\b",
    rf"@\S{{1,80}}\W{{1,4}}(?:\w{{1,9}}\W){{0,3}}{_GONE}\b",
    r"no mailbox (?:here )?by that name|(?:doesn't|does not) have an? .{0,40}account|unable to find (?:the )?(?:user|recipient|\S{1,80}@)|not our customer|who are you looking for",
    r"bad destination (?:mailbox )?address|address (?:couldn't|could not) be found|address not found|recipnotfound|addressee unknown|no one (?:here )?by that name|not listed in",
    r"(?:is )?not a (?:known|registered|valid|current) (?:user|recipient|mailbox|address|account|person)|no longer (?:works|employed|a member|available at)|left the company|no such (?:name|entry|person)",
    r"no matches to nameserver query|unknown\/illegal|not (?:a )?deliverable address|typed (?:it|the address) (?:in)?correctly|user not known|invalid user ?id|invalid final delivery",
    r"\u4e0d\u5b58\u5728|\u5b58\u5728\u3057\u307e\u305b\u3093|\u5b58\u5728\u3057\u306a(?!\u3044\u304b)|\u898b\u3064\u304b\u3089|\u6ca1\u6709.{0,6}\u7528\u6237|\u043d\u0435 (?:\u043d\u0430\u0439\u0434\u0435\u043d|\u0441\u0443\u0449\u0435\u0441\u0442\u0432\u0443\u0435\u0442)",
)
WEAK_UNKNOWN = _any(
    r"recipient (?:address )?(?:was )?(?:rejected|refused)|address rejected|mailbox (?:is )?unavailable|mailbox not available|no valid recipients?"
    r"|recipient(?: address)? (?:is )?(?:not accepted|undeliverable)|not a mail ?box|(?:check|verify) (?:if|that|whether)? ?(?:the )?(?:recipient |e-?mail )?address is correct|cannot be delivered to this|(?:does not|doesn't) exist|unrout(?:e)?able"
)
FULL = _any(
    r"(?:mail ?box|inbox|in-box|mail ?folder|mail ?drop|account|user|recipient|storage|disk|file ?system|mail directory)(?:'s)?\W(?:.{0,60}?\W)?(?:is |was )?(?:almost |too )?(?:full|exceed|over ?(?:its |the )?(?:quota|limit|size)|has reached)",
    r"over ?-?quota|quota.{0,20}(?:exceed|reached|full|violat)|exceed\w{0,4}.{0,40}(?:quota|storage|mailbox size|allocat|disk space)|(?:out of|insufficient|not enough|no|low on) (?:system )?(?:disk|storage|space)",
    r"disk full|no space left|mailbox size limit|bo\w{1,2}te.{0,30}pleine|postfach.{0,20}voll|buz\w{1,2}n.{0,20}llen|casella.{0,20}piena|exceeded storage|too much mail|mailbox.{0,30}limit",
)
DISABLED = _any(
    r"(?:mail ?box|account|user|recipient|address|e-?mail).{0,50}(?:disabled|suspended|inactive|deactivated|locked|dormant|discontinued|on hold|not active|closed|not enabled|restricted)",
    r"(?:disabled|suspended|inactive|deactivated|locked|dormant) (?:mail ?box|account|user|recipient|address)",
)
BLOCK = _any(
    r"\bspam|\bube\b|\buce\b|bulk (?:e-?)?mail|black ?list|block ?list|dnsbl|\brbl|\bblocked\b|blocking|\bdkim|spf\b|dmarc|sender policy|unauthenticated|authenticat",
    r"reverse (?:dns|lookup|name|ptr)|\bptr\b|rdns|reputation|rate ?-?limit|too (?:many|fast|much)|throttl|frequency|polic(?:y|ies)|virus|malware|phish|worm",
    r"content.{0,30}(?:reject|filter|not allowed|denied|refus)|prohibit|administrative|banned|relay|access (?:is )?denied|not (?:authori[sz]ed|permitted|allowed)|unsolicited|suspicious|abus(?:e|ive)|starttls|tls (?:is )?required|encryption",
    r"rfc ?\d{3,4}|compliant|junk|suspected|(?:message|mail|content) (?:was |has been |is )?(?:reject|refus)|service refuse|too many|unwanted|security (?:polic|reason|setting)|forbidden|restrict|non?-?local|dangerous|executable|attachment",
)
SIZE = _any(
    r"too (?:large|big|long)|size (?:limit|exceed)|exceed\w{0,4}.{0,60}(?:size|maximum|limit)|maximum (?:message )?size|larger than|sizelimit"
)
FOR_NOW = _any(
    r"not found, try again|temporar\w{1,5} .{0,40}(?:resol|lookup|dns)|(?:lookup|dns) .{0,30}temporar"
)
LOOP = _any(r"too many hops|hop count|mail loop|routing loop|loops? back")
FAULT = _any(
    r"expired|time[d-]? ?out|too long|giving up|retry|could ?n[o']t connect|connect(?:ion)? .{0,30}(?:refused|reset|lost|closed|dropped|fail)|unreachable|no route|try again|temporar"
    r"|\bloop|hop|gr[ea]ylist|network|no answer|not respond|dns (?:error|fail)|system (?:error|problem)|internal error|configuration|service unavailable|resources|undefined|transaction failed|i\/o error"
)
_CODES = {
    Severity.HARD: ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4", "5.1.4"),
    Severity.BLOCK: ("5.7.", "4.7.", "5.1.7", "5.1.8", "5.5."),
}
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\.\d)(?!\d)")
_REPLY = re.compile(r"(?<![\d.:#-])([245]\d\d)(?=[ \-#:]|$)(?![ -]?(?:bytes|kb|mb|days|hours))")
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
_PHASE = [(name, re.compile(pattern)) for name, pattern in _PHASES]


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
    if SENDER.search(text) or (is_talk and (BLOCK.search(text) or not is_passing)):
        return Verdict(Severity.BLOCK, "refused the sender")
    if is_talk or LOOP.search(text):
        return Verdict(Severity.SOFT, "refused for now, or a loop")
    if FULL.search(text) and not code.startswith(("5.1.1", "5.7")):
        return Verdict(Severity.SOFT, "mailbox full")
    if HOST.search(text):
        return _no_host(where, is_for_now=bool(FOR_NOW.search(text)))
    if UNKNOWN.search(text):
        return _unknown(where, is_passing and code != "4.1.1")
    if DISABLED.search(text):
        return Verdict(Severity.SOFT, "account disabled")
    return _softer_words(text, code, is_passing)


def _no_host(where: str, *, is_for_now: bool) -> Verdict:
    if is_for_now and where != "data":
        return Verdict(Severity.SOFT, "host not found for now")
    if where == "data":
        return Verdict(Severity.BLOCK, "refused a domain after the whole mail was given: the sender's")
    return Verdict(Severity.HARD, "no such host or domain")


def _unknown(where: str, is_passing: bool) -> Verdict:
    if is_passing:
        return Verdict(Severity.SOFT, "unknown for now")
    if where == "data":
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
