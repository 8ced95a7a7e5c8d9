"""The rest of the demo: reminders, people who said no, an erased one."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from outreach.care.models import Erasure
from outreach.care.rules import ErasureState
from outreach.consent import moves as consent_moves
from outreach.consent.models import SuppressionBatch
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import write
from outreach.pitches.models import Pitch
from outreach.reminders import moves as reminder_moves
from outreach.reminders.rules import ReminderKind
from outreach.server.demo.build import Build

TASKS = (
    (ReminderKind.PROMISE, "Send the survey brief", -3, "You promised it for last week."),
    (ReminderKind.PRODUCTION, "The author bio is due", 0, "They can run it next week if they have all by tomorrow."),
    (ReminderKind.FIND_CONTACT, "Find another contact", -1, "The last address bounced: no such user."),
    (ReminderKind.OTHER, "Ask how the autumn issue did", 0, "You said you would."),
    (ReminderKind.PROMISE, "Send three photographs", 2, "They want them with alt texts."),
)  # fmt: skip
REFUSALS = (
    ("no-thanks@quietgarden.example", SuppressionReason.UNSUBSCRIBED, "List-Unsubscribe", 12),
    ("press@oldhedge.example", SuppressionReason.HARD_BOUNCE, "bounce 5.1.1", 30),
)


def bring(build: Build) -> None:
    """Reminders, people who said no, and one who was erased."""
    with write() as here:
        _reminders(build, here)
        _refusals(build, here)
        _erased(build, here)


def _reminders(build: Build, here: Session) -> None:
    seed, admin = build.cast.projects[0], build.admin
    some = (
        here.query(Pitch).filter(Pitch.is_open, Pitch.project_id == seed.id).order_by(Pitch.id).limit(6).all()
    )
    for (kind, words, shift, reason), pitch in zip(TASKS, some, strict=False):
        reminder_moves.add(
            kind, words, build.today + timedelta(days=shift), admin.id, by=admin, now=build.ago(6), reason=reason,
            project_id=seed.id, pitch_id=pitch.id, site_id=pitch.site_id, person_id=pitch.person_id,
        )  # fmt: skip


def _refusals(build: Build, here: Session) -> None:
    by = build.admin.id
    for address, reason, source, days in REFUSALS:
        consent_moves.suppress(address, reason=reason, by=None, now=build.ago(days), source=source)
    consent_moves.suppress(
        "neverwrite.example", kind=SuppressionKind.DOMAIN, reason=SuppressionReason.BY_HAND, by=by, now=build.ago(45), source="by hand"
    )  # fmt: skip
    batch = SuppressionBatch(
        source="unsubscribed in our newsletter tool, spring", counts={"new": 3, "known": 1, "refused": 2},
        created_at=build.ago(40), created_by_id=by,
    )  # fmt: skip
    here.add(batch)
    here.flush()
    pairs = [(SuppressionKind.EMAIL, f"{name}@pottingshed.example") for name in ("ines", "tom", "post")]
    consent_moves.put_on(batch, pairs, by=by, now=build.ago(40))


def _erased(build: Build, here: Session) -> None:
    by = build.admin.id
    erased = consent_moves.suppress_erased("forget.me@oldhedge.example", by=by, now=build.ago(20))
    here.add(
        Erasure(
            state=ErasureState.DONE, hashes=[erased.keyed_hash], asked_at=build.ago(20), done_at=build.ago(20) + timedelta(seconds=2),
            asked_by_id=by, counts={
                "people": {"deleted": 1}, "contact_points": {"deleted": 2}, "messages": {"emptied": 3, "masked": 1}, "threads": {"emptied": 1},
                "pitches": {"unlinked": 1}, "files in evidence": {"masked": 1},
            },
        )
    )  # fmt: skip
