"""What differs between two looks, in words."""

from __future__ import annotations

from typing import Any

import pytest

from outreach.links.changes import Change, Seen, between
from outreach.links.rules import Presence

LINK = {
    "href": "https://hazel.example/",
    "anchor": "seed mixes",
    "rel": [],
    "region": "content",
    "hidden": "",
}
PAGE = {"noindex": False, "canonical": None, "title": "Post"}


def seen(link: dict[str, Any] | None = None, page: dict[str, Any] | None = None, status: int = 200) -> Seen:
    return Seen(Presence.FOUND, status, {**LINK, **(link or {})}, {**PAGE, **(page or {})})


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (seen({"rel": ["ugc", "nofollow"]}), Change("rel", "followed", "nofollow ugc")),
        (seen({"href": "https://frost.example/"}), Change("Leads to", "https://hazel.example/", "https://frost.example/")),
        (seen({"anchor": ""}), Change("Words", "seed mixes", "none")),
        (seen({"region": "author_bio"}), Change("Place", "content", "author bio")),
        (seen({"hidden": "display: none"}), Change("Seen by readers", "yes", "no: display: none")),
        (seen(page={"noindex": True}), Change("Search engines", "may show it", "told to leave it out")),
        (seen(page={"canonical": "https://x.example/"}), Change("Named as the original", "none", "https://x.example/")),
        (seen(status=203), Change("Answer of the server", "200", "203")),
    ],
)  # fmt: skip
def test_each_difference_is_said(after: Seen, change: Change) -> None:
    assert between(seen(), after) == [change]


def test_the_same_is_no_change_and_what_one_look_does_not_tell_is_none() -> None:
    assert between(seen(), seen()) == []
    assert between(Seen(Presence.FOUND, None, LINK, {}), seen(page={"noindex": True})) == []


def test_a_link_that_is_gone_is_the_change() -> None:
    gone = Seen(Presence.NOT_FOUND, 404, {}, {})
    assert between(seen(), gone) == [
        Change("The link", "there", "not there"), Change("Answer of the server", "200", "404"),
    ]  # fmt: skip
