"""What is this mail? The kinds in their order, each with the reason that is kept with it.

Ours, complaint, bounce (a report carries Auto-Submitted too, so it comes before the next), challenge
(which mostly carries it as well), automatic answer, stop words, and else a person: a person's answer is never
lost to a guess.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from outreach.letter.auto_reply import auto_reply_of
from outreach.letter.bounces import Bounce, Outcome, Recipient, bounce_of
from outreach.letter.calendar import calendar_answer
from outreach.letter.challenges import challenge_of
from outreach.letter.complaints import complained_of, complaint_of, notification
from outreach.letter.mail import Mail, read_mail
from outreach.letter.originals import original_message_id
from outreach.letter.provider_notices import notice_of
from outreach.letter.quoting import own_text
from outreach.letter.return_day import return_day
from outreach.letter.severity import Severity
from outreach.letter.thread import sent_on
from outreach.letter.unsubscribe import unsubscribe_of


class Kind(StrEnum):
    """What a mail in the mailbox is; the values are those of `outreach mail read`."""

    OURS = "ours"
    COMPLAINT = "complaint"
    BOUNCE = "bounce"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    AUTO_REPLY = "auto_reply"
    CHALLENGE = "challenge"
    UNSUBSCRIBE = "unsubscribe"
    HUMAN = "human"
    UNPARSED = "unparsed"


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a mail says. `reply_text` is their own text, without what they quote."""

    kind: Kind
    why: str
    severity: Severity | None = None
    recipients: tuple[Recipient, ...] = ()
    original_message_id: str = ""
    return_on: date | None = None
    reply_text: str = ""
    problem: str = ""


_KNOWN = frozenset(
    [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "sender",
        "reply-to",
        "delivered-to",
        "content-type",
        "mime-version",
    ]
)


def read(
    raw: bytes, *, is_ours: bool = False, is_answer_to_us: bool = True, sent_texts: tuple[str, ...] = ()
) -> Reading:
    """Say what a mail is, from its bytes. Never raises.

    `is_ours` and `is_answer_to_us` are the database's knowledge: a copy of our own letter; stop words
    count only in an answer to us. `sent_texts` are our texts that the answer may quote.
    """
    mail = read_mail(raw)
    if not has_a_head(mail):
        return Reading(Kind.UNPARSED, mail.problem or "has none of a mail's headers", problem=mail.problem)
    return classify(mail, is_ours=is_ours, is_answer_to_us=is_answer_to_us, sent_texts=sent_texts)


def has_a_head(mail: Mail) -> bool:
    """Has it any of the headers that mails have? Else it is no mail."""
    return any(name in _KNOWN for name, _ in mail.headers)


def classify(
    mail: Mail, *, is_ours: bool = False, is_answer_to_us: bool = True, sent_texts: tuple[str, ...] = ()
) -> Reading:
    """The same, from a mail already taken apart."""
    if is_ours:
        return Reading(Kind.OURS, "a copy of our own letter", reply_text=mail.text, problem=mail.problem)
    if why := complaint_of(mail):
        return _complaint(mail, why)
    bounce = notice_of(notification(mail)) or bounce_of(mail)
    if bounce:
        return _reported(mail, bounce)
    return _answer(mail, is_answer_to_us, sent_texts)


def _complaint(mail: Mail, why: str) -> Reading:
    people = tuple(Recipient(address, "", "complained", None) for address in complained_of(mail))
    return Reading(
        Kind.COMPLAINT,
        why,
        recipients=people,
        original_message_id=original_message_id(mail),
        problem=mail.problem,
    )


_OUTCOMES = {Outcome.BOUNCE: Kind.BOUNCE, Outcome.DELAYED: Kind.DELAYED, Outcome.DELIVERED: Kind.DELIVERED}


def _reported(mail: Mail, bounce: Bounce) -> Reading:
    original = bounce.original_message_id or original_message_id(mail)
    return Reading(
        _OUTCOMES[bounce.outcome],
        bounce.why,
        bounce.severity,
        bounce.recipients,
        original,
        problem=mail.problem,
    )


def _answer(mail: Mail, is_answer_to_us: bool, sent_texts: tuple[str, ...]) -> Reading:
    text = own_text(mail.text, sent_texts)
    automatic = auto_reply_of(mail)
    back = return_day(mail.get("subject") + ". " + text, sent_on(mail)) if automatic else None
    if not back and (why := challenge_of(mail, is_automatic=bool(automatic))):
        return Reading(Kind.CHALLENGE, why, reply_text=text, problem=mail.problem)
    if automatic:
        return Reading(Kind.AUTO_REPLY, automatic, return_on=back, reply_text=text, problem=mail.problem)
    if is_answer_to_us and (why := unsubscribe_of(mail.get("subject"), text)):
        return Reading(Kind.UNSUBSCRIBE, why, reply_text=text, problem=mail.problem)
    if said := calendar_answer(mail):
        return Reading(Kind.HUMAN, f"a person {said}", reply_text=text, problem=mail.problem)
    return Reading(Kind.HUMAN, "nothing says that it is automatic", reply_text=text, problem=mail.problem)
