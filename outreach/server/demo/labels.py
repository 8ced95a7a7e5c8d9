"""What the demo's team wrote on its sites and people, and the lists that it keeps under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outreach.db import write
from outreach.projects.saved import moves as saved_moves
from outreach.prospects.labels import moves
from outreach.prospects.labels.rules import About, tag_names

if TYPE_CHECKING:
    from outreach.server.demo.build import Build

SITE_TAGS = ("Press", "Gardening blogs", "Allotments", "Newsletter", "Answers quickly")
PERSON_TAGS = ("Editor", "Met in person", "Answers quickly")
MOST = 400
"""Sites and people that are tagged, however large the demo is."""


def tell(build: Build) -> None:
    """Tags on sites and people, two shared views and one of Mara's own."""
    at = build.ago(9)
    with write():
        by = build.admin.id
        sites = [site_id for site_id, _, _ in build.cast.sites[:MOST]]
        people = list(build.cast.people.values())[:MOST]
        for about, names, ids in ((About.SITE, SITE_TAGS, sites), (About.PERSON, PERSON_TAGS, people)):
            tags = moves.tags_named(tag_names(",".join(names)), by=by, now=at)
            for place, tag in enumerate(tags):
                moves.put_on(about, [tag.id], sorted(set(ids[place :: 2 + place])), by=by, now=at)
        project = build.cast.projects[0].id
        for name, words, query, shared in (
            ("prospects", "Kept, still without a person", "person=no&state=kept", project),
            ("prospects", "To look through, A to Z", "sort=site&state=new", project),
            ("people", "No address yet", "contact=no&sort=name", None),
        ):
            saved_moves.keep(name, words, query, owner_id=by, project_id=shared, now=at)
