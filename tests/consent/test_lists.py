"""A list of those who said no comes in by a paste or a file, is looked at first, and can be taken out again."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.consent import actions, lists, moves
from outreach.consent.lists import Fate
from outreach.consent.models import Suppression, SuppressionBatch
from outreach.consent.queries import hash_of, is_suppressed
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import session, write
from outreach.diary.models import Entry
from outreach.kit import tables
from tests.world import NOW, World, log_in

PASTED = """E-mail,Name
Bo@Wild.example,Bo
mailto:cleo@wild.example
wild-spam.example
gmail.com
blogspot.com
bo@wild.example
no address at all
x@@y
"""


def fates(text: str) -> list[tuple[int, Fate, str]]:
    return [
        (line.number, line.fate, line.value)
        for line in lists.judged(lists.lines_of(tables.pasted(text).rows()), {})
    ]


def test_each_line_is_an_address_a_domain_or_refused() -> None:
    assert fates(PASTED) == [
        (2, Fate.NEW, "bo@wild.example"), (3, Fate.NEW, "cleo@wild.example"), (4, Fate.NEW, "wild-spam.example"),
        (5, Fate.REFUSED, ""), (6, Fate.REFUSED, ""), (7, Fate.REPEATED, "bo@wild.example"), (8, Fate.REFUSED, ""), (9, Fate.REFUSED, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(("cells", "value"), [
    ("1;Bo Berg;bo@wild.example;2026-11-01", "bo@wild.example"), ("'+bo@wild.example", "+bo@wild.example"), ("domain,wild.example,,by_hand", "wild.example"),
])  # fmt: skip
def test_the_address_is_found_in_whatever_column_it_stands(cells: str, value: str) -> None:
    assert [found for _, _, found in fates(f"a header of no kind\n{cells}")][1:] == [value]


def bring(client: FlaskClient, text: str, **more: object) -> str:
    """Look, then take in; the text of the last page."""
    looked = client.post(
        "/suppressions/import", data={"lines": text, "source": "our newsletter tool", "step": "look", **more}
    )
    assert looked.status_code == 200
    assert session().scalar(sa.select(sa.func.count(SuppressionBatch.id))) == 0
    session().rollback()
    held = looked.text.partition('<textarea name="lines" hidden>')[2].partition("</textarea>")[0]
    done = client.post(
        "/suppressions/import",
        data={"lines": held, "source": "our newsletter tool", "step": "bring"},
        follow_redirects=True,
    )
    assert done.status_code == 200
    session().rollback()
    return done.text


def test_it_is_looked_at_before_it_is_taken_in(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    page = client.post(
        "/suppressions/import", data={"lines": PASTED, "source": "our newsletter tool", "step": "look"}
    ).text
    for words in (
        "8 lines",
        "Put 3 on the list",
        "Everybody may have an address at gmail.com",
        "Many sites live under blogspot.com",
    ):
        assert words in page
    bring(client, PASTED)
    row = is_suppressed("bo@wild.example")
    assert row is not None
    assert (row.reason, row.source) == (SuppressionReason.IMPORTED, "our newsletter tool")
    assert is_suppressed("anybody@news.wild-spam.example") is not None
    assert session().scalar(sa.select(Entry.data).where(Entry.kind == "consent.imported")) == {"lines": 8}


def test_a_sheet_comes_in_as_well(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    file = io.BytesIO()
    tables.write_xlsx(file, [["Name", "Mail"], ["Bo", "bo@wild.example"], ["Jo", "jo@wild.example"]])
    file.seek(0)
    bring(client, "", file=(file, "list.xlsx"))
    assert is_suppressed("jo@wild.example") is not None


def test_what_is_no_table_is_said_beside_the_field(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    for file in (io.BytesIO(b"\x89PNG\r\n\x1a\n"), io.BytesIO(b"PK\x03\x04broken")):
        page = client.post(
            "/suppressions/import", data={"file": (file, "x.png"), "source": "tool", "step": "look"}
        )
        assert page.status_code == 422
    assert client.post("/suppressions/import", data={"lines": "", "source": "tool"}).status_code == 422
    assert (
        client.post(
            "/suppressions/import", data={"lines": "bo@wild.example", "source": "from bo@wild.example"}
        ).status_code
        == 422
    )


def test_an_import_is_undone_but_for_who_said_no_themselves(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    bring(client, "bo@wild.example\njo@wild.example\nel@wild.example")
    with write():
        moves.suppress("jo@wild.example", reason=SuppressionReason.UNSUBSCRIBED, by=None, now=NOW)
        moves.suppress_erased("el@wild.example", by=None, now=NOW)
    key = session().scalar(sa.select(SuppressionBatch.id))
    page = client.post(f"/suppressions/imports/{key}/undo", follow_redirects=True)
    assert "Undone: 1 taken off again" in page.text
    session().rollback()
    assert is_suppressed("bo@wild.example") is None
    row = is_suppressed("jo@wild.example")
    assert row is not None
    assert row.reason is SuppressionReason.UNSUBSCRIBED
    assert is_suppressed("el@wild.example") is not None
    assert client.post(f"/suppressions/imports/{key}/undo").status_code == 404


def test_only_who_brought_it_or_an_admin_undoes_it(world: World, client: FlaskClient) -> None:
    log_in(client, world.ada)
    bring(client, "bo@wild.example")
    key = session().scalar(sa.select(SuppressionBatch.id))
    for who in (world.ana, world.max):
        log_in(client, who)
        assert client.post(f"/suppressions/imports/{key}/undo").status_code == 404
    log_in(client, world.ana)
    assert client.get("/suppressions/import").status_code == 404


def test_the_export_is_safe_to_open_and_comes_in_again(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    with write():
        moves.suppress("bo@wild.example", reason=SuppressionReason.BY_HAND, source="=1+1", by=None, now=NOW)
        moves.suppress(
            "wild-spam.example",
            kind=SuppressionKind.DOMAIN,
            reason=SuppressionReason.BY_HAND,
            by=None,
            now=NOW,
        )
        moves.suppress_erased("el@wild.example", by=None, now=NOW)
    answer = client.post("/suppressions/export")
    text = answer.data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["kind"], row["value"], row["fingerprint"]) for row in rows] == [
        ("email", "bo@wild.example", ""), ("domain", "wild-spam.example", ""), ("email", "", hash_of("el@wild.example")),
    ]  # fmt: skip
    assert rows[0]["source"] == "'=1+1"
    assert "el@wild" not in text
    assert 'action="/suppressions/export?kind=domain"' in client.get("/suppressions?kind=domain").text
    for asked, values in {"kind=domain": ["wild-spam.example"], "q=bo": ["bo@wild.example"], "q=el@wild.example": [""], "reason=hard_bounce": []}.items():  # fmt: skip
        few = client.post(f"/suppressions/export?{asked}").data.decode("utf-8-sig")
        assert [row["value"] for row in csv.DictReader(io.StringIO(few))] == values, asked
    session().rollback()
    with write() as here:
        here.execute(sa.delete(Suppression))
    bring(client, text)
    assert is_suppressed("bo@wild.example") is not None
    assert is_suppressed("x@wild-spam.example") is not None


def test_an_erased_one_is_known_and_not_shown_again(world: World, client: FlaskClient) -> None:
    log_in(client, world.max)
    with write():
        moves.suppress_erased("el@wild.example", by=None, now=NOW)
    bring(client, "el@wild.example\nbo@wild.example")
    counts = session().scalar(sa.select(SuppressionBatch.counts))
    assert counts == {"known": 1, "new": 1}
    assert list(session().scalars(sa.select(Suppression.value).order_by(Suppression.id))) == [
        None,
        "bo@wild.example",
    ]


def test_a_list_that_is_too_long_is_refused_whole() -> None:
    rows = (tables.Row(number, (f"p{number}@wild.example",)) for number in range(lists.MOST + 1))
    with pytest.raises(tables.BadTable, match="more than 50,000"):
        actions.look_through(rows)
