"""Putting somebody on the suppression list, and taking them off. Never commits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.consent.models import Suppression
from outreach.consent.queries import hash_of
from outreach.consent.rules import LiftReason, SuppressionKind, SuppressionReason, key_of
from outreach.db import insert_new, session
from outreach.diary.moves import note


def suppress(
    typed: str,
    *,
    reason: SuppressionReason,
    by: int | None,
    now: datetime,
    kind: SuppressionKind = SuppressionKind.EMAIL,
    source: str = "",
) -> Suppression:
    """No more mail to this address or domain. The second time nothing changes and the first row is given back.

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
        note(
            "consent.suppressed",
            by=by,
            now=now,
            subject=("suppression", row.id),
            what=kind.value,
            reason=reason.value,
        )
    return row


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
    row.value, row.source = None, ""
    return row


def lift(row: Suppression, why: LiftReason, *, by: int, now: datetime) -> None:
    """Take the row off the list; who may, and whether an erased one can, is for the action to say."""
    note(
        "consent.lifted", by=by, now=now, subject=("suppression", row.id),
        what=row.kind.value, reason=row.reason.value, why=why.value,
    )  # fmt: skip
    session().delete(row)
