"""What happened in the demo before today: letters, answers, agreements, published pages, links seen and lost."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from outreach.db import write
from outreach.pitches.models import Pitch
from outreach.pitches.rules import MAINTENANCE, Stage
from outreach.projects.models import OwnPage, Project
from outreach.prospects.models import Site
from outreach.sending.follow_ups import jobs as chasing
from outreach.server.demo import (
    chronicle,
    duplicates,
    inbox,
    labels,
    lists,
    loose_ends,
    mailboxes,
    mastheads,
    pitched,
    placements,
    watched,
    writing,
)
from outreach.server.demo.build import Build, counts

FOLLOW_UPS = 8


def tell(build: Build) -> dict[str, int]:
    """Make the whole demo; gives how many rows of each kind it has."""
    with chronicle.in_order():
        build.ground()
        mailboxes.bring(build)
        pitched.bring(build)
        watched.bring(build, build.link_count - placements.add(build))
        lists.bring(build, (watched.SEEN, watched.NOFOLLOW, watched.MISSING, watched.WALL))
        loose_ends.bring(build)
        inbox.bring(build)
        follow_ups(build)
        writing.tell(build)
        labels.tell(build)
        duplicates.tell(build)
        mastheads.tell(build)
    return counts()


def follow_ups(build: Build) -> None:
    """Letters of Mara's that nobody answered: their follow-ups are due now, written, and worked through by keys."""
    early = (Stage.IDEA, Stage.QUALIFIED)
    query = (
        sa.select(Pitch, Site.key)
        .join(Site, Site.id == Pitch.site_id)
        .where(Pitch.stage.in_(early), Pitch.person_id.is_not(None), Pitch.type.not_in(MAINTENANCE))
        .order_by(Pitch.id)
        .limit(FOLLOW_UPS)
    )
    build.letters.clear()
    with write() as here:
        for number, (pitch, key) in enumerate(here.execute(query).all()):
            project, page = here.get_one(Project, pitch.project_id), here.get_one(OwnPage, pitch.own_page_id)
            pitch.owner_id = pitch.next_owner_id = build.admin.id
            pitched.advance(
                build, pitch, project, page, key, Stage.CONTACTED, build.admin, build.ago(5 + number)
            )
            pitch.next_on = build.today - timedelta(days=number // 3)
        here.add_all([letter for letters in build.letters.values() for letter in letters])
    while chasing.write_due(build.now):
        pass
