"""From rows to a letter: what the templates are filled with, the text as it leaves, and its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.mail import envelope, files, formatted, language, merge, refusals
from outreach.mail.address import BadAddress
from outreach.mail.merge import Draft
from outreach.mail.models import LetterFile, Mailbox, Message
from outreach.mail.rules import LetterKind
from outreach.web.here import config

MAIL_FIELD = re.compile(r"\{\{[^}]*\b(unsubscribe_url|me\.signature|workspace\.postal_address)\b[^}]*\}\}")
"""Fields that belong to mail; a line of a template that holds one is left out elsewhere."""


@dataclass(frozen=True)
class Written:
    """A letter as it would leave: subject, text, and HTML if there is some; or why it cannot be written yet."""

    subject: str = ""
    text: str = ""
    html: str = ""
    missing: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.problems


def write(kind: LetterKind, draft: Draft, values: dict[str, str], *, reply_to_subject: str = "") -> Written:
    """The letter in words. A follow-up, an answer and a first letter that goes on in an older thread keep its subject; the last
    needs no personal line.
    """
    is_cold = kind is LetterKind.FIRST and not (reply_to_subject and not draft.personal_line.strip())

    def made() -> Written:
        subject = reply_to_subject or language.render_subject(draft.subject, merge.nested(values))
        text = _text(kind, draft, values, is_cold) if draft.body.strip() or not draft.html.strip() else ""
        page = _page(kind, draft, values, is_cold) if draft.html.strip() else ""
        return Written(subject, text or formatted.text_of(page), page)

    return _or_why_not(made)


def write_by_hand(kind: LetterKind, draft: Draft, values: dict[str, str]) -> Written:
    """The words for a form, a social message or a call: without signature, postal address and the line to say no, which belong to mail."""

    def made() -> Written:
        data = merge.nested(values)
        lines = merge.newlines(draft.body).split("\n")
        source = "\n".join(line for line in lines if not MAIL_FIELD.search(line))
        if kind is LetterKind.FIRST and draft.personal_line.strip():
            source = merge.with_personal_line(source, draft.personal_line)
        subject = language.render_subject(draft.subject, data) if draft.subject.strip() else ""
        return Written(subject, language.render(source, data).strip() + "\n")

    return _or_why_not(made)


def _or_why_not(made: Callable[[], Written]) -> Written:
    """What was made, or the values and words that are wrong."""
    try:
        return made()
    except refusals.MissingField as error:
        return Written(missing=tuple(error.names))
    except refusals.TemplateRefused as error:
        return Written(problems=[*map(str, error.problems), refusals.ALLOWED])
    except refusals.LetterError as error:
        return Written(problems=[str(error)])


def as_it_reads(kind: LetterKind, draft: Draft, values: dict[str, str]) -> tuple[str, str]:
    """(subject, text) of a draft for people who look at it: as it would leave, or with what is missing named in its place."""
    written = write(kind, draft, values)
    if written.is_whole:
        return written.subject, written.text
    gaps = {name: f"[{name.replace('.', ' ').replace('_', ' ')} missing]" for name in written.missing}
    return _filled(draft.subject, values | gaps), _filled(merge.newlines(draft.body), values | gaps)


def _filled(source: str, values: dict[str, str]) -> str:
    try:
        return language.render(source, merge.nested(values)).strip()
    except refusals.LetterError:
        return source


def _text(kind: LetterKind, draft: Draft, values: dict[str, str], is_cold: bool) -> str:
    source = merge.newlines(draft.body)
    if is_cold:
        source = merge.with_personal_line(source, draft.personal_line)
    return merge.with_end(language.render(source, merge.nested(values)), kind, values)


def _page(kind: LetterKind, draft: Draft, values: dict[str, str], is_cold: bool) -> str:
    source = merge.newlines(draft.html)
    if is_cold:
        source = formatted.with_personal_line(source, draft.personal_line)
    written = formatted.clean(language.render(source, merge.nested(values), as_html=True))
    footer = merge.footer_lines(values) if kind in merge.UNASKED else []
    return formatted.page(formatted.with_end(written, values["me.signature"], footer))


def reply_subject(root: str) -> str:
    """`Re: ` and the root subject, once."""
    return f"Re: {root.removeprefix('Re: ')}" if root else ""


def unsubscribe_url(base_url: str, token: str) -> str:
    """The address of the opt-out page; empty without a base URL."""
    return f"{base_url}/u/{token}" if base_url and token else ""


def letter_of(
    message: Message, mailbox: Mailbox, base_url: str, attachments: tuple[envelope.Attachment, ...] = ()
) -> envelope.Letter:
    """The row as what the envelope is built from."""
    asked = message.kind in merge.UNASKED and message.opt_out_token
    return envelope.Letter(
        sender=envelope.Party(message.from_address, message.from_name),
        to=envelope.Party(message.to_address, message.to_name),
        subject=message.subject,
        text=message.body,
        html=message.body_html,
        reply_to=mailbox.reply_to,
        outreach_id=message.opaque_id or "",
        unsubscribe_url=unsubscribe_url(base_url, message.opt_out_token) if asked else "",
        unsubscribe_mailto=_mailto(mailbox, message.opt_out_token) if asked else "",
        in_reply_to=message.in_reply_to,
        references=tuple(message.references or ()),
        attachments=attachments,
        is_system=message.kind is LetterKind.SYSTEM,
    )


def bytes_of(
    message: Message,
    mailbox: Mailbox,
    base_url: str,
    *,
    at: datetime,
    attached: Sequence[LetterFile] | None = None,
) -> bytes:
    """The bytes on the wire, dated `at` in the mailbox's zone; with the files of the row, or those that are given.

    Raises envelope.HeaderRefused or BadAddress.
    """
    parts = files.parts(config().instance, files.of(message.id) if attached is None else attached)
    return _built(letter_of(message, mailbox, base_url, parts), message, mailbox, at)


def _built(letter: envelope.Letter, message: Message, mailbox: Mailbox, at: datetime) -> bytes:
    date = at.astimezone(ZoneInfo(mailbox.timezone)).replace(microsecond=0)
    return envelope.build(letter, message_id=message.message_id or "<preview@outreach.invalid>", date=date)


def header_problem(message: Message, mailbox: Mailbox, base_url: str, *, now: datetime) -> str:
    """Why this letter cannot be put into bytes; empty when it can. Its files are not read for that."""
    try:
        _built(letter_of(message, mailbox, base_url), message, mailbox, now)
    except envelope.HeaderRefused as error:
        return str(error)
    except BadAddress:
        return ""
    return ""


def _mailto(mailbox: Mailbox, token: str) -> str:
    return f"mailto:{mailbox.reply_to or mailbox.address}?subject=unsubscribe%20{token}"
