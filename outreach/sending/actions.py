"""What happens to letters, one commit each: queue, take back, take, begin, settle, and what a person decides later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.consent import moves as consent_moves
from outreach.consent import opt_outs
from outreach.consent.rules import SuppressionReason
from outreach.db import locked, session, write
from outreach.engines.smtp import Outcome, Refused, Sent, Trouble, Unknown, Withheld
from outreach.kit.address import BadAddress, clean_address
from outreach.mail import envelope, files, merge, token_moves
from outreach.mail import queries as mail_queries
from outreach.mail.merge import Draft
from outreach.mail.models import LetterFile, Mailbox, Message
from outreach.mail.rules import Direction, LetterKind, LoginBy, MailboxState, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.sending import draft_moves, gathering, letters, moments, moves, queries, retry
from outreach.sending.copies import Answer
from outreach.sending.gate import blocking, gate
from outreach.sending.letters import Written
from outreach.sending.rules import Finding, Rule

ALREADY = "A letter of this pitch waits to leave. Take it back, or let it go first."
"""One letter of a pitch at a time: so the same form sent twice is one letter."""
ABOUT_TEXT = {Rule.POSTAL_ADDRESS, Rule.IDENTITY, Rule.OPT_OUT}
FAR = timedelta(days=1)
TRIES_A_TURN = 20
"""Letters that are looked at in one turn for one that may leave now."""


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


@dataclass(frozen=True)
class Queued:
    """It is in the queue, and may leave from `due_at` on."""

    message_id: int
    due_at: datetime


class NotPossible(Exception):
    """What was asked is not possible any more; the text says why."""


# Writing


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
    findings = _findings(message, mailbox, pitch, written, now=now, has_file=bool(attached))
    raw = b""
    if written.is_whole and not any(
        f.rule in (Rule.HEADER_INJECTION, Rule.INVALID_ADDRESS) for f in findings
    ):
        raw = letters.bytes_of(message, mailbox, queries.workspace().base_url, at=now, attached=attached)
    at = moments.leaves_at(message, mailbox, _zone_of(pitch), now=now)
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


def queue(
    pitch_id: int, mailbox_id: int, draft: Draft, *, by: User, now: datetime, to_address: str, undo: timedelta,
    template_version_id: int | None = None, overruled: Mapping[str, str] | None = None, draft_id: int | None = None,
    is_part: bool = False,
) -> Queued | Looked:  # fmt: skip
    """Queue a letter, or give back what stands against it (which is kept in the diary).

    It waits `undo` at least. Raises NotPossible when the pitch or mailbox is gone. `is_part`: of a larger action, which commits.
    """
    with nullcontext(session()) if is_part else write():
        locked(Pitch, pitch_id)
        pitch, mailbox = queries.pitch_to_write(by, pitch_id), mail_queries.mailbox(by, mailbox_id)
        if pitch is None or mailbox is None:
            raise NotPossible("The pitch or the mailbox is no longer yours to write from.")
        message, written = compose(
            pitch, mailbox, draft, by=by, now=now, to_address=to_address,
            template_version_id=template_version_id, overruled=overruled or {},
        )  # fmt: skip
        kept = queries.draft_of(by, pitch.id, draft_id)
        attached = files.of(kept.id if kept else None)
        findings = _findings(message, mailbox, pitch, written, now=now, has_file=bool(attached))
        if not written.is_whole or blocking(findings, at_queue=True):
            moves.refused(pitch, findings, by=by.id, now=now)
            return Looked(message, written, findings, attached=attached)
        thread = moves.thread_for(pitch, message.subject, now=now)
        if not thread.subject or (message.kind is LetterKind.FIRST and thread.pitch_id == pitch.id):
            thread.subject = message.subject
        message.thread_id = thread.id
        message = draft_moves.become(kept, message)
        if message.opt_out_token:
            opt_outs.open_for(message.to_address, message.opt_out_token, now=now)
        moves.queue(message, due_at=now + undo, by=by, now=now)
        at = moments.leaves_at(message, mailbox, _zone_of(pitch), now=now + undo)
        message.due_at = at or now + FAR
        return Queued(message.id, message.due_at)


def take_back(message_id: int, *, by: User, now: datetime) -> int | None:
    """The toast's Undo: a queued letter becomes a draft again; gives its pitch. Raises NotPossible once it was taken."""
    with write():
        message = _own_letter(by, message_id)
        if message.state is not MessageState.QUEUED:
            raise NotPossible("It is too late to take this letter back: it is on its way.")
        moves.change(message, MessageState.DRAFT, "letter.taken_back", by=by.id, now=now)
        draft_moves.write_again(message)
        return message.pitch_id


def cancel(message_id: int, *, by: User, now: datetime) -> list[str]:
    """A person does not want it sent. Raises NotPossible when it is on its way or has left.

    Gives the references of files to remove: those of a draft go with it.
    """
    with write():
        message = _own_letter(by, message_id)
        if message.state not in (
            MessageState.QUEUED,
            MessageState.HELD,
            MessageState.FAILED,
            MessageState.DRAFT,
        ):
            raise NotPossible("It is too late to cancel this letter.")
        was_draft = message.state is MessageState.DRAFT
        moves.change(
            message,
            MessageState.CANCELLED,
            "letter.cancelled",
            by=by.id,
            now=now,
            reason="Cancelled by hand.",
        )
        return files.drop(message.id) if was_draft else []


def release(message_id: int, *, by: User, now: datetime) -> list[Finding]:
    """Try a held or failed letter again; gives what still stands against it (then it stays as it is)."""
    with write():
        message = _own_letter(by, message_id)
        if message.state not in (MessageState.HELD, MessageState.FAILED):
            raise NotPossible("Only a held or failed letter can be tried again.")
        mailbox, pitch = _mailbox_of(message), _pitch_of(message)
        findings = [f for f in gate(gathering.facts(message, mailbox, pitch, now=now)) if f.hard]
        if findings:
            return findings
        moves.queue(message, due_at=now, by=by, now=now)
        return []


def settle_unknown(message_id: int, was_sent: bool, *, by: User, now: datetime) -> None:
    """A person says whether an unknown letter went out; if not, it goes again with the same Message-ID."""
    with write():
        message = _own_letter(by, message_id)
        if message.state is not MessageState.UNKNOWN:
            raise NotPossible("This letter is no longer unsettled.")
        if was_sent:
            attempt = moves.last_attempt(message)
            moves.sent(message, _pitch_of(message), at=(attempt and attempt.data_at) or now, by=by.id)
        else:
            moves.change(message, MessageState.QUEUED, "letter.again", by=by.id, now=now)
            message.due_at = now


def opt_out(token: str, *, now: datetime) -> bool:
    """They say no: the address is suppressed and all that waits for it is cancelled. False for an unknown token."""
    with write():
        row = opt_outs.known_by(token)
        if row is None or row.address is None:
            return row is not None
        row.used_at = row.used_at or now
        consent_moves.suppress(
            row.address, reason=SuppressionReason.UNSUBSCRIBED, by=None, now=now, source="List-Unsubscribe"
        )  # fmt: skip
        moves.cancel_queued("They unsubscribed.", by=None, now=now, address=row.address)
        for pitch in _pitches_written_to(row.address):
            pitch_moves.move(pitch, Stage.SUPPRESSED, by=None, now=now, today=now.date())
        return True


# Sending: called by the worker between the stages of the talk with the server


def take_mailbox(mailbox_id: int, *, now: datetime) -> int | None:
    """Become its one sender; the fencing token, or None."""
    with write():
        return moves.take_mailbox(mailbox_id, now=now)


def release_mailbox(mailbox_id: int, fence: int) -> None:
    """Let the next sender have it."""
    with write():
        moves.release_mailbox(mailbox_id, fence)


def take_next(
    mailbox_id: int, fence: int, *, now: datetime, on_dry_run: Callable[[Message, Mailbox], None]
) -> int | None:
    """Take the next letter that may leave now; those that may not are moved to their moment, held or cancelled.

    None when there is none left, or the mailbox was lost. `on_dry_run` keeps the bytes of a letter that a dry run holds.
    """
    with write() as here:
        if not moves.keep_mailbox(mailbox_id, fence, now=now):
            return None
        mailbox = here.get_one(Mailbox, mailbox_id, populate_existing=True)
        urgent = sa.case(
            (Message.kind == LetterKind.SYSTEM, 0), (Message.kind == LetterKind.ANSWER, 1), else_=2
        )
        waiting = queries.due(now).where(Mailbox.id == mailbox_id)
        sent = moments.sent_moments(mailbox_id, now=now)
        is_gap_over = moments.gap_ends(mailbox, sent, now=now) <= now
        ordered = waiting.order_by(urgent, Message.due_at, Message.id).limit(TRIES_A_TURN)
        found: list[int] = list(here.scalars(ordered.with_only_columns(Message.id)))
        for message_id in found:
            message = here.get_one(Message, message_id)
            pitch = _pitch_of(message)
            if message.kind is not LetterKind.SYSTEM and not is_gap_over:
                return None
            if not _may_go(message, mailbox, pitch, sent, now=now) or not moves.take_letter(
                message.id, fence, now=now
            ):
                continue
            here.refresh(message)
            if _passes(message, mailbox, pitch, now=now, on_dry_run=on_dry_run):
                return message.id
        return None


def _may_go(
    message: Message, mailbox: Mailbox, pitch: Pitch | None, sent: list[datetime], *, now: datetime
) -> bool:
    """Caps and window; a letter that has to wait gets its moment, so that it is not looked at before."""
    at = moments.leaves_at(message, mailbox, _zone_of(pitch), now=now, sent=sent)
    if at is None or at > now:
        message.due_at = at or now + FAR
        return False
    return True


def _passes(
    message: Message, mailbox: Mailbox, pitch: Pitch | None, *, now: datetime,
    on_dry_run: Callable[[Message, Mailbox], None],
) -> bool:  # fmt: skip
    """The gate, before the server is even called; a letter that it stops is held or cancelled."""
    finding = blocking(gate(gathering.facts(message, mailbox, pitch, now=now)), at_queue=False)
    if finding is None:
        return True
    moves.stop(message, finding, now=now)
    if finding.rule is Rule.DRY_RUN:
        on_dry_run(message, mailbox)
    return False


def begin(message_id: int, fence: int, raw: bytes, *, now: datetime) -> bool:
    """The gate once more, and `sending`, in one commit; False calls the letter off before a word of it is out."""
    with write():
        message = locked(Message, message_id)
        if message is None or message.state is not MessageState.TAKEN or message.fence != fence:
            return False
        if not moves.keep_mailbox(message.mailbox_id or 0, fence, now=now, lease=moves.TALK):
            return False
        facts = gathering.facts(message, _mailbox_of(message), _pitch_of(message), now=now)
        finding = blocking(gate(facts), at_queue=False)
        if finding is not None:
            moves.stop(message, finding, now=now)
            return False
        moves.begin(message, raw, now=now)
        return True


def settle(message_id: int, fence: int, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what came of a try; True when the mailbox may go on with the next letter."""
    with write():
        message = locked(Message, message_id)
        if message is None or message.fence != fence:
            return False
        if message.state not in (MessageState.TAKEN, MessageState.SENDING, MessageState.UNKNOWN):
            return isinstance(outcome, Withheld)
        mailbox, pitch = _mailbox_of(message), _pitch_of(message)
        attempt = moves.last_attempt(message)
        after = retry.aftermath(
            outcome, tries=message.attempts, first_at=_first_try(message) if isinstance(outcome, Refused) else now, back_off_step=mailbox.backoff_step, now=now
        )  # fmt: skip
        if mailbox.login_by is not LoginBy.PASSWORD and after.mailbox is MailboxState.STOPPED:
            after = retry.with_a_new_token(after, mailbox.backoff_step)
            if after.mailbox is None:
                token_moves.distrust(mailbox, now=now)
        _close(message, outcome, now=now)
        if isinstance(outcome, Withheld):
            moves.change(message, MessageState.QUEUED, "letter.put_off", by=None, now=now)
            return False
        if after.state is MessageState.SENT:
            moves.sent(message, pitch, at=(attempt and attempt.data_at) or now)
        elif message.state is not MessageState.UNKNOWN:
            moves.apply(message, pitch, after, now=now)
        moves.mailbox_after(mailbox, after, now=now)
        return after.back_off is None and after.mailbox is None


def settle_cut_off(now: datetime, *, was_captured: Callable[[Message], bool]) -> int:
    """Letters whose sender died: before `sending` they go again by themselves; after it nobody knows.

    A capturing mailbox can be asked: the file is there, or it is not.
    """
    with write() as here:
        found = list(here.scalars(queries.cut_off(now).order_by(Message.id).limit(50).with_for_update()))
        for message in found:
            pitch = _pitch_of(message)
            if message.state is MessageState.TAKEN:
                moves.close_attempt(message, "cut_off", now=now)
                moves.change(message, MessageState.QUEUED, "letter.put_off", by=None, now=now)
            elif was_captured(message):
                moves.close_attempt(message, "sent", now=now)
                moves.sent(message, pitch, at=now)
            else:
                moves.close_attempt(message, "unknown", now=now)
                moves.unknown(message, "The program was cut off while it was sending.", now=now)
        return len(found)


def take_looks(limit: int, *, now: datetime) -> dict[int, list[int]]:
    """Letters whose Sent folder is to be asked now, by mailbox."""
    with write() as here:
        taken = moves.take_looks(limit, now=now)
        rows = here.execute(sa.select(Message.mailbox_id, Message.id).where(Message.id.in_(taken)))
        found: dict[int, list[int]] = {}
        for mailbox_id, message_id in rows.all():
            if mailbox_id is not None:
                found.setdefault(mailbox_id, []).append(message_id)
        return found


def looked(message_id: int, answer: Answer, *, now: datetime) -> None:
    """Write down what the Sent folder said; a letter that a person has settled meanwhile stays as it is."""
    with write():
        message = locked(Message, message_id)
        if message is None or message.state not in (MessageState.SENT, MessageState.UNKNOWN):
            return
        moves.looked(message, _mailbox_of(message), _pitch_of(message), answer, now=now)


# Parts


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


def _findings(
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


def _own_letter(by: User, message_id: int) -> Message:
    """A letter that `by` may decide about, locked. Raises NotPossible."""
    message = mail_queries.message(by, message_id)
    if message is None or message.direction is not Direction.OUT:
        raise NotPossible("There is no such letter.")
    found = locked(Message, message.id)
    if found is None:
        raise NotPossible("There is no such letter.")
    return found


def _mailbox_of(message: Message) -> Mailbox:
    return session().get_one(Mailbox, message.mailbox_id)


def _pitch_of(message: Message) -> Pitch | None:
    return queries.whole_pitch(message.pitch_id) if message.pitch_id is not None else None


def _zone_of(pitch: Pitch | None) -> str:
    return pitch.person.timezone if pitch and pitch.person else ""


def _first_try(message: Message) -> datetime:
    found = min((attempt.started_at for attempt in queries.attempts(message.id)), default=None)
    return found or message.created_at


def _pitches_written_to(address: str) -> list[Pitch]:
    """Open pitches that have got no further than talking, of letters to this address."""
    early = (Stage.IDEA, Stage.QUALIFIED, Stage.READY, Stage.CONTACTED, Stage.TALKING)
    query = (
        sa.select(Pitch)
        .where(
            Pitch.id.in_(sa.select(Message.pitch_id).where(Message.to_address == address)),
            Pitch.is_open,
            Pitch.stage.in_(early),
        )
        .with_for_update()
    )
    return list(session().scalars(query))


def _close(message: Message, outcome: Outcome, *, now: datetime) -> None:
    match outcome:
        case Sent():
            moves.close_attempt(message, "sent", now=now, code=outcome.code, text=outcome.text)
        case Refused():
            moves.close_attempt(
                message, "refused", now=now, stage=outcome.stage.value, code=outcome.code, text=outcome.text
            )  # fmt: skip
        case Trouble():
            moves.close_attempt(message, "trouble", now=now, stage=outcome.stage.value, text=outcome.text)
        case Unknown():
            moves.close_attempt(message, "unknown", now=now, text=outcome.text)
        case Withheld():
            moves.close_attempt(message, "withheld", now=now)
