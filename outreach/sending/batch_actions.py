"""Starting a batch of first letters, keeping each, queueing what is ready, and taking the whole batch back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.diary.moves import note
from outreach.kit import clock
from outreach.mail import queries as mail_queries
from outreach.mail.merge import Draft
from outreach.mail.models import LetterBatch, LetterTemplate, Mailbox, Message
from outreach.mail.rules import LetterKind, MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.arrows import ClaimTaken
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import Project
from outreach.prospects.models import Prospect
from outreach.sending import actions, batch_queries, draft_moves, moves, writing
from outreach.sending.actions import NotPossible, Queued
from outreach.sending.batch_queries import MOST
from outreach.sending.rules import Rule
from outreach.sending.writing import Looked

EMPTY = Draft("", "Hi {{ person.first_name|default('there') }},\n\n{{ personal_line }}\n\n")
TO_READ = "Say what you read on their page. A first letter needs a line of its own."
NO_ADDRESS = "No mail address of this person is known."


@dataclass(frozen=True)
class Started:
    """A batch and its first letter; `left_out` counts pitches and prospects that cannot get a first letter now."""

    batch_id: int
    first_id: int
    size: int
    left_out: int


def start(
    pitch_ids: Sequence[int], mailbox_id: int | None, template_ids: Collection[int], *, by: User, now: datetime,
) -> Started:  # fmt: skip
    """A batch of drafts, one for each pitch that waits for its first letter. Raises NotPossible when there is none."""
    with write():
        found = batch_queries.pitches(by, pitch_ids[:MOST])
        return _start(found, len(pitch_ids), mailbox_id, template_ids, by=by, now=now)


def start_from_prospects(
    prospect_ids: Sequence[int], mailbox_id: int | None, template_id: int, *, own_page_id: int | None, topic: str,
    by: User, now: datetime, today: date,
) -> Started:  # fmt: skip
    """The same, with a pitch started for each prospect, to the first person there who can be reached. Raises NotPossible."""
    with write():
        rows = batch_queries.prospects(by, prospect_ids[:MOST])
        people = batch_queries.people([row.site_id for row in rows])
        reachable = batch_queries.addresses([key for keys in people.values() for key in keys])
        project_id = rows[0].project_id if rows else 0
        template = _templates(by, project_id, [template_id])
        if not template:
            raise NotPossible("Choose the letter to start from.")
        [kind] = template
        pitches = []
        for row in rows:
            known = people.get(row.site_id, [])
            person_id = next((key for key in known if key in reachable), known[0] if known else None)
            if row.project_id == project_id and (
                pitch := _pitch(row, kind, person_id, own_page_id, topic, by=by, now=now, today=today)
            ):
                pitches.append(pitch)
        found = batch_queries.pitches(by, [pitch.id for pitch in pitches])
        return _start(found, len(prospect_ids), mailbox_id, [template_id], by=by, now=now)


def _pitch(
    row: Prospect, kind: PitchType, person_id: int | None, own_page_id: int | None, topic: str, *, by: User, now: datetime,
    today: date,
) -> Pitch | None:  # fmt: skip
    try:
        return pitch_moves.start(
            session().get_one(Project, row.project_id), kind, row.site_id, by=by, now=now, today=today,
            person_id=person_id, own_page_id=own_page_id, topic=topic, stage=Stage.READY,
        )  # fmt: skip
    except ClaimTaken:
        return None


def _start(
    found: Sequence[Pitch], asked: int, mailbox_id: int | None, template_ids: Collection[int], *,
    by: User, now: datetime,
) -> Started:  # fmt: skip
    keys = [pitch.id for pitch in found]
    taken = batch_queries.written_for(keys) | batch_queries.in_a_batch(keys)
    project_id = found[0].project_id if found else 0
    chosen = [
        pitch for pitch in found if pitch.project_id == project_id and batch_queries.is_to_write(pitch, taken)
    ]
    if not chosen:
        raise NotPossible(
            "None of these waits for a first letter: they are written to, in another batch, or closed."
        )
    mailbox = mail_queries.mailbox(by, mailbox_id) if mailbox_id else None
    templates = _templates(by, project_id, template_ids)
    batch = _batch(chosen, templates, by=by, now=now)
    addresses = batch_queries.addresses([pitch.person_id for pitch in chosen if pitch.person_id])
    own = batch_queries.drafts(by, [pitch.id for pitch in chosen])
    rows = []
    for pitch in chosen:
        address = addresses.get(pitch.person_id or 0, "")
        row = _draft(own.get(pitch.id), pitch, mailbox, templates.get(pitch.type), address, by=by, now=now)
        row.batch_id = batch.id
        rows.append(row)
    session().flush()
    note(
        "batch.started",
        by=by.id,
        now=now,
        project_id=project_id,
        subject=("batch", batch.id),
        number=len(rows),
    )
    return Started(batch.id, rows[0].id, len(rows), asked - len(rows))


def _batch(
    chosen: Sequence[Pitch], templates: Mapping[PitchType, LetterTemplate], *, by: User, now: datetime
) -> LetterBatch:
    names = {template.name for pitch in chosen if (template := templates.get(pitch.type))}
    batch = LetterBatch(
        project_id=chosen[0].project_id, name=", ".join(sorted(names))[:120] or "First letters", created_at=now,
        created_by_id=by.id,
    )  # fmt: skip
    session().add(batch)
    session().flush()
    return batch


def _draft(
    own: Message | None, pitch: Pitch, mailbox: Mailbox | None, template: LetterTemplate | None, address: str, *, by: User,
    now: datetime,
) -> Message:  # fmt: skip
    """A draft that the writer had begun keeps its words."""
    if own is not None:
        own.mailbox_id = own.mailbox_id or (mailbox.id if mailbox else None)
        own.to_address = own.to_address or address
        _mark(own, "" if own.personal_line.strip() and own.to_address else TO_READ)
        return own
    version = template.versions[0] if template else None
    typed = Draft(version.subject, version.body, html=version.body_html) if version else EMPTY
    row = draft_moves.keep(
        None, pitch, mailbox, typed, kind=LetterKind.FIRST, by=by, now=now, to_address=address,
        template_version_id=version.id if version else None,
    )  # fmt: skip
    _mark(row, TO_READ if address else NO_ADDRESS)
    return row


def _templates(by: User, project_id: int, template_ids: Collection[int]) -> dict[PitchType, LetterTemplate]:
    """Those that were chosen, by the type of pitch they are for."""
    known = batch_queries.templates(by, project_id)
    return {kind: row for kind, rows in known.items() for row in rows if row.id in template_ids}


def _mark(row: Message, why: str) -> None:
    row.state_reason, row.held_rule = why[:500], Rule.PERSONAL_LINE.value if why == TO_READ else ""


def set_aside(batch_id: int, message_id: int, is_skipped: bool, *, by: User) -> None:
    """Skip one letter of the batch, or take it up again. Raises NotPossible."""
    with write():
        _letter(batch_id, message_id, by).is_skipped = is_skipped


def judge(batch_id: int, message_id: int, looked: Looked, overruled: dict[str, str], *, by: User) -> bool:
    """Remember what stands against a draft, so that the list of the batch shows it; True when nothing does."""
    with write():
        row = _letter(batch_id, message_id, by)
        row.is_skipped, row.overruled = False, overruled
        against = [*looked.written.problems, *(finding.words for finding in looked.findings)]
        _mark(row, against[0] if against else "")
        return not against


def queue_ready(batch_id: int, *, by: User, now: datetime, undo: timedelta) -> tuple[int, int]:
    """Queue every letter of the batch that is ready; gives how many are, and how many the gate refused.

    Each letter is a commit of its own, so that one that fails takes no other with it; none leaves before all are queued
    and the time to undo is over.
    """
    ready = [line.id for line in batch_queries.lines(batch_id) if line.is_ready]
    done = [_queue_one(batch_id, key, by=by, now=now, undo=undo + timedelta(minutes=5)) for key in ready]
    queued = [key for key in done if key is not None]
    with write():
        leaves = clock.now() + undo
        for row in session().scalars(sa.select(Message).where(Message.id.in_(queued)).with_for_update()):
            if row.state is MessageState.QUEUED and row.due_at is not None:
                row.due_at = max(leaves, row.due_at - timedelta(minutes=5))
        if queued:
            batch = session().get_one(LetterBatch, batch_id)
            note(
                "batch.queued", by=by.id, now=now, project_id=batch.project_id, subject=("batch", batch_id), number=len(queued)
            )  # fmt: skip
    return len(queued), len(ready) - len(queued)


def _queue_one(batch_id: int, message_id: int, *, by: User, now: datetime, undo: timedelta) -> int | None:
    session().rollback()
    row = batch_queries.letter(batch_id, message_id)
    if row is None or row.pitch_id is None or row.state is not MessageState.DRAFT:
        return None
    overruled = {rule: str(why) for rule, why in (row.overruled or {}).items()}
    try:
        done = actions.queue(
            row.pitch_id, row.mailbox_id or 0, writing.typed_of(row), by=by, now=now, to_address=row.to_address, undo=undo,
            template_version_id=row.template_version_id, overruled=overruled, draft_id=row.id,
        )  # fmt: skip
    except NotPossible as error:
        with write():
            _mark(_letter(batch_id, message_id, by), str(error))
        return None
    if isinstance(done, Queued):
        return done.message_id
    judge(batch_id, message_id, done, overruled, by=by)
    return None


def take_back(batch_id: int, *, by: User, now: datetime) -> tuple[int, int]:
    """Undo the last queueing: (letters that are drafts again, letters that had left already)."""
    with write():
        batch = batch_queries.batch(by, batch_id)
        if batch is None:
            raise NotPossible("There is no such batch.")
        last = session().scalar(sa.select(sa.func.max(Message.queued_at)).where(Message.batch_id == batch_id))
        rows = list(
            session().scalars(
                sa.select(Message)
                .where(
                    Message.batch_id == batch_id,
                    Message.queued_at == last,
                    Message.state != MessageState.DRAFT,
                )
                .order_by(Message.id)
                .with_for_update()
            )
        )
        waiting = [row for row in rows if row.state is MessageState.QUEUED]
        for row in waiting:
            moves.change(row, MessageState.DRAFT, "letter.taken_back", by=by.id, now=now)
            draft_moves.write_again(row)
        return len(waiting), len(rows) - len(waiting)


def _letter(batch_id: int, message_id: int, by: User) -> Message:
    batch = batch_queries.batch(by, batch_id)
    row = batch_queries.letter(batch_id, message_id) if batch else None
    found = locked(Message, row.id) if row else None
    if found is None or found.state is not MessageState.DRAFT:
        raise NotPossible("This letter is no longer a draft.")
    return found
