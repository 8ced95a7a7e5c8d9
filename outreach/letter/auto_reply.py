"""Answers that no person wrote (RFC 3834), their headers first, then their words in many languages.

`X-Auto-Response-Suppress` proves nothing: Outlook and ticket systems put it on people's mail too.
"""

from outreach.letter.auto_reply_words import (
    ANSWER_SUBJECT,
    AWAY_SUBJECT,
    AWAY_WORDS,
    MACHINE_SUBJECT,
    REPLY_WORD,
    ROBOT,
    SELF_SAID,
    TICKET_SUBJECT,
    TICKET_WORDS,
)
from outreach.letter.lines import cut_lines, flat
from outreach.letter.mail import Mail

_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoresponder",
    "x-autoreply-from",
    "x-mail-autoreply",
    "auto-reply",
)
_PRECEDENCE = ("auto_reply", "auto-reply", "autoreply")


def auto_reply_of(mail: Mail) -> str:
    """Why no person wrote this, in words; empty when a person may have."""
    return _by_headers(mail) or _by_words(mail)


def _by_headers(mail: Mail) -> str:
    submitted = mail.get("auto-submitted").lower().split(";")[0].strip(' "')
    if submitted and submitted.split(" ")[0].split("(")[0] not in ("no", ""):
        return f"Auto-Submitted: {submitted}"
    named = next(
        (name for name in _HEADERS if mail.get(name) and flat(mail.get(name)) not in ("no", "false", "0")), ""
    )
    if named:
        return named
    if mail.get("precedence").strip().lower() in _PRECEDENCE:
        return f"Precedence: {mail.get('precedence')}"
    if mail.report_type == "disposition-notification" or mail.texts("message/disposition-notification"):
        return "a receipt that the mail was opened"
    if mail.get("return-path").strip() == "<>":
        return "no sender to return it to (Return-Path: <>)"
    return ""


def _by_words(mail: Mail) -> str:
    subject = mail.get("subject").replace("\u2019", "'")
    lines = [line for line in cut_lines(mail.text, 60) if line.strip()]
    if MACHINE_SUBJECT.match(subject[:300]):
        return "subject of an automatic answer"
    if mail.get("list-id") or mail.get("list-post"):
        return ""
    text = flat("\n".join(line for line in lines[:25] if not line.startswith(">")))[:4_000]
    if AWAY_SUBJECT.match(subject[:300]) and AWAY_WORDS.search(text):
        return "subject and words of an absence"
    if _calls_itself_automatic(mail, subject, lines):
        return "calls itself automatic"
    if (
        TICKET_SUBJECT.search(subject[:300])
        and TICKET_WORDS.search(text)
        and ROBOT.search(flat(mail.get("from")))
    ):
        return "a help desk's receipt"
    return ""


def _calls_itself_automatic(mail: Mail, subject: str, lines: list[str]) -> bool:
    """Its first lines say so, or its last ones when it is short and calls itself an answer.

    A person's "Re:" that sounds so is left to a person, unless a desk wrote it.
    """
    if ANSWER_SUBJECT.match(subject) and not ROBOT.search(flat(mail.get("from"))):
        return False
    plain = [line[:300].replace("\u2019", "'") for line in lines]
    ends = [line for line in plain[-4:] if len(plain) <= 20 and REPLY_WORD.search(line)]
    return any(SELF_SAID.search(line) for line in plain[:4] + ends)
