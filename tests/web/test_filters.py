"""Filters in the address."""

import pytest
from flask.testing import FlaskClient

from tests.world import World, log_in

LISTS = (
    "/pitches",
    "/pitches?view=table",
    "/prospects",
    "/people",
    "/links",
    "/outbox",
    "/suppressions",
    "/diary",
    "/templates",
)


@pytest.mark.parametrize("path", LISTS)
def test_arguments_of_a_list_are_filters_and_nothing_else(
    client: FlaskClient, world: World, path: str
) -> None:
    """`_scheme` and its like would turn every link of the page into one of another scheme or host."""
    log_in(client, world.ada)
    sign = "&" if "?" in path else "?"
    asked = "_scheme=javascript&_external=1&_method=FOO&_anchor=x&endpoint=y&self=z&q=bo"
    answer = client.get(f"{path}{sign}{asked}")
    assert answer.status_code == 200
    assert 'href="javascript:' not in answer.text
    assert "//localhost/" not in answer.text
