"""Bounces, delays and delivery receipts: what they say of each recipient.

A proper report (RFC 3464) is read first. Half of the real ones are none, so the text is weighed:
who wrote it, what the subject says, what the words say, and what is given back.
"""

from dataclasses import dataclass
from enum import StrEnum

from outreach.kit.patterns import late
from outreach.letter import dsn
from outreach.letter.bounce_signs import is_daemon, report_signs
from outreach.letter.bounce_words import DAEMON, DELAY, FAILING, FINAL, RECEIPT, SUBJECT
from outreach.letter.dsn import MAX_RECIPIENTS, address_in
from outreach.letter.lines import flat
from outreach.letter.mail import Mail, first
from outreach.letter.originals import split_returned
from outreach.letter.severity import Severity, Verdict, enhanced_code, phase, reply_code, weigh


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


_TEXT_ADDRESS = late(r"[\w.+=!#$%&'*/?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_RANK = {Severity.HARD: 3, Severity.BLOCK: 2, Severity.SOFT: 1}


def bounce_of(mail: Mail) -> Bounce | None:
    """The report in this mail, or None when it is no word about a delivery."""
    blocks = dsn.reports(mail)
    if blocks and _is_report(mail, blocks):
        return _from_blocks(mail, blocks)
    signs = report_signs(mail)
    return _from_text(mail, signs) if signs else None


def _is_report(mail: Mail, blocks: list[dsn.Report]) -> bool:
    """A proper part is enough; a report written as text needs a daemon or a bounce's subject."""
    return (
        bool(mail.texts(*dsn.STATUS_PARTS))
        or is_daemon(mail)
        or bool(SUBJECT.search(flat(mail.get("subject"))))
    )


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
