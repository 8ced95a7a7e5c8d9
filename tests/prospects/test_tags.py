"""Tags on sites and people: put on, seen, narrowed by, taken off; and nobody tags what is not theirs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.db import session, write
from outreach.prospects.labels import actions, moves, queries, rules
from outreach.prospects.labels.models import SiteTag, Tag
from outreach.prospects.labels.rules import About, BadLabel
from tests.world import NOW, World, log_in, prospect, site


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("press, Gardening  blogs", ["press", "Gardening blogs"]),
        ("Press,press;PRESS\n#press", ["Press"]),
        (" , ;", []),
        ("Straße, STRASSE", ["Straße"]),
    ],
)
def test_tags_are_one_whatever_their_case(typed: str, names: list[str]) -> None:
    assert list(rules.tag_names(typed).values()) == names


@pytest.mark.parametrize("typed", ["x" * 41, ",".join(f"t{n}" for n in range(21))])
def test_what_is_no_tag_is_refused(typed: str) -> None:
    with pytest.raises(BadLabel):
        rules.tag_names(typed)


def test_a_tag_is_put_on_seen_narrowed_by_and_taken_off(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    where = f"/sites/{world.site.id}/labels"
    client.post(where, data={"tags": "Press, gardening blogs", "had": ""})
    tag = session().scalars(sa.select(Tag).where(Tag.key == "press")).one()
    assert "Gardening blogs" not in client.get(f"/sites/{world.site.id}").text
    for page in (f"/sites/{world.site.id}", "/prospects"):
        assert ">gardening blogs</" in client.get(page).text
    assert "wild.example" in client.get(f"/prospects?tag={tag.id}").text
    session().rollback()
    with write():
        mine = queries.tags_by_key(["press"])["press"].id
        moves.put_on(About.SITE, [moves.tags_named({"by max": "By Max"}, by=world.max.id, now=NOW)[0].id], [world.site.id], by=world.max.id, now=NOW)  # fmt: skip
    client.post(where, data={"tags": "gardening blogs", "had": "Press, gardening blogs"})
    session().rollback()
    left = {one.key for one in queries.tags_of(About.SITE, world.site.id)}
    assert left == {"gardening blogs", "by max"}, "what a colleague put on meanwhile stays"
    assert "No site fits" in client.get(f"/prospects?tag={mine}").text


def test_people_carry_tags_of_their_own_and_are_erased_with_them(world: World, client: FlaskClient) -> None:
    log_in(client, world.ana)
    client.post(f"/people/{world.bo.id}/labels", data={"tags": "Editor", "had": ""})
    assert ">Editor</b>" in client.get("/people").text
    tag = session().scalars(sa.select(Tag.id).where(Tag.key == "editor")).one()
    assert "Bo Berg" in client.get(f"/people?tag={tag}").text
    assert "No site fits" in client.get(f"/prospects?tag={tag}").text


def test_nobody_tags_a_site_of_others(world: World) -> None:
    with write() as here:
        place = site("secret.example")
        here.add(place)
        here.flush()
        here.add(prospect(world.other, place, world.otto))
    for who in (world.ana, world.vic):
        with pytest.raises(actions.Gone):
            actions.label(About.SITE, place.id, {"x": "x"}, {}, {}, by=who, now=NOW)
    assert session().scalars(sa.select(SiteTag)).all() == []
