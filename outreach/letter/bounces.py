"""Bounces, delays and delivery receipts: what they say of each recipient.

A proper report (RFC 3464) is read first. Half of the real ones are none, so the text is weighed:
who wrote it, what the subject says, what the words say, and what is given back.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from outreach.letter import dsn
from outreach.letter.dsn import MAX_RECIPIENTS, address_in
from outreach.letter.lines import flat
from outreach.letter.mail import Mail, first
from outreach.letter.originals import split_returned
from outreach.letter.severity import HOST, UNKNOWN, Severity, Verdict, enhanced_code, phase, reply_code, weigh


class Outcome(StrEnum):
    """What became of the mail we sent."""

    BOUNCE = "bounce"
    DELAYED = "delayed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of a report; `severity` is None unless it failed."""

    address: str
    status: str
    action: str
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report as read; `severity` is the worst of its failed recipients."""

    outcome: Outcome
    severity: Severity | None
    recipients: tuple[Recipient, ...]
    why: str
    original_message_id: str = ""


DAEMON = re.compile(
    r"post[-_. ]master|smtp[-_ ]|[-_ ]smtp|mail[-_ ]?(?:service|gateway)|anti-?virus|mailer[-_. ]?daemon|mail[-_. ]?daemon|postmaster|postmast|mail(?:er)? ?delivery|delivery ?(?:sub)?system|system administrator|mail ?system"
    r"|mail ?admin|mailadm|mail ?router|(?<![\w-])daemon@|bounce[sd]?[@+-]|mailserver|mail server|content-?filter|mdaemon|microsoft ?exchange|returned mail|\bmaild@|notification"
)
SUBJECT = re.compile(
    r"undeliver|non-?deliver|deliver(?:y|ed|ing)?\b.{0,30}(?:status|fail|problem|error|report|notif|unsuccess|delay|warning|incomplete|impossible)|(?:fail|status|problem|error|unable|warning|could|cannot|not|notice).{0,40}deliver"
    r"|returned (?:mail|to sender|message|e-?mail)|return(?:ing)? (?:message )?to sender|failure notice|failed mail|mail (?:system error|failure|error|delivery)|message (?:you sent )?(?:blocked|delayed|rejected|not)|(?:mail|message|e-?mail) (?:was |has been )?(?:reject|bounce|block|refus|return)"
    r"|^reject|\bbounced?\b|rejected|unbekannte? empf|unsolicited bulk|nameserver error|unknown user|user unknown|address(?:ee)? (?:unknown|error)|(?:mail|message) status|has not yet been|delayed mail"
    r"|unzustellbar|nicht zugestellt|zustellung.{0,30}(?:fehl|nicht)|non (?:remis|distribu|d\w{1,2}livr)|\w{1,2}chec.{0,30}(?:remise|distribution|envoi)|non recapit|mancat[ao] (?:recapito|consegna)|impossibile recapitare"
    r"|no (?:se )?(?:ha )?(?:podido |puede |pudo )?(?:ser )?entrega|no entregad|error de entrega|devuelto|n\w{1,3}o (?:foi )?entreg|falha na entrega|devolvid|onbestelbaar|niet (?:afgeleverd|bezorgd)|kan(?: inte|) (?:ej )?levereras|gick inte att leverera|olevererat|uleveret|nie (?:mo\w{1,3}na|dostarczon)|niedostarcz|zwrot"
    r"|\u043d\u0435\u0434\u043e\u0441\u0442\u0430\u0432|\u043d\u0435 \u0434\u043e\u0441\u0442\u0430\u0432|\u914d\u4fe1\u4e0d|\u672a\u9054|\u672a\u914d|\u914d\u9054\u3067\u304d|\u9000\u4fe1|\u9001\u4fe1\u3067\u304d|\u30a8\u30e9\u30fc|\u6295\u9012\u5931\u8d25|\u672a\u9001\u8fbe"
)
BODY = re.compile(
    r"(?:could|can|was|were|has|have|did|is|are) ?(?:not|n't) (?:been |be |yet been )?(?:able to (?:be )?)?(?:deliver|reach|sent|accept|forward|process|send|transmit)|couldn't be delivered|wasn't delivered|not able to deliver"
    r"|(?:unable|failed|failure) to (?:be )?(?:deliver|reach|send|find user)|(?:delivery|deliver|delevery|transmission|message).{0,100}?(?:failed|failure|aborted|unsuccessful|problems?\b)|undeliver|(?:following|these) (?:address|recipient)(?:\(?e?s\)?)?.{0,40}(?:fail|error|reject|problem|could not|cannot|had)"
    r"|transcript of (?:the )?(?:smtp )?session|had (?:permanent )?fatal errors|returned to (?:you|sender)|message was rejected|(?:was|were|been|automatically) (?:rejected|refused|blocked|returned|bounced)|error (?:was detected|occurred|while|delivering|transferring)|not delivered|rejected by"
    r"|no mailbox here|unknown user|user unknown|user not (?:known|found)|invalid (?:recipient|final)|permanent (?:error|failure)|did not like our|delivery status|considered unsolicited|blocked by our|no longer (?:exists|valid|in use|accepts)"
    r"|message delayed|(?:has been|is|are) (?:delayed|postponed)|still being retried|will (?:be retried|continue|retry)"
    r"|nicht zugestellt|konnte nicht|n'a pas pu|no (?:pudo|puede|ha podido) ser|n\w{1,3}o (?:p\w{1,2}de|foi) (?:ser )?entreg|impossibile (?:recapitare|consegnare)|niet (?:worden )?(?:bezorgd|afgeleverd)|nie mog\w{1,3} (?:zosta|by)|kunde inte levereras"
    r"|\u043d\u0435 \u043c\u043e\u0436\u0435\u0442 \u0431\u044b\u0442\u044c|\u9001\u4fe1\u3067\u304d\u307e\u305b\u3093|\u914d\u4fe1\u3067\u304d|\u5c4a\u3051|\u65e0\u6cd5|\u9000\u56de"
)
DELAY = re.compile(
    r"warning (?:message )?only|do not need to re-?send|no action is required|will (?:continue|keep|be retried|retry)|still being retried|not yet been delivered|has been (?:delayed|postponed)|is (?:only )?a (?:temporary failure|warning|delay)"
    r"|delivery (?:is |has been |)delayed|message (?:is |has been )?delayed|still awaiting delivery|this is just a warning|continue trying|retry for|(?:noch nicht|wird weiter) .{0,40}(?:zugestellt|versucht)|notification about a delay|delayed mail|not received your message yet|\(delay(?:ed)?\)"
)
FINAL = re.compile(
    r"permanent(?:ly)? (?:error|fail)|giving up|given up|failed permanently|fatal errors|not be retried|will not try|no(?:t going to| longer) try"
)
FAILING = re.compile(r"fail|reject|not |n't |unknown|error|undeliver")
RECEIPT = re.compile(
    r"success(?:ful|fully)? (?:mail )?(?:deliver|relay)|was successfully (?:delivered|relayed)|delivery.{0,20}\(success\)|^delivered:|^relayed:|^zugestellt:|^remis\s?:|^entregado:|^doporuczone:"
)
REFUSED_POST = re.compile(
    r"you (?:\S{1,90}@\S{1,90} )?are not (?:a )?(?:member|subscribed)|non-?member|not allowed to post|posting.{0,30}rejected"
)
ADDRESS_LINE = re.compile(r"^\s{0,4}<[^\s<>]{1,100}@[^\s<>]{1,100}>\s?:(?:\s|$)")
HEADING = re.compile(
    r"\W{0,80}(?:non-?delivery|delivery (?:status|failure)|undeliverable mail) (?:report|notification|notice)"
)
_TEXT_ADDRESS = re.compile(r"[\w.+=!#$%&'*/?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
# From a person's address a report needs one of these: people write about bounces, too.
MACHINE_SIGNS = (
    "headed as a report",
    "given back as a part",
    "the mail given back",
    "an address with its failure below",
    "X-Failed-Recipients",
    "a delivery report",
    "a list's refusal",
)
_RANK = {Severity.HARD: 3, Severity.BLOCK: 2, Severity.SOFT: 1}


def bounce_of(mail: Mail) -> Bounce | None:
    """The report in this mail, or None when it is no word about a delivery."""
    blocks = dsn.reports(mail)
    if blocks and _is_report(mail, blocks):
        return _from_blocks(mail, blocks)
    points, reasons = _evidence(mail)
    is_enough = (
        points >= 4 if _is_daemon(mail) else points >= 5 and any(sign in MACHINE_SIGNS for sign in reasons)
    )
    return _from_text(mail, ", ".join(reasons)) if is_enough else None


def _is_report(mail: Mail, blocks: list[dsn.Report]) -> bool:
    """A proper part is enough; a report written as text needs a daemon or a bounce's subject."""
    return (
        bool(mail.texts(*dsn.STATUS_PARTS))
        or _is_daemon(mail)
        or bool(SUBJECT.search(flat(mail.get("subject"))))
    )


def _is_daemon(mail: Mail) -> bool:
    sender = flat(mail.get("from"))
    return bool(DAEMON.search(sender)) or sender.strip("<> ") == "" or mail.get("return-path").strip() == "<>"


def _evidence(mail: Mail) -> tuple[int, list[str]]:
    """Points for a bounce, and why. A person's mail may have one of these, hardly ever enough."""
    own, below = split_returned(mail.text)
    text = flat("\n".join(line for line in own[:120] if not line.startswith(">")))[:8_000]
    subject = flat(mail.get("subject"))
    is_answer = re.match(r"(?:re|fwd?|aw|wg|sv|vs|tr)(?:\[\d\])?:", subject) is not None
    is_daemon = _is_daemon(mail)
    signs = [
        (2, "a mail system's sender", is_daemon),
        (2, "subject of a bounce", bool(SUBJECT.search(subject)) and (is_daemon or not is_answer)),
        (2, "words of a bounce", bool(BODY.search(text))),
        (
            1,
            "words of an unknown user or host",
            bool(UNKNOWN.search(text[:3_000]) or HOST.search(text[:3_000])),
        ),
        (1, "an SMTP reply", bool(reply_code(text) or enhanced_code(text))),
        (1, "an address with its failure below", any(ADDRESS_LINE.match(line) for line in own[:60])),
        (1, "given back as a part", bool(mail.returned and SUBJECT.search(subject))),
        (1, "the mail given back", bool(below or (mail.returned and (is_daemon or SUBJECT.search(subject))))),
        (2, "headed as a report", bool(HEADING.match(text))),
        (4, "X-Failed-Recipients", bool(mail.get("x-failed-recipients"))),
        (3, "a delivery report", mail.report_type == "delivery-status"),
        (-2, "an answer", is_answer and not is_daemon),
        (5, "a list's refusal", bool(REFUSED_POST.search(text) and REFUSED_POST.search(subject))),
        (-1, "comes from a list", bool(mail.get("list-id") or mail.get("list-post")) and not is_daemon),
    ]
    held = [(points, name) for points, name, holds in signs if holds]
    return sum(points for points, _ in held), [name for points, name in held if points > 0]


def _from_blocks(mail: Mail, blocks: list[dsn.Report]) -> Bounce:
    failed = [block for block in blocks if block.action == "failed"]
    report = _report_text(mail)
    recipients = tuple(_recipient(block, report, alone=len(failed) == 1) for block in blocks)
    if failed:
        if _is_only_delayed(mail):
            return Bounce(Outcome.DELAYED, None, recipients, "delivery report: goes on being tried")
        return bounce(recipients, "delivery report")
    if any(block.action == "delayed" for block in blocks):
        return Bounce(Outcome.DELAYED, None, recipients, "delivery report: Action delayed")
    return Bounce(Outcome.DELIVERED, None, recipients, f"delivery report: Action {blocks[0].action}")


def _is_only_delayed(mail: Mail) -> bool:
    return "(delay)" in mail.get("subject").lower()


def bounce(recipients: tuple[Recipient, ...], why: str, original_message_id: str = "") -> Bounce:
    """A failed delivery, as bad as its worst recipient."""
    severities = [one.severity for one in recipients if one.severity]
    worst = max(severities, key=lambda severity: _RANK[severity], default=Severity.SOFT)
    return Bounce(Outcome.BOUNCE, worst, recipients, why, original_message_id)


def _report_text(mail: Mail) -> str:
    """The words above what is given back, all parts together."""
    own = split_returned(mail.text)[0] if mail.text else []
    if own or not mail.html_words:
        return "\n".join(own)
    return mail.html_words


def _recipient(block: dsn.Report, report: str, *, alone: bool) -> Recipient:
    address = block.address
    if block.action != "failed":
        return Recipient(address, block.status, block.action, None)
    about = _about(report, address, alone=alone)
    verdict = weigh(block.said, block.status, phase(about) if block.said else "")
    if not verdict.is_sure:
        again = weigh(about, block.status, phase(about))
        verdict = again if again.is_sure else verdict
    return Recipient(address, enhanced_code(block.said) or block.status, block.action, verdict.severity)


def _about(report: str, address: str, *, alone: bool) -> str:
    """The lines of the text that speak of this address: from where it stands to the next address."""
    if alone or not address:
        return report[-6_000:] if len(report) > 6_000 else report
    lines = report.split("\n")
    start = next((at for at, line in enumerate(lines) if address in line.lower()), None)
    if start is None:
        return ""
    taken = [lines[start]]
    for line in lines[start + 1 : start + 15]:
        other = address_in(line)
        if other and other != address and address not in line.lower():
            break
        taken.append(line)
    return "\n".join(taken)


def _from_text(mail: Mail, why: str) -> Bounce:
    report = _report_text(mail)
    subject = flat(mail.get("subject"))
    text = flat(report)[:8_000]
    addresses = _addresses(mail, report)
    if RECEIPT.search(subject) or (RECEIPT.search(text) and not FAILING.search(text)):
        return Bounce(Outcome.DELIVERED, None, _plain(addresses, "delivered"), why)
    if (DELAY.search(text) or DELAY.search(subject)) and not FINAL.search(text):
        return Bounce(Outcome.DELAYED, None, _plain(addresses, "delayed"), why)
    return bounce(_judged(addresses, report, mail), why)


def _plain(addresses: list[str], action: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(address, "", action, None) for address in addresses)


def _judged(addresses: list[str], report: str, mail: Mail) -> tuple[Recipient, ...]:
    whole = _weigh_text(report or mail.get("subject"))
    if len(addresses) < 2:
        status = enhanced_code(report)
        return (Recipient(addresses[0] if addresses else "", status, "failed", whole.severity),)
    judged = []
    for address in addresses:
        about = _about(report, address, alone=False)
        verdict = _weigh_text(about)
        severity = verdict.severity if verdict.is_sure else whole.severity
        judged.append(Recipient(address, enhanced_code(about), "failed", severity))
    return tuple(judged)


def _weigh_text(text: str) -> Verdict:
    """The paragraphs with an SMTP reply speak first; boilerplate around them lists every possible cause."""
    lines = text.split("\n")
    spoken_at = [at for at, line in enumerate(lines) if reply_code(line) or enhanced_code(line)]
    core = "\n".join(lines[at] for at in sorted({at for n in spoken_at for at in (max(0, n - 1), n)}))
    spoken = weigh(core, where=phase(text)) if core else None
    if spoken and spoken.is_sure:
        return spoken
    whole = weigh(text, enhanced_code(text), phase(text))
    return whole if whole.is_sure or not spoken else spoken


def _addresses(mail: Mail, report: str) -> list[str]:
    """Whom it is about: the header made for it, else the addresses in the text, else whom we wrote to."""
    listed = _TEXT_ADDRESS.findall(mail.get("x-failed-recipients")[:10_000])
    ours = {
        address_in(mail.get("to")),
        address_in(mail.get("from")),
        address_in(first(mail.returned, "from")),
    }
    named = listed or [
        found for found in _TEXT_ADDRESS.findall(report[:100_000]) if not DAEMON.search(found.lower())
    ]
    unique = list(dict.fromkeys(found.lower().strip(".'") for found in named))
    others = [address for address in unique if address not in ours][:MAX_RECIPIENTS]
    sent_to = address_in(first(mail.returned, "to"))
    if sent_to and sent_to in others and not listed:
        return [sent_to]
    return others or [address for address in (sent_to,) if address]
