"""One commit each: taking mail in, how the reading goes, and what a person says of a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from outreach.accounts.models import User
from outreach.consent import opt_outs
from outreach.db import locked, session, write
from outreach.engines.imap.answers import Seen
from outreach.engines.imap.folders import Folder
from outreach.letter.kinds import Kind, Reading
from outreach.letter.mail import Mail
from outreach.letter.thread import Thread
from outreach.mail import keeping
from outreach.mail import queries as mail_queries
from outreach.mail.models import Mailbox, MailFolder, Message
from outreach.mail.models import Thread as Conversation
from outreach.mail.moves import remind, set_mailbox_state
from outreach.mail.rules import (
    RESTORED,
    FolderRole,
    LetterKind,
    MailboxState,
    MatchedBy,
    MessageState,
    Placing,
    ReadingKind,
    ReadState,
)
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.reading import arriving, following, forgotten, matching, moves, queries, rules
from outreach.reading.arriving import Arrived
from outreach.reading.matching import Letter, Match, Surroundings
from outreach.reading.queries import KnownFolder
from outreach.reminders.rules import ReminderKind
from outreach.sending import moves as sending_moves
from outreach.sending import queries as sending_queries

log = structlog.get_logger("outreach.reading")

POLL = timedelta(minutes=5)
RETRY = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
RECONCILE = timedelta(days=1)


class Lost(Exception):
    """Another reader has the mailbox now; this one stops."""


class NotPossible(Exception):
    """What was asked is not possible any more; the text says why."""


@dataclass(frozen=True)
class Place:
    """Where a batch comes from: the mailbox under its fence, and the folder."""

    mailbox_id: int
    fence: int
    folder_id: int
    role: FolderRole
    instance: Path


# The reader's turn


def take_mailbox(mailbox_id: int, *, now: datetime) -> int | None:
    """Become its one reader; the fencing token, or None."""
    with write() as here:
        fence = moves.take_mailbox(mailbox_id, now=now)
        mailbox = here.get_one(Mailbox, mailbox_id, populate_existing=True)
        if fence is not None and mailbox.read_state is ReadState.OFF:
            mailbox.read_from = queries.first_sending(mailbox)
            mailbox.read_done = mailbox.read_total = 0
            moves.forget_folders(mailbox_id)
            moves.set_read_state(mailbox, ReadState.FIRST, "", now=now)
        return fence


def open_folders(mailbox_id: int, fence: int, found: Sequence[Folder], *, now: datetime) -> list[KnownFolder]:
    """The folders that are read, Sent first, as their rows say it; what the server has anew gets its row."""
    wanted = {FolderRole(each.role.value): each.name for each in found}
    known = queries.folders(mailbox_id)
    if not wanted.items() <= {each.role: each.name for each in known}.items():
        with write():
            _hold(mailbox_id, fence, now=now)
            for role, name in wanted.items():
                moves.folder_of(mailbox_id, role, name)
        known = queries.folders(mailbox_id)
    return [each for each in known if each.role in wanted]


def begin_folder(place: Place, seen: Seen, last_uid: int, total: int, *, now: datetime) -> None:
    """A folder that is read for the first time, or anew: from `last_uid` on, `total` mails ahead."""
    with write() as here:
        _hold(place.mailbox_id, place.fence, now=now)
        folder = here.get_one(MailFolder, place.folder_id)
        folder.uidvalidity, folder.last_uid = seen.uidvalidity, last_uid
        here.get_one(Mailbox, place.mailbox_id).read_total += total


def finish_folder(place: Place, last_uid: int, *, now: datetime) -> None:
    """The folder is read to its end."""
    with write() as here:
        _hold(place.mailbox_id, place.fence, now=now)
        folder = here.get_one(MailFolder, place.folder_id)
        folder.last_uid, folder.read_at = max(folder.last_uid, last_uid), now


def finish(mailbox_id: int, fence: int, *, now: datetime, reconciled: bool) -> None:
    """Everything is read: the first sync is over, a restored mailbox may send again."""
    with write():
        _hold(mailbox_id, fence, now=now)
        mailbox = locked(Mailbox, mailbox_id)
        assert mailbox is not None
        moves.set_read_state(mailbox, ReadState.CURRENT, "", now=now)
        mailbox.read_at = now
        if reconciled:
            mailbox.reconciled_at = now
        if mailbox.settle_from is not None:
            mailbox.settle_from = None
            if mailbox.state is MailboxState.PAUSED and mailbox.state_reason.startswith(RESTORED):
                set_mailbox_state(mailbox, MailboxState.ACTIVE, "", by=None, now=now)
        moves.release_mailbox(mailbox_id, fence, now + POLL)


def fail(mailbox_id: int, fence: int, words: str, *, is_refused: bool, now: datetime) -> None:
    """It could not be read: tried again soon; a refused log-in waits for its owner, who is told once."""
    with write():
        mailbox = locked(Mailbox, mailbox_id)
        if mailbox is None or mailbox.read_fence != fence:
            return
        state = ReadState.REFUSED if is_refused else ReadState.TROUBLE
        is_first = mailbox.read_state is ReadState.FIRST and not is_refused
        if is_first:
            mailbox.read_reason = words[:500]
        elif moves.set_read_state(mailbox, state, words, now=now) and is_refused and mailbox.owner_id:
            said = f"The mail of {mailbox.address} cannot be read"
            about = ("mailbox", mailbox.id)
            remind(mailbox.owner_id, ReminderKind.MAILBOX, said, about, now=now, reason=words)
        moves.release_mailbox(mailbox_id, fence, now + (RETRY[-1] if is_refused else RETRY[1]))


def look_again(mailbox_id: int, *, now: datetime) -> None:
    """News: it is read at the next turn."""
    with write() as here:
        mailbox = here.get(Mailbox, mailbox_id)
        if mailbox is not None:
            mailbox.read_due_at = now


def rename_uids(place: Place, seen: Seen, uids: dict[int, str], last_uid: int, *, now: datetime) -> list[int]:
    """The server has forgotten its uids: mails that are known by their hash get the new ones, without an event.

    `uids` are the new uids of the last days with the hash of each; gives those that nobody has seen yet.
    """
    with write() as here:
        _hold(place.mailbox_id, place.fence, now=now)
        kept = queries.known_among(place.mailbox_id, uids.values())
        passed, hashes = queries.passed_hashes(place.folder_id), queries.hashed(list(uids.values()))
        fresh, again = [], []
        for uid, known_by in uids.items():
            if known_by in kept:
                row = here.get_one(Message, kept[known_by])
                row.folder_id, row.uid = place.folder_id, uid
            elif hashes[known_by] in passed:
                again.append((uid, hashes[known_by]))
            else:
                fresh.append(uid)
        moves.forget_passed(place.folder_id)
        moves.pass_over(place.folder_id, again)
        folder = here.get_one(MailFolder, place.folder_id)
        folder.uidvalidity, folder.last_uid = seen.uidvalidity, min([*fresh, last_uid + 1]) - 1
    return fresh


# Taking mail in


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
    around, own = matching.surroundings(mails, now=now), queries.own_addresses()
    mailbox = session().get_one(Mailbox, place.mailbox_id)
    known = queries.known_among(place.mailbox_id, [each.known_by for each in mails])
    judged = [
        (each, *_judge(each, around, mailbox, own, place, now=now))
        for each in mails
        if each.known_by not in known
    ]
    kept = 0
    with write() as here:
        _hold(place.mailbox_id, place.fence, now=now)
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
        pitch_moves.contacted(
            pitch, now=at, today=following.today_of(pitch, at), follow_up_days=project.follow_up_days,
            is_follow_up=kind is LetterKind.FOLLOW_UP,
        )  # fmt: skip


def _is_newest(pitch: Pitch, at: datetime) -> bool:
    return all(before is None or before < at for before in (pitch.last_out_at, pitch.last_in_at))


def _at(message: Message) -> datetime | None:
    return message.sent_at or message.received_at or message.queued_at


def _pitch(pitch_id: int | None) -> Pitch | None:
    return sending_queries.whole_pitch(pitch_id) if pitch_id is not None else None


def _hold(mailbox_id: int, fence: int, *, now: datetime) -> None:
    if not moves.keep_mailbox(mailbox_id, fence, now=now):
        raise Lost


# What a person says


def correct(message_id: int, kind: Kind, *, by: User, now: datetime) -> list[str]:
    """It is another kind of mail: what had followed is taken back, what follows from the right kind follows.

    Gives in words what could not be taken back. Raises NotPossible.
    """
    with write() as here:
        message = to_decide(message_id, by)
        if message.what is kind:
            return []
        was, mailbox = message.what, here.get_one(Mailbox, message.mailbox_id)
        left = following.undo(message, by=by, now=now)
        message.what, message.what_reason = kind, f"{by.name} said so"
        message.handled_at = now if kind in rules.BY_ITSELF else None
        message.handled_by_id = by.id if kind in rules.BY_ITSELF else None
        moves.tell(
            "mail.corrected", message, by=by.id, now=now, before=was.value if was else "", after=kind.value
        )
        following.follow(message, mailbox, by=by.id, now=now)
        return left


def place(message_id: int, pitch_id: int, *, by: User, now: datetime) -> None:
    """A person says whose mail it is (or yes to the proposal): it goes to that pitch, and what follows follows.

    Raises NotPossible.
    """
    with write() as here:
        message = to_decide(message_id, by)
        pitch = sending_queries.pitch_to_write(by, pitch_id)
        if pitch is None:
            raise NotPossible("There is no such pitch, or it is not yours to write for.")
        left = following.undo(message, by=by, now=now)
        thread = sending_moves.thread_for(pitch, message.subject, now=now)
        letter = queries.last_letter(pitch.id)
        message.thread_id, message.pitch_id, message.project_id = thread.id, pitch.id, pitch.project_id
        message.person_id = queries.person_at(message.from_address)
        message.about_id = letter.id if letter else message.about_id
        message.placing, message.matched_by = Placing.MATCHED, MatchedBy.HAND
        message.match_reason, message.handled_at = f"{by.name} said so", None
        moves.tell("mail.placed", message, by=by.id, now=now, left=len(left))
        following.follow(message, here.get_one(Mailbox, message.mailbox_id), by=by.id, now=now)
        if message.what in rules.BY_ITSELF:
            message.handled_at = now


def refuse(message_id: int, *, by: User, now: datetime) -> list[str]:
    """It is not theirs, as was proposed or said: what had followed is taken back, and the mail is nobody's.

    Gives in words what could not be taken back. Raises NotPossible.
    """
    with write():
        message = to_decide(message_id, by)
        if message.placing not in (Placing.PROPOSED, Placing.MATCHED):
            raise NotPossible("This mail is nobody's already.")
        moves.tell("mail.refused", message, by=by.id, now=now)
        left = following.undo(message, by=by, now=now)
        message.placing, message.matched_by, message.about_id = Placing.UNMATCHED, None, None
        message.thread_id = message.pitch_id = message.project_id = message.person_id = None
        message.match_reason, message.handled_at = f"{by.name} said that it is not theirs", None
        return left


def handle(message_id: int, is_handled: bool, *, by: User, now: datetime) -> None:
    """Nobody has to look at it any more (or again). Raises NotPossible."""
    with write():
        message = to_decide(message_id, by)
        message.handled_at, message.handled_by_id = (now, by.id) if is_handled else (None, None)
        moves.tell("mail.handled", message, by=by.id, now=now)


def see(message_id: int, *, by: User, now: datetime) -> None:
    """Somebody has opened it."""
    with write():
        message = queries.message(by, message_id)
        if message is not None and message.seen_at is None:
            message.seen_at = now


def to_decide(message_id: int, by: User) -> Message:
    """A mail that `by` may decide about, locked: of a project that they write in, or their mailbox's own."""
    found = queries.message(by, message_id)
    if found is None:
        raise NotPossible("There is no such mail.")
    if found.project_id is not None and not queries.may_write(by, found.project_id):
        raise NotPossible("You may read this mail, but not decide about it.")
    message = locked(Message, found.id)
    assert message is not None
    return message
