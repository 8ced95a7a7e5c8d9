"""A letter as it would leave: its row, its words, and what the gate says. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from outreach.accounts.models import User
from outreach.kit.address import BadAddress, clean_address
from outreach.mail import envelope, files, merge
from outreach.mail import queries as mail_queries
from outreach.mail.merge import Draft
from outreach.mail.models import LetterFile, Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.sending import draft_moves, gathering, letters, moments, queries
from outreach.sending.gate import gate
from outreach.sending.letters import Written
from outreach.sending.moments import zone_of
from outreach.sending.rules import Finding, Rule

ALREADY = "A letter of this pitch waits to leave. Take it back, or let it go first."
"""One letter of a pitch at a time: so the same form sent twice is one letter."""
ABOUT_TEXT = {Rule.POSTAL_ADDRESS, Rule.IDENTITY, Rule.OPT_OUT}


@dataclass(frozen=True)
class Looked:
    """A letter as it stands on the compose screen: its words, what stands against it, its bytes and when it would leave."""

    message: Message
    written: Written
    findings: list[Finding] = field(default_factory=list)
    raw: bytes = b""
    leaves_at: datetime | None = None
    attached: list[LetterFile] = field(default_factory=list)

    @property
    def hard(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.hard]

    @property
    def soft(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.hard]


def look(
    pitch: Pitch, mailbox: Mailbox, draft: Draft, *, by: User, now: datetime, to_address: str,
    template_version_id: int | None = None, overruled: Mapping[str, str] | None = None, draft_id: int | None = None,
) -> Looked:  # fmt: skip
    """The letter as it would leave, with the files of its draft, and what the gate says. Reads only: nothing is kept."""
    attached = files.of(draft_id)
    message, written = compose(
        pitch, mailbox, draft, by=by, now=now, to_address=to_address,
        template_version_id=template_version_id, overruled=overruled or {},
    )  # fmt: skip
    findings = findings_of(message, mailbox, pitch, written, now=now, has_file=bool(attached))
    raw = b""
    if written.is_whole and not any(
        f.rule in (Rule.HEADER_INJECTION, Rule.INVALID_ADDRESS) for f in findings
    ):
        raw = letters.bytes_of(message, mailbox, queries.workspace().base_url, at=now, attached=attached)
    at = moments.leaves_at(message, mailbox, zone_of(pitch), now=now)
    return Looked(message, written, findings, raw, at, attached)


def write_only(
    pitch: Pitch, mailbox: Mailbox, draft: Draft, *, by: User, now: datetime, to_address: str
) -> Written:
    """The words of a letter as it would leave; the gate is not asked."""
    return compose(
        pitch, mailbox, draft, by=by, now=now, to_address=to_address, template_version_id=None, overruled={}
    )[1]


def typed_of(message: Message) -> Draft:
    """What its writer has typed, out of the row of a draft."""
    texts = message.typed or {"subject": message.subject, "body": message.body, "html": ""}
    return Draft(texts["subject"], texts["body"], message.personal_line, message.personal_url, texts["html"])


def compose(
    pitch: Pitch, mailbox: Mailbox, draft: Draft, *, by: User, now: datetime, to_address: str,
    template_version_id: int | None, overruled: Mapping[str, str],
) -> tuple[Message, Written]:  # fmt: skip
    """The row as it would be queued, and its words; it is not yet added, and the gate is not asked."""
    talk = mail_queries.conversation(pitch.id)
    kind = queries.kind_of(pitch, talk)
    asked, to = kind is LetterKind.ANSWER, _plain(to_address)
    token = queries.token_for(pitch, to, "opt-out")
    url = "" if asked else letters.unsubscribe_url(queries.workspace().base_url, token)
    before = [
        message
        for message in talk or mail_queries.talk_before(pitch)
        if message.message_id and message.state not in (MessageState.HELD, MessageState.FAILED)
    ]
    thread = mail_queries.thread_of(pitch) if before else None
    values = merge.merge_values(pitch, mailbox, queries.workspace(), draft, url)
    subject = letters.reply_subject(thread.subject) if thread else ""
    written = letters.write(kind, draft, values, reply_to_subject=subject)
    if any(message.state in queries.ON_THE_WAY for message in talk):
        written = replace(written, problems=[*written.problems, ALREADY])  # fmt: skip
    message = Message(
        direction=Direction.OUT, kind=kind, state=MessageState.DRAFT, project_id=pitch.project_id, pitch_id=pitch.id,
        person_id=pitch.person_id, mailbox_id=mailbox.id, template_version_id=template_version_id, author_id=by.id,
        from_address=mailbox.address, from_name=mailbox.from_name, to_address=to,
        to_name=pitch.person.name if pitch.person else "", subject=written.subject, body=written.text, body_html=written.html,
        typed=draft_moves.as_typed(draft), is_skipped=False,
        personal_line=draft.personal_line, personal_url=draft.personal_url, opt_out_token="" if asked else token,
        opaque_id=queries.token_for(pitch, to, "letter"), overruled=dict(overruled), attempts=0, created_at=now, queued_at=now,
        in_reply_to=(_ids(before) or [""])[-1], references=_references(before), held_rule="", state_reason="",
    )  # fmt: skip
    return message, written


def findings_of(
    message: Message, mailbox: Mailbox, pitch: Pitch, written: Written, *, now: datetime, has_file: bool
) -> list[Finding]:
    """What the gate says; of a letter that has no text yet, nothing about the text."""
    found = gate(
        gathering.facts(message, mailbox, pitch, now=now, missing=written.missing, has_file=has_file)
    )
    return [finding for finding in found if written.text or finding.rule not in ABOUT_TEXT]


def _references(before: list[Message]) -> list[str]:
    """Root and last of the thread, ours and theirs, oldest first (RFC 5322, 3.6.4)."""
    ids = _ids(before)
    return [*ids[:1], *ids[1:][-envelope.LAST_REFERENCES :]]


def _ids(before: list[Message]) -> list[str]:
    """Those of the Message-IDs that a header can hold: a broken one of theirs keeps nobody from answering."""
    return [one for message in before if (one := message.message_id) and envelope.is_token(one)]


def _plain(address: str) -> str:
    """As it is sent to; what cannot be an address stays as it was typed, and the gate says so."""
    try:
        return clean_address(address.strip())
    except BadAddress:
        return address.strip()[:254]
