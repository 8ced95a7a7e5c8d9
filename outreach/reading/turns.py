"""The reader's turn at a mailbox, one commit each: whose it is, how far it has come, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from outreach.db import locked, write
from outreach.engines.imap.answers import Seen
from outreach.engines.imap.folders import Folder
from outreach.mail.models import Mailbox, MailFolder, Message
from outreach.mail.moves import remind, set_mailbox_state
from outreach.mail.rules import RESTORED, FolderRole, MailboxState, ReadState
from outreach.reading import moves, queries
from outreach.reading.queries import KnownFolder
from outreach.reminders.rules import ReminderKind

POLL = timedelta(minutes=5)
RETRY = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
RECONCILE = timedelta(days=1)


class Lost(Exception):
    """Another reader has the mailbox now; this one stops."""


@dataclass(frozen=True)
class Place:
    """Where a batch comes from: the mailbox under its fence, and the folder."""

    mailbox_id: int
    fence: int
    folder_id: int
    role: FolderRole
    instance: Path


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
            hold(mailbox_id, fence, now=now)
            for role, name in wanted.items():
                moves.folder_of(mailbox_id, role, name)
        known = queries.folders(mailbox_id)
    return [each for each in known if each.role in wanted]


def begin_folder(place: Place, seen: Seen, last_uid: int, total: int, *, now: datetime) -> None:
    """A folder that is read for the first time, or anew: from `last_uid` on, `total` mails ahead."""
    with write() as here:
        hold(place.mailbox_id, place.fence, now=now)
        folder = here.get_one(MailFolder, place.folder_id)
        folder.uidvalidity, folder.last_uid = seen.uidvalidity, last_uid
        here.get_one(Mailbox, place.mailbox_id).read_total += total


def finish_folder(place: Place, last_uid: int, *, now: datetime) -> None:
    """The folder is read to its end."""
    with write() as here:
        hold(place.mailbox_id, place.fence, now=now)
        folder = here.get_one(MailFolder, place.folder_id)
        folder.last_uid, folder.read_at = max(folder.last_uid, last_uid), now


def finish(mailbox_id: int, fence: int, *, now: datetime, reconciled: bool) -> None:
    """Everything is read: the first sync is over, a restored mailbox may send again."""
    with write():
        hold(mailbox_id, fence, now=now)
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
        hold(place.mailbox_id, place.fence, now=now)
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


def hold(mailbox_id: int, fence: int, *, now: datetime) -> None:
    if not moves.keep_mailbox(mailbox_id, fence, now=now):
        raise Lost
