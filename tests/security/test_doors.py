"""Every door takes what no browser would send: broken numbers, NUL, cursors made by hand, half an address."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.rows import Rows
from tests.test_rights import addresses
from tests.world import World, log_in


def cursor(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


NAMES = (
    "after", "amount", "as_pitch", "at", "back", "by", "code", "column", "draft", "kind", "on", "one", "owner", "person",
    "pitch", "pitch_id", "project", "q", "reason", "role", "room", "row", "section", "site", "sort", "stage", "state",
    "test", "to", "type", "value", "version", "view", "words",
)  # fmt: skip
VALUES = {
    "a NUL": "a\x00b", "a superscript": "\u00b2", "another script's digit": "\u0661", "a huge number": "9" * 20,
    "more digits than Python reads": "9" * 5_000, "a negative number": "-1", "half an address": "//[",
    "half an address behind a tab": "/\t/[", "a first day": "0001-01-01", "a last day": "9999-12-31", "an infinite amount": "1e400",
    "no number": "nan", "right to left": "\u202egnp.exe", "a face": "\U0001f600", "a cursor of truths": cursor(True, True, True),
    "a cursor of half a sign": cursor("\ud800", 1, 0), "a cursor before all time": cursor("0001-01-01T00:00:00+14:00", 1, 0),
    "a cursor of nothing": cursor(None, 1, 0), "a deep cursor": base64.urlsafe_b64encode(b"[" * 20_000).decode(),
}  # fmt: skip
LONG = 1_000
FORM = "application/x-www-form-urlencoded"
SAFE = "!$'()*,/:;?@"
"""Signs that a browser, and the tests' client, leaves as they are in an argument."""


@pytest.fixture
def kind() -> str:
    """PostgreSQL alone, which is the stricter of the two."""
    return "postgres"


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_no_argument_is_an_error_of_ours(client: FlaskClient, app: Flask, world: World, value: str) -> None:
    rows = Rows.build(world)
    names = NAMES if len(value) < LONG else ("after", "at", "q", "owner", "draft", "test")
    asked = urlencode(dict.fromkeys(names, value), safe=SAFE)  # once: the client would do so twice a request
    wrong = []
    for address in addresses(app):
        if address.rule.endpoint == "accounts.log_out":
            continue
        path = address.path(app, rows)
        log_in(client, world.ada)
        form = {} if address.method == "GET" else {"data": asked, "content_type": FORM}
        status = client.open(path, method=address.method, query_string=asked, **form).status_code  # type: ignore[arg-type]
        if status >= 500:
            wrong.append(f"{address}: {status}")
    assert wrong == []
