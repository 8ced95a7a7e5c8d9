"""After an erasure the address stands nowhere in the instance; before it, it was planted everywhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import quopri
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.care import columns, erasing, jobs
from outreach.care.import_models import ImportFile
from outreach.care.models import Erasure
from outreach.care.rules import TABLES, ErasureState, Fate
from outreach.consent import moves as consent_moves
from outreach.consent.queries import hash_of, is_erased, is_suppressed, rows_without_erased
from outreach.consent.rules import SuppressionReason
from outreach.db import Base, session, write
from outreach.links import evidence
from outreach.links.models import LinkCheck
from outreach.mail import files as letter_files
from outreach.mail import keeping
from outreach.mail.models import LetterFile, Message, Thread
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage, column_of
from outreach.prospects.models import Note, Person
from outreach.reminders.models import Reminder
from outreach.settings import Settings
from tests.conftest import Place
from tests.rows import Rows
from tests.world import NOW, TODAY, World, person, site

BO = "bo@wild.example"
SAID = f"Bo Berg <{BO}> wrote to us, so write to {BO.upper()} again."
OURS = {"users", "account_keys", "mailboxes", "diary", "erasures", "workspace"}


def _for_ever() -> bool:
    return False


def erase(world: World, app: Flask, also: list[str] | None = None) -> Erasure:
    config: Settings = app.extensions["outreach"]
    key = erasing.erase(world.bo.id, also or [], config, by=world.max, now=NOW, is_over=_for_ever)
    return session().get_one(Erasure, key)


# Planting


def mail(text: str, encode: str) -> bytes:
    """A mail whose text is packed as a mail program packs it."""
    body = {
        "base64": base64.encodebytes(text.encode() * 3),
        "quoted-printable": quopri.encodestring(text.encode() * 3),
        "8bit": text.encode(),
    }[encode]
    head = f"From: jo@other.example\nCc: {BO}\nContent-Transfer-Encoding: {encode}\n\n"
    return (head.encode() + body).replace(b"\n", b"\r\n")


def plant(column: sa.Column[Any], row: int) -> Any:
    """The address in a value that fits the column."""
    if isinstance(column.type, sa.JSON):
        return {"to": [SAID], BO: row} if isinstance(columns.empty(column), dict) else [SAID, [BO]]
    if isinstance(column.type, sa.LargeBinary):
        return mail(SAID, ("base64", "quoted-printable", "8bit")[row % 3])
    length = getattr(column.type, "length", None) or 1000
    return f"{BO} {row} {SAID}"[:length] if length >= len(BO) + 4 else None


def plant_everywhere() -> int:
    """Into every free column of every row of every table that is not the team's; how many values."""
    planted = 0
    with write():
        for table in columns.tables():
            if table.name in OURS:
                continue
            unique = {column.name for column in table.columns if column.unique} | {
                column.name
                for constraint in table.constraints
                if isinstance(constraint, (sa.UniqueConstraint, sa.CheckConstraint))
                for column in constraint.columns
            }
            for key in session().scalars(sa.select(table.c.id)).all():
                values = {
                    column.name: value
                    for column in (*columns.texts(table), *columns.blobs(table))
                    if column.name not in unique and (value := plant(column, key)) is not None
                }
                values |= FITTING.get(table.name, {})
                if values:
                    session().execute(sa.update(table).where(table.c.id == key).values(values))
                    planted += len(values)
    return planted


FITTING: dict[str, dict[str, Any]] = {
    "pitches": {"expected_rel": "", "rested_from": None, "currency": "EUR"},
    "stage_changes": {"from_stage": "idea", "to_stage": "ready"},
    "pitch_files": {"reference": "0" * 64, "url": ""},
    "suppressions": {"value": "other@wild.example", "source": SAID},
}
"""Columns whose values are held by more than their type."""


def every_kind_of_row(world: World, rows: Rows) -> None:
    """What tests/rows.py does not make: their mails, notes, reminders, tokens, other people's mails."""
    common = {"project_id": world.seed.id, "created_at": NOW, "pitch_id": world.pitch.id}
    with write() as here:
        thread = Thread(project_id=world.seed.id, pitch_id=world.pitch.id, person_id=world.bo.id, site_id=world.site.id,
                        subject="Seeds", last_at=NOW, created_at=NOW)  # fmt: skip
        here.add(thread)
        here.flush()
        here.add_all([
            Message(direction=Direction.IN, state=MessageState.RECEIVED, person_id=world.bo.id, thread_id=thread.id,
                    from_address=BO, received_at=NOW, message_id="<bo@wild>", **common),
            Message(direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.SENT, thread_id=thread.id, to_address="Bo@Wild.example",
                    sent_at=NOW, message_id="<ours@hazel>", raw=mail(SAID, "8bit"), **common),
            Message(direction=Direction.IN, state=MessageState.RECEIVED, from_address="jo@other.example", received_at=NOW,
                    message_id="<jo@other>", body=SAID, raw=mail(SAID, "base64"), **common),
            Message(direction=Direction.OUT, kind=LetterKind.SYSTEM, state=MessageState.SENT, for_user_id=world.ana.id, to_address=world.ana.email,
                    subject="Your day", body="Bo Berg answered", sent_at=NOW, created_at=NOW),
            Note(project_id=world.seed.id, person_id=world.bo.id, text=SAID, created_at=NOW),
            Note(project_id=world.seed.id, site_id=world.site.id, text="Bo Berg is nice", created_at=NOW),
            Reminder(person_id=world.bo.id, kind="other", words="Call Bo", due_on=TODAY, owner_id=world.ana.id, created_at=NOW),
        ])  # fmt: skip
        consent_moves.suppress(BO, reason=SuppressionReason.BY_HAND, source=SAID, by=None, now=NOW)


def plant_files(instance: Path) -> None:
    """Captured letters, a kept page, an upload of each kind, a log."""
    page = f"<p>Write to <a href='mailto:{BO}'>Bo</a></p>".encode()
    reference = evidence.keep(instance, page)
    with write():
        session().execute(sa.update(LinkCheck).values(body_ref=reference))
    theirs = keeping.keep(instance, mail(SAID, "base64"))
    kept = keeping.keep(instance, mail(SAID, "quoted-printable"))
    attached = letter_files.keep(instance, SAID.encode())
    with write():
        for who, name in ((BO, theirs), ("jo@other.example", kept)):
            session().execute(sa.update(Message).where(Message.from_address == who).values(raw_file=name))
        session().execute(sa.update(LetterFile).values(reference=attached))
    captured = instance / "captured"
    captured.mkdir()
    (captured / "to-bo.eml").write_bytes(b"To: Bo <bo@wild.example>\r\n\r\nHi")
    (captured / "to-jo.eml").write_bytes(b"To: jo@other.example\r\n\r\n" + quopri.encodestring(SAID.encode()))
    uploads = instance / "uploads" / "1"
    uploads.mkdir(parents=True)
    (uploads / "people.csv").write_text(f"name,mail\nBo,{BO}\nJo,jo@other.example\n")
    (uploads / "people.csv.gz").write_bytes(gzip.compress(SAID.encode()))
    with zipfile.ZipFile(uploads / "people.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", f"<t>{BO}</t><t>jo@other.example</t>")
    (instance / "log").write_text(f'{{"event": "trouble with {BO}"}}\n{{"event": "next"}}\n')


# Looking


def spellings() -> list[bytes]:
    """The address as a search from outside would look for it."""
    packed = [base64.b64encode(b" " * start + BO.encode())[4:-4] for start in range(3)]
    return [BO.encode(), BO.replace("@", "%40").encode(), BO.replace("@", "&#64;").encode(), *packed]


def unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    yield data.replace(b"=\r\n", b"").replace(b"=\n", b"").replace(b"=40", b"@")
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def holds(data: bytes) -> bool:
    """Case matters in base64 only."""
    return any(
        spelling in inside or spelling.lower() in inside.lower()
        for inside in unpacked(data)
        for spelling in spellings()
    )


def files_that_hold_it(instance: Path) -> set[str]:
    found = [path for path in instance.rglob("*") if path.is_file() and path.name != "outreach.db-shm"]
    return {str(path.relative_to(instance)) for path in found if holds(path.read_bytes())}


def columns_that_hold_it() -> set[str]:
    found = set()
    for table in columns.tables():
        for row in session().execute(sa.select(table)).mappings():
            for name, value in row.items():
                raw = value if isinstance(value, bytes) else repr(value).encode()
                if holds(raw) or any(
                    holds(base64.b64decode(line + b"==="))
                    for line in [b"".join(raw.split(b"\r\n\r\n")[1:])]
                    if isinstance(value, bytes) and b"base64" in raw
                ):
                    found.add(f"{table.name}.{name}")
    session().rollback()
    return found


@dataclass
class Planted:
    world: World
    app: Flask
    instance: Path


@pytest.fixture
def planted(app: Flask, world: World) -> Planted:
    instance = Path(app.extensions["outreach"].instance)
    every_kind_of_row(world, Rows.build(world))
    plant_files(instance)
    held = [LinkCheck.body_ref, Message.raw_file, LetterFile.reference]
    before = {column: dict(session().execute(sa.select(column.class_.id, column)).all()) for column in held}
    assert plant_everywhere() > 100
    with write():
        for column, values in before.items():
            for key, value in values.items():
                session().execute(
                    sa.update(column.class_).where(column.class_.id == key).values({column: value})
                )
    return Planted(world, app, instance)


def dumped(url: str) -> bytes:
    """The whole PostgreSQL database as SQL."""
    place = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    command = [shutil.which("pg_dump") or "pg_dump", f"--dbname={place}"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_the_address_stands_nowhere_afterwards(planted: Planted, kind: str, place: Place) -> None:
    assert len(columns_that_hold_it()) > 60
    assert len(files_that_hold_it(planted.instance)) >= 7
    row = erase(planted.world, planted.app)
    assert (row.state, row.problem, row.sealed) == (ErasureState.DONE, "", "")
    session().rollback()
    assert columns_that_hold_it() == set()
    assert files_that_hold_it(planted.instance) == set()
    assert row.hashes == [hash_of(BO)]
    if kind == "postgres":
        dump = dumped(place.url)
        assert hash_of(BO).encode() in dump
        assert not holds(dump)


def test_what_is_kept_of_others_is_still_there(planted: Planted) -> None:
    erase(planted.world, planted.app)
    uploads = planted.instance / "uploads" / "1"
    assert (uploads / "people.csv").read_text().splitlines() == ["name,mail", ",", "Jo,jo@other.example"]
    assert b"jo@other.example" in zipfile.ZipFile(uploads / "people.xlsx").read("xl/sharedStrings.xml")
    assert sorted(path.name for path in (planted.instance / "captured").iterdir()) == ["to-jo.eml"]
    assert "next" in (planted.instance / "log").read_text()
    kept = [raw for raw in session().scalars(sa.select(Message.raw)) if raw]
    assert kept
    assert all(b"jo@other.example" in raw for raw in kept)


def test_files_of_their_mails_go_and_those_of_others_stay(planted: Planted) -> None:
    mails = planted.instance / "mails"
    assert len([path for path in mails.rglob("*") if path.is_file()]) == 2
    erase(planted.world, planted.app)
    (left,) = [path for path in mails.rglob("*") if path.is_file()]
    assert b"From: jo@other.example" in gzip.decompress(left.read_bytes())
    assert [path for path in (planted.instance / "letter-files").rglob("*") if path.is_file()] == []
    emptied = sa.select(Message).where(Message.direction == Direction.IN, Message.raw_file == "")
    assert {(row.message_id, row.handled_at) for row in session().scalars(emptied)} == {(None, NOW)}


def test_a_kept_page_gets_the_name_of_what_is_left_in_it(planted: Planted) -> None:
    before = session().scalar(sa.select(LinkCheck.body_ref))
    erase(planted.world, planted.app)
    after = session().scalar(sa.select(LinkCheck.body_ref)) or ""
    assert after != before
    page = evidence.read(planted.instance, after) or b""
    assert hashlib.sha256(page).hexdigest() in after
    assert b">Bo</a>" in page


def test_the_first_rows_of_a_file_lose_those_about_them(app: Flask, world: World) -> None:
    with write() as here:
        here.add(ImportFile(project_id=world.seed.id, name="people.csv", format="csv", first=[["Bo Berg", BO], ["Jo", "jo@other.example"]],
                            header=["Name", "Mail"], header_row=1, fingerprint="", columns={}, notices=[], created_at=NOW, created_by_id=world.ana.id))  # fmt: skip
    erase(world, app)
    assert session().scalar(sa.select(ImportFile.first)) == [
        ["[erased]", "[erased]"],
        ["Jo", "jo@other.example"],
    ]
    assert rows_without_erased([["Bo Berg", BO.upper()], ["Jo", "jo@other.example"]]) == [
        ["", ""],
        ["Jo", "jo@other.example"],
    ]


# What it means for the rooms


def test_a_waiting_letter_is_cancelled_and_counted_without_whom(app: Flask, world: World) -> None:
    every_kind_of_row(world, Rows.build(world))
    erase(world, app)
    letters = list(
        session().scalars(sa.select(Message).where(Message.kind == LetterKind.FIRST).order_by(Message.id))
    )
    assert [letter.state for letter in letters] == [
        MessageState.CANCELLED,
        MessageState.CANCELLED,
        MessageState.SENT,
    ]
    assert {
        (letter.to_address, letter.subject, letter.body, letter.person_id, letter.raw) for letter in letters
    } == {("", "", "", None, None)}
    assert letters[2].sent_at == NOW
    assert letters[2].message_id == "<ours@hazel>"


def test_an_early_pitch_ends_and_a_later_one_looks_for_somebody_else(app: Flask, world: World) -> None:
    with write():
        world.pitch.stage, world.pitch.expected_rel, world.pitch.target_url = (
            Stage.AGREED,
            "follow",
            "https://hazel.example/",
        )
        world.pitch.board_column = column_of(Stage.AGREED)
    erase(world, app)
    pitch = session().scalars(sa.select(Pitch)).one()
    assert (pitch.person_id, pitch.is_open, pitch.next_kind) == (None, True, NextKind.FIND_CONTACT)


def test_an_early_pitch_is_closed(app: Flask, world: World) -> None:
    erase(world, app)
    assert session().scalars(sa.select(Pitch)).one().stage is Stage.SUPPRESSED


def test_the_name_goes_from_rows_about_them_and_stays_where_it_means_somebody_else(
    app: Flask, world: World
) -> None:
    every_kind_of_row(world, Rows.build(world))
    with write() as here:
        twin, elsewhere = person("Bo Berg"), site("other.example")
        here.add_all([twin, elsewhere])
        here.flush()
        here.add(
            Note(project_id=world.seed.id, site_id=elsewhere.id, text="Bo Berg writes here", created_at=NOW)
        )
        here.add(Note(project_id=world.seed.id, person_id=twin.id, text="another", created_at=NOW))
    erase(world, app)
    texts = list(session().scalars(sa.select(Note.text).order_by(Note.id)))
    assert texts == ["[erased] is nice", "Bo Berg writes here", "another"]
    assert set(session().scalars(sa.select(Person.name))) == {"Bo Berg", "Bob Berg"}
    mails = session().scalars(sa.select(Message.body).where(Message.kind == LetterKind.SYSTEM))
    assert list(mails) == ["[erased] answered"]


def test_whom_they_named_to_us_stays(app: Flask, world: World) -> None:
    with write() as here:
        named = person("Cleo")
        named.referred_by_id = world.bo.id
        here.add(named)
    erase(world, app)
    [left] = session().scalars(sa.select(Person)).all()
    assert (left.name, left.referred_by_id) == ("Cleo", None)


def test_the_number_of_an_erased_person_is_never_given_again(app: Flask, world: World) -> None:
    bo_id = world.bo.id
    erase(world, app)
    with write() as here:
        fresh = person("Cleo")
        here.add(fresh)
        here.flush()
        assert fresh.id > bo_id


def test_more_addresses_of_theirs_go_with_them(app: Flask, world: World) -> None:
    row = erase(world, app, ["Bo.Private@mail.example"])
    assert row.hashes == [hash_of(BO), hash_of("bo.private@mail.example")]
    assert is_erased("bo.private@mail.example")


def test_why_and_since_when_they_said_no_is_kept(app: Flask, world: World) -> None:
    with write():
        consent_moves.suppress(BO, reason=SuppressionReason.COMPLAINT, by=None, now=NOW - timedelta(days=9))
    erase(world, app)
    row = is_suppressed(BO)
    assert row is not None
    assert (row.value, row.reason, row.created_at) == (
        None,
        SuppressionReason.COMPLAINT,
        NOW - timedelta(days=9),
    )


def test_an_address_of_nobody_is_erased_too(app: Flask, world: World) -> None:
    with write() as here:
        here.add(
            Note(project_id=world.seed.id, site_id=world.site.id, text="Ask jo@other.example", created_at=NOW)
        )
    config: Settings = app.extensions["outreach"]
    erasing.erase_address("Jo@other.example", config, by=world.max, now=NOW, is_over=_for_ever)
    assert session().scalar(sa.select(Note.text)) == "Ask [erased]"
    assert is_erased("jo@other.example")


# Going on


def test_what_the_screen_cannot_end_the_worker_ends(planted: Planted) -> None:
    config: Settings = planted.app.extensions["outreach"]
    bo_id = planted.world.bo.id
    key = erasing.erase(bo_id, [], config, by=planted.world.max, now=NOW, is_over=lambda: True)
    row = session().get_one(Erasure, key)
    assert row.state is ErasureState.RUNNING
    assert BO not in row.sealed
    assert session().get(Person, bo_id) is None
    session().rollback()
    assert columns_that_hold_it() != set()
    assert jobs.count_erasures(NOW) == 1
    assert jobs.go_on_erasing(NOW) == 1
    session().expire_all()
    assert (session().get_one(Erasure, key).state, session().get_one(Erasure, key).sealed) == (
        ErasureState.DONE,
        "",
    )
    session().rollback()
    assert columns_that_hold_it() == set()
    assert files_that_hold_it(planted.instance) == set()
    assert jobs.go_on_erasing(NOW) == 0


def test_a_worker_that_died_is_followed_by_another(planted: Planted) -> None:
    config: Settings = planted.app.extensions["outreach"]
    erasing.erase(planted.world.bo.id, [], config, by=planted.world.max, now=NOW, is_over=lambda: True)
    key, fence = erasing.take(NOW) or (0, 0)
    assert erasing.take(NOW) is None
    later = NOW + erasing.LEASE + timedelta(seconds=1)
    assert erasing.take(later) == (key, fence + 1)
    with pytest.raises(erasing.Gone):
        erasing.go_on(key, fence, config, is_over=_for_ever)


# The registry


def test_every_table_about_somebody_says_what_becomes_of_it(app: Flask) -> None:
    assert columns.unnamed() == [], "say in outreach/care/rules.py what erasing and copying do to these"
    assert set(TABLES) - {table.name for table in columns.tables()} == set()


@pytest.mark.parametrize("column", ["person_id", "site_id", "from_address", "email"])
def test_a_planted_table_that_is_not_named_is_found(app: Flask, column: str) -> None:
    keys = {"person_id": "people.id", "site_id": "sites.id"}
    kind = sa.ForeignKey(keys[column]) if column in keys else sa.String(200)
    planted = sa.Table(
        "planted", Base.metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column(column, kind)
    )  # type: ignore[arg-type]
    try:
        assert columns.unnamed() == ["planted"]
    finally:
        Base.metadata.remove(planted)


def test_what_is_kept_as_it_is_has_a_reason() -> None:
    assert [name for name, manner in TABLES.items() if manner.fate is Fate.KEEP and not manner.why] == []
