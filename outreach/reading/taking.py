"""Taking mail in, a batch a commit: what each mail is, whose, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from outreach.consent import opt_outs
from outreach.db import locked, session, write
from outreach.letter.kinds import Kind, Reading
from outreach.letter.mail import Mail
from outreach.letter.thread import Thread
from outreach.mail import keeping
from outreach.mail import queries as mail_queries
from outreach.mail.models import Mailbox, MailFolder, Message
from outreach.mail.models import Thread as Conversation
from outreach.mail.rules import FolderRole, LetterKind, MessageState, ReadingKind, ReadState
from outreach.pitches import letter_moves
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.reading import arriving, following, forgotten, matching, moves, queries, rules, surroundings
from outreach.reading.arriving import Arrived
from outreach.reading.matching import Match
from outreach.reading.surroundings import Letter, Surroundings
from outreach.reading.turns import Lost, Place, hold
from outreach.sending import moves as sending_moves
from outreach.sending import queries as sending_queries

log = structlog.get_logger("outreach.reading")


def take_in(place: Place, mails: Sequence[Arrived], *, now: datetime) -> int:
    """Keep what is kept of a batch, let follow what follows, and move the last uid: one commit. Gives how many are kept.

    When one of them cannot be kept, each is taken in alone, and that one as bytes only: the sync goes on.
    """
    try:
        return _take_in(place, mails, now=now)
    except Lost:
        raise
    except Exception as error:
        log.warning("a batch could not be taken in", error=type(error).__name__, mails=len(mails))
    return sum(_alone(place, arrived, now=now) for arrived in mails)


def _alone(place: Place, arrived: Arrived, *, now: datetime) -> int:
    try:
        return _take_in(place, [arrived], now=now)
    except Lost:
        raise
    except Exception as error:
        log.error("a mail could not be taken in", uid=arrived.uid, exc_info=error)
        return _take_in(place, [_poison(arrived, error)], now=now)


def _poison(arrived: Arrived, error: Exception) -> Arrived:
    problem = arriving.POISON.format(type(error).__name__)
    return Arrived(
        arrived.uid, arrived.raw, arrived.size, arrived.received_at, arrived.is_cut, arrived.is_sent, Mail(()),
        Thread("", "", (), ""), arrived.known_by, "", "", problem,
    )  # fmt: skip


def _take_in(place: Place, mails: Sequence[Arrived], *, now: datetime) -> int:
    newest = max(each.uid for each in mails)
    mails, refused = forgotten.sorted_out(mails)
    around, own = surroundings.surroundings(mails, now=now), queries.own_addresses()
    mailbox = session().get_one(Mailbox, place.mailbox_id)
    known = queries.known_among(place.mailbox_id, [each.known_by for each in mails])
    judged = [
        (each, *_judge(each, around, mailbox, own, place, now=now))
        for each in mails
        if each.known_by not in known
    ]
    kept = 0
    with write() as here:
        hold(place.mailbox_id, place.fence, now=now)
        mailbox = here.get_one(Mailbox, place.mailbox_id)
        passed = [*refused, *(each for each in mails if each.known_by in known)]
        taken: set[str] = set()
        for arrived, reading, match in judged:
            is_new = arrived.known_by not in taken
            taken.add(arrived.known_by)
            if is_new and _keep(arrived, reading, match, around, mailbox, place, now=now):
                kept += 1
            else:
                passed.append(arrived)
        hashes = queries.hashed([each.known_by for each in passed])
        moves.pass_over(place.folder_id, [(each.uid, hashes[each.known_by]) for each in passed])
        folder = here.get_one(MailFolder, place.folder_id)
        folder.last_uid = max(folder.last_uid, newest)
        if mailbox.read_state is ReadState.FIRST:
            mailbox.read_done += len(mails) + len(refused)
    return kept


def _judge(
    arrived: Arrived, around: Surroundings, mailbox: Mailbox, own: set[str], place: Place, *, now: datetime
) -> tuple[Reading, Match | None]:  # fmt: skip
    """What it is and whose, before the write begins: this is the slow part."""
    in_sent = place.role is FolderRole.SENT
    ours = matching.is_ours(arrived, around, own, in_sent=in_sent)
    is_team = arrived.sender in own  # a colleague's word in the thread is not the other side's
    first = None if ours or is_team else matching.is_answer(arrived, around, mailbox, now=now)
    texts = queries.letters_of(first.letter.thread_id if first and first.letter else None)
    reading = arriving.judged(arrived, is_ours=ours, is_answer=first is not None, sent_texts=texts)
    if ours:
        return reading, matching.own(arrived, around)
    return reading, matching.find(arrived, reading, around, first, now=now)


def _keep(
    arrived: Arrived, reading: Reading, match: Match | None, around: Surroundings, mailbox: Mailbox, place: Place,
    *, now: datetime,
) -> bool:  # fmt: skip
    """Keep one mail and let follow what follows; False when it is none of our business."""
    if reading.kind is Kind.OURS:
        return _ours(arrived, match, around, mailbox, place, now=now)
    token = rules.unsubscribe_token(arrived.mail)
    said_no = opt_outs.known_by(token) if token else None
    is_personal = mailbox.reading_kind is ReadingKind.PERSONAL
    if is_personal and said_no is None and not matching.keeps(match, reading):
        return False
    raw_file = keeping.keep(place.instance, arrived.raw)
    message = moves.keep(arrived, reading, match, mailbox, place.folder_id, raw_file, now=now)
    _into_thread(message, now=now)
    _believe(message, arrived)
    if match is not None and match.letter is not None and match.letter.is_ours:
        _settle(match.letter, now=now)
    is_second = _is_second(arrived, around, mailbox)
    if said_no is not None and said_no.address is not None:
        following.say_no_by_token(said_no.address, message, now=now)
        message.what, message.what_reason = Kind.UNSUBSCRIBE, "it carries the token of one of our letters"
    elif not is_second:
        following.follow(message, mailbox, by=None, now=now)
    if is_second or message.what in rules.BY_ITSELF or rules.is_mailing(arrived.mail):
        message.handled_at = now
    return True


def _into_thread(message: Message, *, now: datetime) -> None:
    """A mail of a pitch lies in its conversation, which it may begin."""
    pitch = _pitch(message.pitch_id) if message.thread_id is None else None
    if pitch is not None:
        message.thread_id = sending_moves.thread_for(pitch, message.subject, now=now).id
    thread = session().get(Conversation, message.thread_id) if message.thread_id else None
    if thread is not None and message.received_at is not None:
        thread.last_at = max(thread.last_at, message.received_at)


def _is_second(arrived: Arrived, around: Surroundings, mailbox: Mailbox) -> bool:
    """Did the same mail come into another mailbox of ours before? Then all has followed already."""
    first = around.by_id.get(arrived.thread.message_id)
    if first is None or first.is_ours or first.thread_id is None:
        return False
    return first.mailbox_id != mailbox.id


def _believe(message: Message, arrived: Arrived) -> None:
    """Of a report's recipients those count beside our letter's that we wrote to of late, when the null sender says so."""
    if message.report and rules.has_null_sender(arrived.mail):
        since = arrived.received_at - rules.REPORT_DAYS
        message.report = [
            {**one, "believed": queries.written_since(str(one["address"]), since)} for one in message.report
        ]  # fmt: skip


def _settle(letter: Letter, *, now: datetime) -> None:
    """They answer it, or it came back: so it left, whatever its row says."""
    if letter.state is MessageState.SENT:
        return
    row = locked(Message, letter.id)
    if row is not None:
        sending_moves.found_sent(row, _pitch(row.pitch_id), at=row.sent_at or letter.at or now, now=now)


def _ours(
    arrived: Arrived, match: Match | None, around: Surroundings, mailbox: Mailbox, place: Place, *, now: datetime
) -> bool:  # fmt: skip
    """A copy of a letter of ours settles it; a letter from another program goes onto the timeline."""
    known = around.by_id.get(arrived.thread.message_id)
    if known is None:
        tokens = (arrived.mail.get("x-outreach-id").strip(),)
        known = next((around.by_token[token] for token in tokens if token in around.by_token), None)
    if known is not None and known.is_ours:
        row = locked(Message, known.id)
        if row is not None:
            sending_moves.found_sent(row, _pitch(row.pitch_id), at=arriving.moment_of(arrived), now=now)
        return False
    if known is not None or match is None:
        return False
    _elsewhere(arrived, match, mailbox, place, now=now)
    return True


def _elsewhere(arrived: Arrived, match: Match, mailbox: Mailbox, place: Place, *, now: datetime) -> None:
    pitch = _pitch(match.pitch_id)
    talk = mail_queries.conversation(pitch.id) if pitch else []
    at = arriving.moment_of(arrived)
    kind = (
        sending_queries.kind_of(pitch, [m for m in talk if (_at(m) or at) < at])
        if pitch
        else LetterKind.ANSWER
    )
    raw_file = keeping.keep(place.instance, arrived.raw)
    opaque = arrived.mail.get("x-outreach-id").strip()[:64] or None
    message = moves.keep_own(
        arrived, match, pitch, kind, mailbox, place.folder_id, raw_file, opaque_id=opaque, now=now
    )  # fmt: skip
    if pitch is not None and message.thread_id is None:
        message.thread_id = sending_moves.thread_for(pitch, message.subject, now=at).id
    moves.tell("mail.elsewhere", message, by=mailbox.owner_id, now=now)
    for theirs in talk:
        if theirs.what is Kind.HUMAN and theirs.handled_at is None and (theirs.received_at or at) < at:
            theirs.handled_at = now
    if pitch is not None and _is_newest(pitch, at):
        project = session().get_one(Project, pitch.project_id)
        letter_moves.contacted(
            pitch, now=at, today=following.today_of(pitch, at), follow_up_days=project.follow_up_days,
            is_follow_up=kind is LetterKind.FOLLOW_UP,
        )  # fmt: skip


def _is_newest(pitch: Pitch, at: datetime) -> bool:
    return all(before is None or before < at for before in (pitch.last_out_at, pitch.last_in_at))


def _at(message: Message) -> datetime | None:
    return message.sent_at or message.received_at or message.queued_at


def _pitch(pitch_id: int | None) -> Pitch | None:
    return sending_queries.whole_pitch(pitch_id) if pitch_id is not None else None
