"""Numbers in addresses: only such as a column of ids can hold, so that a huge one is 404 and no error of the database."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import IntegerConverter

from outreach.web.forms import LARGEST_ID


class RowId(IntegerConverter):
    """`<int:pitch_id>`: from 1 to LARGEST_ID."""

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **{"min": 1, "max": LARGEST_ID, **options})
