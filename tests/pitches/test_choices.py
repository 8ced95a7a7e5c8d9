"""What the form of a new pitch proposes."""

from flask import Flask

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.pitches.choices import keys_to_pitch
from outreach.projects.models import Membership
from outreach.projects.rules import MemberRole
from outreach.prospects.rules import ProspectState
from tests.world import NOW, World, prospect, site


def test_sites_are_proposed_alike_whether_ones_projects_are_named_or_asked_for(
    app: Flask, world: World
) -> None:
    with write() as here:
        rows = [site(f"fern{number}.example") for number in range(9)]
        here.add_all(
            [*rows, Membership(project_id=world.other.id, user_id=world.vic.id, role=MemberRole.MEMBER)]
        )
        here.flush()
        for place, row in enumerate(rows):
            held = prospect(world.seed if place % 2 else world.other, row, world.ana, NOW.replace(hour=place))
            held.state = ProspectState.REJECTED if place > 6 else ProspectState.KEPT
            here.add(held)
        here.add(prospect(world.other, rows[1], world.ana, NOW.replace(hour=7)))
    both = (world.seed.id, world.other.id)
    for who, asked in (
        (world.ana, ["wild", "fern5", "fern3", "fern1"]),
        (world.vic, ["fern1", "fern6", "fern4", "fern2", "fern0"]),
    ):
        user = session().get_one(User, who.id)
        for ids in ((), both):
            user.own_project_ids = ids
            found = [key.removesuffix(".example") for key in keys_to_pitch(user)]
            assert found == asked, (who.name, ids)
            assert found[:2] == [key.removesuffix(".example") for key in keys_to_pitch(user, 2)]
