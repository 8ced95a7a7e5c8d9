"""A person pressed "spam": abuse reports (ARF, RFC 5965), and the like in a provider's own JSON."""

import json
import re

from outreach.kit.patterns import late
from outreach.letter.dsn import address_in
from outreach.letter.lines import cut_lines
from outreach.letter.mail import Headers, Mail, first, parse_headers

_REPORT = "message/feedback-report"
# Some providers' programs give the mail back and say no more than this.
_JUNK_REPORT = late(r"\s{0,3}complaint about (?:a )?message from ", re.IGNORECASE)


def complaint_of(mail: Mail) -> str:
    """Why this is a complaint, in words; empty when it is none."""
    kind = first(_fields(mail), "feedback-type")
    if mail.report_type == "feedback-report" or any(part.kind == _REPORT for part in mail.parts):
        return f"abuse report: {kind or 'kind not given'}"
    if kind and _stands_alone(mail):
        return f"abuse report written as text: {kind}"
    if mail.returned and _JUNK_REPORT.match(mail.get("subject")):
        return "abuse report: a mail given back as junk"
    if notification(mail).get("notificationType") == "Complaint":
        return "the provider's notice of a complaint"
    return ""


def complained_of(mail: Mail) -> list[str]:
    """The addresses that complained, as far as the report names them; many reports hide them."""
    fields = _fields(mail)
    told = [value for key, value in fields if key in ("original-rcpt-to", "removal-recipient")]
    listed = notification(mail).get("complaint")
    people = listed.get("complainedRecipients") if isinstance(listed, dict) else None
    told += [str(one.get("emailAddress", "")) for one in people or [] if isinstance(one, dict)]
    told.append(first(mail.returned, "to"))
    return list(dict.fromkeys(found for value in told if (found := address_in(value))))[:100]


def _fields(mail: Mail) -> Headers:
    proper = mail.texts(_REPORT)
    if proper:
        return parse_headers(proper[0])
    lines = cut_lines(mail.text, 400)
    start = next((at for at, line in enumerate(lines) if line.lower().startswith("feedback-type:")), None)
    return parse_headers("\n".join(lines[start:])) if start is not None else ()


def _stands_alone(mail: Mail) -> bool:
    fields = _fields(mail)
    return bool(first(fields, "user-agent") or first(fields, "source-ip") or first(fields, "version"))


def notification(mail: Mail) -> dict[str, object]:
    """A provider's notice in JSON (Amazon's `notificationType`); empty when the mail is no such thing."""
    text = mail.text.lstrip()[:200_000]
    if not text.startswith("{") or "otificationType" not in text[:400_000]:
        return {}
    try:
        read, _ = json.JSONDecoder().raw_decode(text.replace("\n", ""))
    except (ValueError, RecursionError):
        return {}
    if isinstance(read, dict) and isinstance(read.get("Message"), str):
        return notification_text(read["Message"])
    return read if isinstance(read, dict) else {}


def notification_text(text: str) -> dict[str, object]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
