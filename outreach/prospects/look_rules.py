"""Looking at the first page of a site before one decides: when, and what is said of it. Pure."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Protocol


class LookState(enum.StrEnum):
    """How far the look at a site is. UNREAD: something came, or nothing, but no page to read."""

    WAITING = "waiting"
    READ = "read"
    UNREAD = "unread"


FRESH_FOR = timedelta(days=30)
"""A look that is older is made again when its site comes up."""
AGAIN_AFTER = timedelta(hours=6)
"""A page that could not be read is asked for again when its site comes up, but not sooner."""
AHEAD = 6
"""So many sites of a queue are looked at before they come up."""
SNIPPET = 420
"""Signs of the page's own words that are kept."""

UNREAD_WORDS = {
    "not_found": "Their server says there is no such page.",
    "gone": "Their server says the page is gone for good.",
    "forbidden": "Their server lets no program read it.",
    "login_wall": "One has to log in to read it.",
    "rate_limited": "Their server asked us to come back later.",
    "server_error": "Their server had an error.",
    "timeout": "Their server did not answer in time.",
    "connection_error": "Their server could not be reached.",
    "dns_error": "The name leads nowhere: there may be no such site any more.",
    "tls_error": "Their certificate is not in order, so the connection is not safe.",
    "redirect_loop": "It leads round in a circle.",
    "too_many_redirects": "It leads on and on.",
    "soft_404": "A page came, but it says that there is nothing here.",
    "parked": "The name is parked: there is advertising or an offer to buy it, but no site.",
    "blocked": "A guard stands before it that asks for a human.",
    "empty": "An empty page came.",
    "not_html": "What came is no page.",
    "too_complex": "The page takes too much computing to be read.",
    "refused": "The address is one that this server may not ask.",
    "robots": "Their robots.txt asks programs to stay away, and we do.",
}
"""Why a page could not be read, by the state of the page. It says nothing about the site's worth: look yourself."""


def unread_words(page_state: str) -> str:
    """The sentence for a state; a plain one for a state that nobody named."""
    return UNREAD_WORDS.get(page_state, "The page could not be read.")


class Seen(Protocol):
    """A look at a page."""

    @property
    def state(self) -> LookState: ...
    @property
    def page_state(self) -> str: ...
    @property
    def trouble(self) -> str: ...


def suspicion(look: Seen | None) -> str:
    """Why what came of the page should not be believed; "" when nothing speaks against it."""
    if look is None or look.state is not LookState.UNREAD:
        return ""
    return look.trouble or unread_words(look.page_state)
