"""The outbox as a file, as it is filtered, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response

from outreach.db import session, write
from outreach.diary.moves import note
from outreach.kit.tables import Cell
from outreach.mail.models import Message
from outreach.sending import listing
from outreach.sending.door import KIND_NAMES, STATE_LOOKS
from outreach.sending.listing import Filter
from outreach.web.downloads import list_download
from outreach.web.here import me, now
from outreach.web.pager import Part, walk

HEAD = ("Number", "Kind", "To", "Subject", "State", "Why", "Written", "Leaves at", "Left at", "Pitch")


def export(shown: Filter) -> Response:
    """All letters of ours that `shown` lets through."""
    with write():
        note("outbox.exported", by=me().id, now=now())
    return list_download(HEAD, _rows(shown), "outbox")


def _rows(shown: Filter) -> Iterator[Sequence[Cell]]:
    listed = Part(listing.listed(me(), shown), (Message.id,), is_descending=True)
    for found in walk(session(), [listed], listing.listed(me(), Filter()), Message.id):
        for row in found:
            yield (
                row.id, KIND_NAMES.get(row.kind, "") if row.kind else "", row.to_address, row.subject, STATE_LOOKS[row.state][0], row.state_reason,
                row.created_at, row.due_at, row.sent_at, row.pitch_id,
            )  # fmt: skip
