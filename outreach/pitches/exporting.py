"""The pitches of the board or table as a file, as they are filtered and sorted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from werkzeug.wrappers import Response

from outreach.db import session, write
from outreach.diary.moves import note
from outreach.kit.tables import Cell
from outreach.kit.urls import show_host
from outreach.pitches import rules, table_rows
from outreach.pitches.door import bp
from outreach.pitches.filtering import Filters
from outreach.pitches.models import Pitch
from outreach.pitches.pipeline import asked_filters, asked_sort
from outreach.web.access import allow
from outreach.web.downloads import list_download
from outreach.web.here import me, now
from outreach.web.pager import walk

HEAD = (
    "Number", "Site", "Project", "Type", "Stage", "Column", "Person", "Topic", "Owner", "Next action", "Next on", "In stage since", "Started",
    "Changed", "How it ended",
)  # fmt: skip


@bp.post("/pitches/export")
@allow("member")
def export_pitches() -> Response:
    """All pitches that the filters let through. `format` is csv or xlsx."""
    by = asked_filters()
    with write():
        note("pitches.exported", by=me().id, now=now())
    return list_download(HEAD, _rows(by), "pitches")


def _rows(by: Filters) -> Iterator[Sequence[Cell]]:
    listed = table_rows.in_order(me(), by, asked_sort())
    for found in walk(session(), [listed], table_rows.table(me(), Filters()), Pitch.id):
        for row in found:
            yield (
                row.id, show_host(row.site.key), row.project.name, rules.TYPE_NAMES[row.type], rules.stage_name(row.stage),
                rules.COLUMN_NAMES[row.board_column], row.person.name if row.person else "", row.topic, row.owner.name if row.owner else "",
                row.next_note or (rules.NEXT_WORDS[row.next_kind] if row.next_kind else ""), row.next_on, row.stage_since, row.created_at,
                row.updated_at, row.outcome_reason or "",
            )  # fmt: skip
