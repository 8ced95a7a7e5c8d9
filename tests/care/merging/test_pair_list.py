"""A member walks through pairs of all projects some at a time, and sees all of theirs."""

import html
import itertools
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.care.merging import pair_list, pair_queries
from outreach.care.merging.models import Pair
from outreach.care.merging.rules import Kind, PairState
from outreach.db import write
from outreach.prospects.models import Site
from tests.world import NOW, World, log_in, prospect, site


def plant(world: World) -> None:
    """Fourteen pairs of sites: of the first and the last two, Ana may change both."""
    with write() as here:
        rows = [site(f"fern{number:02}.example") for number in range(15)]
        here.add_all(rows)
        here.flush()
        hers = {0, 1, 12, 13, 14}
        here.add_all(
            prospect(world.seed if place in hers else world.other, row, world.ana)
            for place, row in enumerate(rows)
        )
        here.add_all(
            Pair(kind=Kind.SITE, first_site_id=one.id, second_site_id=two.id, reasons=["title"], found_at=NOW)
            for one, two in itertools.pairwise(rows)
        )  # fmt: skip


def test_a_member_sees_all_of_their_pairs_some_looked_at_a_page(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(world)
    log_in(client, world.ana)
    monkeypatch.setattr(pair_list, "has_few", lambda user: False)

    def walked(href: str, name: str) -> tuple[list[str], int, str]:
        """The pairs page by page, how many pages said that not all was looked through, and where the last one was."""
        found: list[str] = []
        cut = 0
        while True:
            page = client.get(href).text
            found += re.findall(r'<th scope="row">.*?>(fern\d\d)\.example</a>', page)
            cut += "not all of it was looked through" in page
            on = re.search(rf'href="(/duplicates[^"]+)"[^>]*>(?:(?!</a>).)*{name}<', page)
            if on is None:
                return found, cut, href
            href = html.unescape(on[1])

    first = "/duplicates?kind=site"
    assert walked(first, "Older")[:2] == (["fern13", "fern12", "fern00"], 0)
    monkeypatch.setattr(pair_list, "LOOKED", 4)
    found, cut, last = walked(first, "Older")
    assert found == ["fern13", "fern12", "fern00"] and cut == 3
    assert "fern13" in client.get(walked(last, "Newer")[2]).text
    assert '<span class="count">2+</span>' in client.get(first).text
    monkeypatch.setattr(pair_list, "SIZE", 1)
    assert walked(first, "Older")[0] == found
    with write() as here:
        here.execute(sa.update(Pair).values(state=PairState.DIFFERENT))
        here.execute(sa.update(Site).values(title="Fern"))
    page = client.get(first).text
    assert "Nothing looks alike" in page and '<span class="count">0</span>' in page
    assert walked(f"{first}&state=different", "Older")[0] == found


def test_one_sign_is_looked_for_among_the_newest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(world)
    assert len(pair_queries.search(world.max, Kind.SITE, 0, "f")) == 12
    monkeypatch.setattr(pair_queries, "NEWEST", 3)
    assert [name for _, name, _ in pair_queries.search(world.max, Kind.SITE, 0, "f")] == ["fern12.example", "fern13.example", "fern14.example"]  # fmt: skip
    assert len(pair_queries.search(world.max, Kind.SITE, 0, "fern")) == 12
