"""Is a mail that is no proper report still a word about a delivery? Signs are counted, with their names."""

from outreach.kit.patterns import late
from outreach.letter.bounce_words import ADDRESS_LINE, BODY, DAEMON, HEADING, REFUSED_POST, SUBJECT
from outreach.letter.lines import flat
from outreach.letter.mail import Mail
from outreach.letter.originals import split_returned
from outreach.letter.refusal_words import HOST, UNKNOWN
from outreach.letter.severity import enhanced_code, reply_code

ENOUGH_FROM_DAEMON = 4
ENOUGH = 5
_ANSWER = late(r"(?:re|fwd?|aw|wg|sv|vs|tr)(?:\[\d\])?:")
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


# The empty sender alone says no more than "a machine": automatic answers have it, too (RFC 3834).
MACHINE_LOOKS = (*MACHINE_SIGNS, "subject of a bounce")


def report_signs(mail: Mail) -> str:
    """The signs of a delivery report in words; empty when they are too few.

    A person's mail may bear one of them, hardly ever enough. The long searches are spared a mail that has no sign
    of a machine: most of all mail.
    """
    own, below = split_returned(mail.text)
    text = flat("\n".join(line for line in own[:120] if not line.startswith(">")))[:8_000]
    looks = _layout_signs(mail, own, text, has_copy=bool(below))
    from_daemon = is_daemon(mail)
    head = _head_signs(mail)
    if not from_daemon and not any(holds and name in MACHINE_SIGNS for _, name, holds in (*head, *looks)):
        return ""
    if not _is_named_daemon(mail) and not any(
        holds and name in MACHINE_LOOKS for _, name, holds in (*head, *looks)
    ):
        return ""
    held = [(points, name) for points, name, holds in (*head, *_word_signs(mail, text), *looks) if holds]
    enough = ENOUGH_FROM_DAEMON if from_daemon else ENOUGH
    if sum(points for points, _ in held) < enough:
        return ""
    return ", ".join(name for points, name in held if points > 0)


def is_daemon(mail: Mail) -> bool:
    """Is it from a mail system, by its name or by its empty sender?"""
    return _is_named_daemon(mail) or mail.get("return-path").strip() == "<>"


def _is_named_daemon(mail: Mail) -> bool:
    sender = flat(mail.get("from"))
    return bool(DAEMON.search(sender)) or sender.strip("<> ") == ""


def _head_signs(mail: Mail) -> list[tuple[int, str, bool]]:
    subject = flat(mail.get("subject"))
    is_answer = _ANSWER.match(subject) is not None
    from_daemon = is_daemon(mail)
    tells = bool(SUBJECT.search(subject))
    return [
        (2, "a mail system's sender", from_daemon),
        (2, "subject of a bounce", tells and (from_daemon or not is_answer)),
        (4, "X-Failed-Recipients", bool(mail.get("x-failed-recipients"))),
        (3, "a delivery report", mail.report_type == "delivery-status"),
        (1, "given back as a part", bool(mail.returned and tells)),
        (-1, "comes from a list", bool(mail.get("list-id") or mail.get("list-post")) and not from_daemon),
    ]


def _word_signs(mail: Mail, text: str) -> list[tuple[int, str, bool]]:
    subject = flat(mail.get("subject"))
    has_reply = bool(reply_code(text) or enhanced_code(text))
    is_answer = _ANSWER.match(subject) is not None and not SUBJECT.search(subject)
    has_words = bool(UNKNOWN.search(text[:3_000]) or HOST.search(text[:3_000]))
    return [
        (2, "words of a bounce", bool(BODY.search(text))),
        (1, "words of an unknown user or host", has_words),
        (1, "an SMTP reply", has_reply),
        (-2, "an answer", is_answer and not (has_reply and is_daemon(mail))),
    ]


def _layout_signs(mail: Mail, own: list[str], text: str, *, has_copy: bool) -> list[tuple[int, str, bool]]:
    """What only a machine's mail looks like. `own` are the report's lines, `has_copy` says that a mail is given back."""
    subject = flat(mail.get("subject"))
    given_back = mail.returned and (is_daemon(mail) or SUBJECT.search(subject))
    return [
        (2, "headed as a report", bool(HEADING.match(text))),
        (1, "an address with its failure below", any(ADDRESS_LINE.match(line) for line in own[:60])),
        (1, "the mail given back", bool(has_copy or given_back)),
        (5, "a list's refusal", bool(REFUSED_POST.search(subject) and REFUSED_POST.search(text))),
    ]
