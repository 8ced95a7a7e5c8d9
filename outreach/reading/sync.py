"""One turn of reading a mailbox.

1. Log in; find inbox, junk and sent.
2. Of each folder, Sent first: the uids since the last one. When the server has forgotten its uids (another
   UIDVALIDITY), the mails of 30 days are known again by their heads.
3. Fetch them in batches, take each apart, and hand the batch to one commit, which also moves the last uid: a crash
   repeats a batch, and changes nothing by it.
4. Once a day look whether anything of the last week was missed.

No transaction is open while the network is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from outreach.db import session
from outreach.engines.imap import Line, Seen, Server
from outreach.kit import clock
from outreach.letter.mail import read_mail
from outreach.mail.models import Mailbox
from outreach.mail.rules import FolderRole
from outreach.reading import actions, large, queries, rules
from outreach.reading.actions import Place
from outreach.reading.arriving import Arrived, taken_apart
from outreach.settings import Settings

log = structlog.get_logger("outreach.reading")

BATCH_MAILS = 50
BATCH_BYTES = 1_000_000
MISSED_DAYS = timedelta(days=7)
ONE_DAY = timedelta(days=1)


def read(mailbox_id: int, fence: int, server: Server, config: Settings) -> int:
    """Read all that is new; gives how many mails were kept. Raises imap.Trouble and actions.Lost."""
    with Line(server) as line:
        folders = actions.open_folders(mailbox_id, fence, line.folders(), now=clock.now())
        mailbox = session().get_one(Mailbox, mailbox_id)
        since, settle = mailbox.read_from or mailbox.created_at, mailbox.settle_from
        reconciles = mailbox.reconciled_at is None or clock.now() - mailbox.reconciled_at >= actions.RECONCILE
        kept = 0
        for folder in folders:
            place = Place(mailbox_id, fence, folder.id, folder.role, config.instance)
            name, uidvalidity, last_uid = folder.name, folder.uidvalidity, folder.last_uid
            session().rollback()
            kept += _folder(line, place, name, uidvalidity, last_uid, since)
            large.fetch_wanted(line, place, name)
            if settle is not None:
                kept += _again(line, place, settle - ONE_DAY)
            elif reconciles and uidvalidity:
                kept += _again(line, place, clock.now() - MISSED_DAYS)
    actions.finish(mailbox_id, fence, now=clock.now(), reconciled=reconciles)
    return kept


def _folder(
    line: Line, place: Place, name: str, uidvalidity: int, last_uid: int, since: datetime
) -> int:  # fmt: skip
    seen = line.examine(name)
    if not uidvalidity:
        uids = line.uids_since((since - ONE_DAY).date())
        actions.begin_folder(place, seen, 0, len(uids), now=clock.now())
    elif uidvalidity != seen.uidvalidity:
        log.info("uids were forgotten", mailbox_id=place.mailbox_id, folder=place.role.value)
        uids = _renamed(line, place, seen)
    else:
        uids = line.uids_after(last_uid, seen)
    kept = _take(line, place, uids)
    if uids or not uidvalidity or uidvalidity != seen.uidvalidity:
        actions.finish_folder(place, max([*uids, seen.uidnext - 1]), now=clock.now())
    return kept


def _renamed(line: Line, place: Place, seen: Seen) -> list[int]:
    uids = line.uids_since((clock.now() - rules.REREAD_DAYS).date())
    heads = {uid: rules.known_by(read_mail(head + b"\r\n")) for uid, head in line.keys(uids).items()}
    known = {uid: key for uid, key in heads.items() if key}
    for mail in _fetched(line, place, [uid for uid in uids if uid not in known]):
        known[mail.uid] = mail.known_by
    return actions.rename_uids(place, seen, known, max([0, *uids]), now=clock.now())


def _again(line: Line, place: Place, since: datetime) -> int:
    """What of the mails since then has never been looked at."""
    uids = line.uids_since(since.date())
    seen = queries.seen_uids(place.folder_id, uids)
    missed = [uid for uid in uids if uid not in seen]
    session().rollback()
    return _take(line, place, missed) if missed else 0


def _take(line: Line, place: Place, uids: list[int]) -> int:
    kept = 0
    batch: list[Arrived] = []
    weight = 0
    for arrived in _fetched(line, place, uids):
        batch.append(arrived)
        weight += len(arrived.raw)
        if len(batch) >= BATCH_MAILS or weight >= BATCH_BYTES:
            kept += actions.take_in(place, batch, now=clock.now())
            batch, weight = [], 0
    return kept + (actions.take_in(place, batch, now=clock.now()) if batch else 0)


def _fetched(line: Line, place: Place, uids: list[int]) -> Iterator[Arrived]:
    for one in line.fetch(uids, with_labels=place.role is FolderRole.ALL):
        yield taken_apart(
            one.uid, one.raw, one.size, one.received_at, is_cut=one.is_cut, is_sent=one.is_sent
        )  # fmt: skip
