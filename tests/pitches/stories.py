"""What tests of pitches do again and again."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach.db import session
from outreach.diary.models import Entry
from outreach.pitches.models import Pitch

AGREED: dict[str, Any] = {"target_page": "", "target_url": "", "anchor": "", "expected_rel": "follow"}


def send(client: FlaskClient, key: int, door: str, **data: Any) -> TestResponse:
    """Post a form of a pitch as it was drawn now."""
    session().rollback()
    pitch = session().get(Pitch, key)
    assert pitch
    answer = client.post(f"/pitches/{key}/{door}", data={"version": pitch.version, **data})
    session().rollback()
    return answer


def lines(key: int) -> list[str]:
    """The kinds of the diary's lines about a pitch, oldest first."""
    session().rollback()
    found = session().query(Entry.kind).filter(Entry.pitch_id == key).order_by(Entry.id)
    return [kind for (kind,) in found]


def fields(page: str, name: str) -> list[str]:
    """The values of inputs called `name`, or the addresses of forms that hold it."""
    values = re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)
    values += re.findall(rf'value="([^"]*)"[^>]*name="{name}"', page)
    return [unescape(one) for one in values + re.findall(rf'action="([^"]*{re.escape(name)}[^"]*)"', page)]
