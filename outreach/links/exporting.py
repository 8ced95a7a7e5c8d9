"""The list of placed links as a file, as it is filtered, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response

from outreach.db import session, write
from outreach.diary.moves import note
from outreach.kit.tables import Cell
from outreach.kit.urls import show_host
from outreach.links import placed_list
from outreach.links.models import PlacedLink
from outreach.links.placed_list import Filters
from outreach.links.words import STATE_NAMES
from outreach.web.downloads import list_download
from outreach.web.here import me, now
from outreach.web.pager import walk

HEAD = (
    "Number", "Page", "Site", "Target", "Project", "State", "Since", "Is it there", "Does it count", "What we saw", "Codes", "Anchor agreed",
    "Rel agreed", "Placed on", "Price", "Currency", "First seen", "Last looked at", "Ends on", "Owner",
)  # fmt: skip


def export(by: Filters) -> Response:
    """All links that `by` lets through."""
    with write():
        note("links.exported", by=me().id, now=now())
    return list_download(HEAD, _rows(by), "links")


def _rows(by: Filters) -> Iterator[Sequence[Cell]]:
    listed = placed_list.in_order(me(), by)
    for found in walk(session(), [listed], placed_list.seen(me()), PlacedLink.id):
        for row in found:
            yield (
                row.id, row.page_url, show_host(row.site.key), row.target_url, row.project.name, STATE_NAMES[row.state], row.state_since,
                row.presence.value if row.presence else "", row.value.value if row.value else "", row.sentence, ", ".join(row.codes),
                row.expected_anchor, row.expected_rel, row.placed_on, row.price, row.currency, row.first_seen_at, row.last_check_at,
                row.expires_on, row.owner.name if row.owner else "",
            )  # fmt: skip
