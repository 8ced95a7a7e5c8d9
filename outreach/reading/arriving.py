"""A mail as it came, taken apart once, before the database is asked. Pure, and never raises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses

from outreach.kit.ids import digest
from outreach.letter.kinds import Kind, Reading, classify, has_a_head
from outreach.letter.mail import Mail, read_mail
from outreach.letter.originals import original_message_id
from outreach.letter.thread import Thread, sent_at, thread_of
from outreach.reading import rules

POISON = "It could not be read: {}. The bytes are kept."


@dataclass(frozen=True)
class Arrived:
    """One mail of one folder. `known_by` tells it from all others of its mailbox; `raw` are its bytes."""

    uid: int
    raw: bytes
    size: int
    received_at: datetime
    is_cut: bool
    is_sent: bool
    mail: Mail
    thread: Thread
    known_by: str
    sender: str
    original_id: str
    problem: str = ""

    @property
    def ids(self) -> list[str]:
        """Every Message-ID by which a letter of ours may be found: its own, those it answers, the one it gives back."""
        named = [self.thread.message_id, *self.thread.answers, self.original_id]
        return [each for each in dict.fromkeys(named) if each]

    @property
    def recipients(self) -> list[str]:
        """To and Cc, in lower case."""
        fields = [value[:5_000] for name, value in self.mail.headers if name in ("to", "cc")]
        return [address.lower() for _, address in getaddresses(fields) if "@" in address][:50]


def taken_apart(
    uid: int, raw: bytes, size: int, received_at: datetime, *, is_cut: bool = False, is_sent: bool = False
) -> Arrived:
    """Read the mail; what cannot be read is an empty mail with its problem, and its bytes are there."""
    problem = ""
    try:
        mail = read_mail(raw)
        thread, original, known = thread_of(mail), original_message_id(mail), rules.known_by(mail)
        sender = rules.sender_of(mail)
    except Exception as error:  # whatever a stranger wrote, the next mail is read
        problem = POISON.format(type(error).__name__)
        mail, thread, original, known, sender = Mail(()), Thread("", "", (), ""), "", None, ""
    return Arrived(
        uid, raw, size, received_at, is_cut, is_sent, mail, thread,
        known or digest(raw.decode("latin-1")), sender, original, problem or mail.problem,
    )  # fmt: skip


def judged(arrived: Arrived, *, is_ours: bool, is_answer: bool, sent_texts: tuple[str, ...]) -> Reading:
    """What it is. A mail that cannot be judged is `unparsed`, and kept."""
    if not has_a_head(arrived.mail):
        return Reading(Kind.UNPARSED, arrived.problem or "It has none of a mail's headers.")
    try:
        return classify(arrived.mail, is_ours=is_ours, is_answer_to_us=is_answer, sent_texts=sent_texts)
    except Exception as error:  # the sync goes on
        return Reading(Kind.UNPARSED, POISON.format(type(error).__name__))


def moment_of(arrived: Arrived) -> datetime:
    """When it was sent, as far as it can be believed: never after it came in."""
    try:
        said = sent_at(arrived.mail)
    except Exception:  # a date is not worth a mail
        said = None
    return min(said, arrived.received_at) if said else arrived.received_at


def name_of(mail: Mail) -> str:
    """The sender's name as it is shown; empty when only an address stands there."""
    value, address = mail.get("from")[-1_000:], rules.sender_of(mail)
    found = next((name for name, at in getaddresses([value]) if name and at.lower() == address), "")
    return " ".join(found.split())[:200]
