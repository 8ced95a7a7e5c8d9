"""What the demo's team wrote on its sites and people, and the lists that it keeps under a name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from outreach.db import write
from outreach.projects.saved import moves as saved_moves
from outreach.prospects.labels import field_moves, moves
from outreach.prospects.labels.field_moves import Entry
from outreach.prospects.labels.rules import About, FieldKind, clean, tag_names

if TYPE_CHECKING:
    from outreach.server.demo.build import Build

SITE_TAGS = ("Press", "Gardening blogs", "Allotments", "Newsletter", "Answers quickly")
PERSON_TAGS = ("Editor", "Met in person", "Answers quickly")
MOST = 400
"""Sites and people that are tagged, however large the demo is."""


def tell(build: Build) -> None:
    """Tags and own fields of sites and people, two shared views and one of Mara's own."""
    at = build.ago(9)
    with write():
        by = build.admin.id
        sites = [site_id for site_id, _, _ in build.cast.sites[:MOST]]
        people = list(build.cast.people.values())[:MOST]
        for about, names, ids in ((About.SITE, SITE_TAGS, sites), (About.PERSON, PERSON_TAGS, people)):
            tags = moves.tags_named(tag_names(",".join(names)), by=by, now=at)
            for place, tag in enumerate(tags):
                moves.put_on(about, [tag.id], sorted(set(ids[place :: 2 + place])), by=by, now=at)
        _fields(build, sites, people)
        project = build.cast.projects[0].id
        for name, words, query, shared in (
            ("prospects", "Kept, still without a person", "person=no&state=kept", project),
            ("prospects", "To look through, A to Z", "sort=site&state=new", project),
            ("people", "No address yet", "contact=no&sort=name", None),
        ):
            saved_moves.keep(name, words, query, owner_id=by, project_id=shared, now=at)


RELATIONS = ("Cold", "Warm", "Friend of the house")
FIELDS = (
    (About.SITE, FieldKind.NUMBER, "Rating", ()),
    (About.SITE, FieldKind.LIST, "Relationship", RELATIONS),
    (About.SITE, FieldKind.URL, "Guidelines", ()),
    (About.PERSON, FieldKind.DAY, "Last met", ()),
    (About.PERSON, FieldKind.YES_NO, "On the press list", ()),
)


def _fields(build: Build, sites: list[int], people: list[int]) -> None:
    at, by = build.ago(9), build.admin.id
    for place, (about, kind, name, choices) in enumerate(FIELDS):
        field = field_moves.make(about, kind, name, choices, None, by=by, now=at)
        ids = sites if about is About.SITE else people
        typed = {
            key: {
                FieldKind.NUMBER: str(1 + number * 7 % 10), FieldKind.LIST: RELATIONS[number % 3], FieldKind.URL: f"https://site{key}.example/write-for-us",
                FieldKind.DAY: (build.today - timedelta(days=20 + number * 3)).isoformat(), FieldKind.YES_NO: ("yes", "no")[number % 2],
            }[kind]
            for number, key in enumerate(ids[place :: 2 + place % 2])
        }  # fmt: skip
        entries = [Entry(field.id, key, *clean(kind, choices, value)) for key, value in typed.items()]
        field_moves.fill(about, entries, by=by, now=at)
