"""Putting somebody on the suppression list, and taking them off. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.queries import hash_key, hash_of
from outreach.consent.rules import LiftReason, SuppressionKind, SuppressionReason, key_of
from outreach.db import session
from outreach.diary.moves import note
from outreach.inserting import insert_new
from outreach.kit.ids import keyed_hash

THEIR_OWN = {SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINT, SuppressionReason.HARD_BOUNCE}
"""Reasons that come from the other side."""


def suppress(
    typed: str,
    *,
    reason: SuppressionReason,
    by: int | None,
    now: datetime,
    kind: SuppressionKind = SuppressionKind.EMAIL,
    source: str = "",
) -> Suppression:
    """No more mail to this address or domain. The second time nothing changes and the first row is given back;
    but a no of their own stands above a line that somebody imported.

    `source` says where we know it from, without an address ("List-Unsubscribe", "by hand"). Raises
    kit.address.BadAddress for what cannot be suppressed.
    """
    value = key_of(kind, typed)
    values = {
        "kind": kind, "value": value, "keyed_hash": hash_of(value), "reason": reason,
        "source": source[:200], "created_at": now, "created_by_id": by,
    }  # fmt: skip
    fresh = insert_new(Suppression, [values], unique=("kind", "keyed_hash"))
    row = session().scalars(
        sa.select(Suppression).where(
            Suppression.kind == kind, Suppression.keyed_hash == values["keyed_hash"]
        )
    ).one()  # fmt: skip
    if fresh:
        _note(row, "consent.suppressed", reason, by=by, now=now)
    elif row.batch_id is not None and reason in THEIR_OWN:
        row.batch_id, row.reason = None, reason
        row.source = source[:200] if row.value else ""
        _note(row, "consent.confirmed", reason, by=by, now=now)
    return row


def _note(row: Suppression, told: str, reason: SuppressionReason, *, by: int | None, now: datetime) -> None:
    note(told, by=by, now=now, subject=("suppression", row.id), what=row.kind.value, reason=reason.value)


def put_on(
    batch: SuppressionBatch, pairs: Sequence[tuple[SuppressionKind, str]], *, by: int, now: datetime
) -> int:
    """Put keys (`rules.key_of`) on the list for a batch, at most a thousand; how many are new."""
    secret = hash_key()
    rows = [
        {
            "kind": kind, "value": value, "keyed_hash": keyed_hash(value, secret), "reason": SuppressionReason.IMPORTED,
            "source": batch.source, "created_at": now, "created_by_id": by, "batch_id": batch.id,
        }
        for kind, value in pairs
    ]  # fmt: skip
    return len(insert_new(Suppression, rows, unique=("kind", "keyed_hash")))


def take_out(batch: SuppressionBatch, *, by: int, now: datetime) -> int:
    """Undo a batch: what it brought goes from the list, but for who was erased or said no themselves; how many went."""
    gone = session().execute(
        sa.delete(Suppression)
        .where(Suppression.batch_id == batch.id, Suppression.value.is_not(None))
        .returning(Suppression.id)
        .execution_options(synchronize_session=False)
    )
    batch.undone_at, batch.removed = now, len(gone.all())
    note(
        "consent.import_undone",
        by=by,
        now=now,
        subject=("suppression_batch", batch.id),
        removed=batch.removed,
    )
    return batch.removed


def suppress_erased(address: str, *, by: int | None, now: datetime) -> Suppression:
    """Nothing but the keyed hash of an erased address is kept, with why and since when it gets no mail.

    Who had said no before keeps that reason and day.
    """
    keyed = hash_of(address.lower())
    known = sa.select(Suppression).where(
        Suppression.kind == SuppressionKind.EMAIL, Suppression.keyed_hash == keyed
    )
    row = session().scalar(known)
    if row is None:
        row = Suppression(
            kind=SuppressionKind.EMAIL, keyed_hash=keyed, reason=SuppressionReason.ERASED, created_at=now, created_by_id=by
        )  # fmt: skip
        session().add(row)
        session().flush()
        note(
            "consent.suppressed",
            by=by,
            now=now,
            subject=("suppression", row.id),
            what="email",
            reason="erased",
        )
    row.value, row.source, row.batch_id = None, "", None
    return row


def lift(row: Suppression, why: LiftReason, *, by: int, now: datetime) -> None:
    """Take the row off the list; who may, and whether an erased one can, is for the action to say."""
    note(
        "consent.lifted", by=by, now=now, subject=("suppression", row.id),
        what=row.kind.value, reason=row.reason.value, why=why.value,
    )  # fmt: skip
    session().delete(row)
