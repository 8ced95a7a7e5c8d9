"""What the first page of a site says of itself; what cannot be read says so, and nothing else."""

from __future__ import annotations

import pytest

from outreach.engines.fetch.answer import Fetched
from outreach.links.glance import Glance
from outreach.page.headers import Headers
from outreach.prospects.look_rules import SNIPPET, UNREAD_WORDS, unread_words

HTML = Headers([("content-type", "text/html; charset=utf-8")])
WORDS = (
    "It rained for eleven days, then not at all for seven weeks, and forty mixes stood in the field. " * 12
)


def said(body: str, status: int = 200, final: str = "https://moss.example/") -> dict[str, object]:
    got = Fetched("https://moss.example/", final, status=status, headers=HTML, body=body.encode())
    return Glance("https://moss.example/", got).answer()


def page(head: str, body: str = WORDS) -> str:
    return f'<!doctype html><html lang="en-GB"><head>{head}</head><body><nav>Home Shop Cart</nav><main><p>{body}</p></main></body></html>'


def test_a_page_is_told_by_its_title_and_its_own_words() -> None:
    found = said(page("<title>Moss &amp; Loam</title>"))
    assert (found["page_state"], found["title"], found["language"]) == ("ok", "Moss & Loam", "en-GB")
    snippet = str(found["snippet"])
    assert snippet.startswith("It rained for eleven days")
    assert snippet.endswith(" …")
    assert len(snippet) <= SNIPPET + 2
    assert "Cart" not in snippet


def test_what_it_says_it_is_about_comes_first() -> None:
    found = said(
        page('<title>Moss</title><meta name="description" content="A magazine for people who grow moss.">')
    )
    assert str(found["snippet"]).startswith("A magazine for people who grow moss. It rained")


@pytest.mark.parametrize(
    ("body", "status", "final", "state"),
    [
        ("", 200, "https://moss.example/", "empty"),
        ("no", 403, "https://moss.example/", "forbidden"),
        ("no", 503, "https://moss.example/", "server_error"),
        (page("<title>Fern</title>"), 200, "https://fern.example/", "redirected_offsite"),
        (page("<title>Moss</title>"), 200, "https://moss.example/login?next=/", "login_wall"),
        (page("<title>moss.example is for sale</title>", "This domain is for sale. Buy this domain."), 200, "https://moss.example/", "parked"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(body: str, status: int, final: str, state: str) -> None:
    assert said(body, status, final)["page_state"] == state


def test_every_state_of_a_page_has_its_words() -> None:
    assert all(words.endswith(".") for words in UNREAD_WORDS.values())
    assert unread_words("a state of tomorrow") == "The page could not be read."
