"""The kept codes of links are those of the links, whatever happens to them."""

import random
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from outreach import schema
from outreach.db import db, session, write
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.search import codes
from tests.world import NOW, World

STATES = (LinkState.LIVE, LinkState.LOST, LinkState.EXPECTED)


def _kept() -> set[tuple[object, ...]]:
    rows = session().execute(sa.text(f"SELECT code, id, project_id, state, is_social FROM {codes.TABLE}"))
    found = [tuple(row) for row in rows]
    assert len(found) == len(set(found))
    return set(found)


def _told() -> set[tuple[object, ...]]:
    return {
        (code, link.id, link.project_id, link.state.value, link.is_social)
        for link in session().scalars(sa.select(PlacedLink))
        for code in link.codes
    }


def _seen() -> list[PlacedLink]:
    """Links of codes whose place by time is not that of the link."""
    since = sa.table(codes.TABLE, sa.column("id"), sa.column("since", PlacedLink.created_at.type))
    at = sa.func.coalesce(PlacedLink.first_seen_at, PlacedLink.created_at)
    return list(session().scalars(sa.select(PlacedLink).join(since, since.c.id == PlacedLink.id).where(since.c.since != at)))  # fmt: skip


def test_what_is_kept_of_links_follows_each_change_and_is_what_is_made_anew(app: Flask, world: World) -> None:
    dice = random.Random(5)
    with write() as here:
        for number in range(30):
            url = f"https://oak{number}.example/x"
            here.add(
                PlacedLink(
                    project_id=world.seed.id, site_id=world.site.id, page_url=url, page_url_norm=url, target_url="https://seed.example/",
                    state=LinkState.LIVE, state_since=NOW, created_at=NOW, codes=dice.choice([[], ["WALL"], ["WALL", "REL_UGC", "WALL"]]),
                )
            )  # fmt: skip
    assert _kept() == _told()
    assert len(_kept()) > 10
    changes: tuple[dict[str, object], ...] = (
        {"codes": ["WALL"]}, {"codes": []}, {"codes": ["JS_ONLY", "WALL"]}, {"project_id": world.other.id}, {"is_social": True},
        {"first_seen_at": NOW - timedelta(days=3)}, {"first_seen_at": NOW, "state": LinkState.LOST, "codes": ["REL_UGC"]}, {"sentence": "Seen."},
    )  # fmt: skip
    for _ in range(60):
        with write() as here:
            link = dice.choice(here.scalars(sa.select(PlacedLink)).all())
            for name, value in dice.choice(changes).items():
                setattr(link, name, value)
    with write() as here:
        here.execute(sa.delete(PlacedLink).where(PlacedLink.id % 4 == 0))
        here.execute(
            sa.update(PlacedLink)
            .where(PlacedLink.id % 4 == 1)
            .values(state=LinkState.EXPECTED, codes=["WALL"])
        )
    before = _kept()
    assert before == _told()
    assert {"WALL", "JS_ONLY", "REL_UGC"} <= {row[0] for row in before}
    assert not _seen()
    db.session.remove()
    with db.engine.begin() as connection:
        assert not codes.ensure(connection)
        codes.drop(connection)
    schema.upgrade()
    assert _kept() == before
    assert not _seen()
