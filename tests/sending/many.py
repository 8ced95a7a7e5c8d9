"""Many people at many sites, each with a letter of Ana's in the queue: written, judged and queued as by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.db import session, write
from outreach.mail.models import Mailbox
from outreach.pitches.models import Pitch
from outreach.prospects.models import Person, Site
from outreach.prospects.rules import SubscriberType
from outreach.sending import actions
from outreach.sending.actions import Queued
from tests.sending.letters_world import GOOD
from tests.world import World


def people(world: World, zones: Sequence[str], number: int, now: datetime) -> list[tuple[int, str]]:
    """`number` people in `zones` by turns, a pitch to each; gives the pitch's id and the address."""
    marks = range(number)
    with write() as here:
        sites = [
            Site(key=f"s{n}.wild.example", url=f"https://s{n}.wild.example/", title=f"Wild {n}", created_at=now, updated_at=now)
            for n in marks
        ]  # fmt: skip
        folk = [
            Person(
                name=f"Bo {n}", timezone=zones[n % len(zones)], subscriber_type=SubscriberType.CORPORATE,
                created_at=now, updated_at=now,
            )
            for n in marks
        ]  # fmt: skip
        here.add_all([*sites, *folk])
        here.flush()
        kept = {
            it.key: getattr(world.pitch, it.key) for it in sa.inspect(Pitch).column_attrs if it.key != "id"
        }
        pitches = [Pitch(**{**kept, "site_id": sites[n].id, "person_id": folk[n].id}) for n in marks]
        here.add_all(pitches)
        here.flush()
        return [(pitch.id, f"p{n}@wild.example") for n, pitch in enumerate(pitches)]


def queue_to(world: World, whom: list[tuple[int, str]], boxes: Sequence[int], now: datetime) -> None:
    """A first letter to each, from the mailboxes by turns."""
    ids = [box.id if isinstance(box, Mailbox) else box for box in boxes]
    for n, (pitch_id, address) in enumerate(whom):
        done = actions.queue(
            pitch_id, ids[n % len(ids)], GOOD, by=world.ana, now=now, to_address=address, undo=timedelta(0)
        )
        assert isinstance(done, Queued), done
    session().rollback()
