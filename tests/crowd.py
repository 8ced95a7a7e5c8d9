"""Many rows of every kind, all leaning on the rows of the small world: lists grow, and every screen meets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa

from outreach.accounts.models import Key
from outreach.care.import_models import ImportFile
from outreach.care.merging.models import Merge, Pair
from outreach.care.models import Erasure
from outreach.consent.models import Suppression
from outreach.db import Base, session, write
from outreach.diary.models import Entry
from outreach.inserting import insert_numbered
from outreach.links.models import LinkCheck, LinkList, LinkListRow, PlacedLink
from outreach.mail.models import LetterBatch, LetterTemplate, Mailbox, Message, Snippet, TemplateVersion
from outreach.mail.rules import Placing
from outreach.pitches.models import StageChange
from outreach.pitches.production.models import Contributor, ProductionStep
from outreach.pitches.rules import Column, Stage
from outreach.projects.models import Membership, OwnHost
from outreach.prospects.models import ContactPoint, ImportBatch, ImportRow, SitePerson
from outreach.prospects.rules import Outcome
from outreach.reminders.models import Reminder
from tests.rows import Rows
from tests.world import World

Row = TypeVar("Row", bound=Base)
Changed = Callable[[int], Mapping[str, Any]]
"""What is different in the copy of this number."""


def grow(world: World, rows: Rows, numbers: range) -> None:
    """One more row of each kind for each of `numbers`; those must not have been used before."""
    with write():
        _places(world, rows, numbers)
        _team(world, rows, numbers)
        _work(world, rows, numbers)
        _mail(rows, numbers)


def _copies(row: Row, numbers: range, changed: Changed) -> list[int]:
    """Insert a copy of `row` for each number, by the product's own way for many; gives the new ids."""
    table = type(row).__table__
    assert isinstance(table, sa.Table)
    kept = {it.columns[0].name: it.key for it in sa.inspect(type(row)).column_attrs}
    same = {name: getattr(row, key) for name, key in kept.items() if name != "id"}
    made = insert_numbered(type(row), [{**same, **changed(number)} for number in numbers])
    if session().get_bind().dialect.name == "postgresql":
        # The plans of its triggers were made when next to nothing was there, and lead through all rows.
        session().execute(sa.text("DISCARD PLANS"))
    return made


def _one(kind: type[Row], rows: Rows, name: str) -> Row:
    return session().get_one(kind, rows.ids[name])


def _first(kind: type[Row]) -> Row:
    return session().scalars(sa.select(kind).order_by(kind.id).limit(1)).unique().one()


def _places(world: World, rows: Rows, numbers: range) -> None:
    """Sites with a prospect each; people at the one site, each with an address; pitches to all of them."""
    start = numbers.start
    sites = _copies(
        world.site, numbers, lambda n: {"key": f"wild{n}.example", "url": f"https://wild{n}.example/"}
    )
    _copies(world.prospect, numbers, lambda n: {"site_id": sites[n - start]})
    people = _copies(world.bo, numbers, lambda n: {"name": f"Bo {n}"})
    _copies(_first(SitePerson), numbers, lambda n: {"person_id": people[n - start]})
    _copies(_one(Pair, rows, "pair_id"), numbers, lambda n: {"second_person_id": people[n - start]})
    _copies(_one(Merge, rows, "merge_id"), numbers, lambda n: {"former_id": 10_000_000 + n})
    point = _first(ContactPoint)
    _copies(point, numbers, lambda n: {"person_id": people[n - start], "value_norm": f"bo{n}@wild.example"})
    _copies(point, numbers, lambda n: {"value_norm": f"also{n}@wild.example"})
    _copies(point, numbers, lambda n: {
        "person_id": None, "site_id": world.site.id, "value_norm": f"desk{n}@wild.example",
    })  # fmt: skip
    # Last: each address of somebody is looked at once more for each of their sites.
    _copies(_first(SitePerson), numbers, lambda n: {"site_id": sites[n - start]})
    _copies(world.pitch, numbers, lambda n: {"site_id": sites[n - start], "topic": f"Seeds {n}"})
    over = {
        "stage": Stage.DECLINED, "is_open": False, "board_column": Column.CLOSED, "next_kind": None, "next_on": None,
        "next_owner_id": None, "outcome_reason": "No outside authors",
    }  # fmt: skip
    _copies(world.pitch, numbers, lambda n: over)
    batch = session().get_one(ImportBatch, rows.ids["batch_id"])
    session().execute(sa.insert(ImportRow), [
        {"batch_id": batch.id, "number": n, "typed": f"wild{n}.example", "outcome": Outcome.NEW, "reason": "", "site_id": sites[n - start]}
        for n in numbers
    ])  # fmt: skip


def _team(world: World, rows: Rows, numbers: range) -> None:
    """Users in the project and invited ones, projects with a host each, own pages, people who said no."""
    start = numbers.start
    users = _copies(
        world.ana, numbers, lambda n: {"email": f"ana{n}@hazel.example", "session_token": f"token-{n}"}
    )
    _copies(_first(Membership), numbers, lambda n: {"user_id": users[n - start]})
    projects = _copies(world.seed, numbers, lambda n: {"name": f"Trial {n}"})
    _copies(
        _first(OwnHost), numbers, lambda n: {"project_id": projects[n - start], "host": f"hazel{n}.example"}
    )
    _copies(
        _first(Membership), numbers, lambda n: {"user_id": world.ana.id, "project_id": projects[n - start]}
    )
    _copies(world.page, numbers, lambda n: {"url_norm": f"hazel.example/{n}"})
    _copies(_one(Key, rows, "key_id"), numbers, lambda n: {
        "token_hash": f"{n:064}", "email": f"new{n}@hazel.example",
    })  # fmt: skip
    _copies(_one(Suppression, rows, "suppression_id"), numbers, lambda n: {
        "value": f"no{n}@wild.example", "keyed_hash": f"{n:064}",
    })  # fmt: skip
    _copies(_one(Erasure, rows, "erasure_id"), numbers, lambda n: {})


def _work(world: World, rows: Rows, numbers: range) -> None:
    """Reminders, links, checks, moves and diary lines of the one pitch."""
    here = {"pitch_id": world.pitch.id, "person_id": world.bo.id, "site_id": world.site.id}
    _copies(_one(Reminder, rows, "reminder_id"), numbers, lambda n: here)
    link = _one(PlacedLink, rows, "link_id")
    _copies(link, numbers, lambda n: {"page_url_norm": f"wild.example/{n}", "pitch_id": world.pitch.id})
    _copies(_one(LinkCheck, rows, "check_id"), numbers, lambda n: {})
    _copies(_one(ProductionStep, rows, "step_id"), numbers, lambda n: {})
    _copies(_one(Contributor, rows, "contributor_id"), numbers, lambda n: {"name": f"Cleo {n}"})
    _copies(_one(LinkList, rows, "list_id"), numbers, lambda n: {})
    _copies(_one(ImportFile, rows, "import_id"), numbers, lambda n: {})
    _copies(_one(LinkListRow, rows, "list_row_id"), numbers, lambda n: {"number": n + 2})
    _copies(_first(StageChange), numbers, lambda n: {"pitch_id": world.pitch.id})
    _copies(_first(Entry), numbers, lambda n: {**here, "project_id": world.seed.id, "link_id": link.id})


def _mail(rows: Rows, numbers: range) -> None:
    """Letters of the one pitch, mailboxes, templates, and versions of one template."""
    start = numbers.start
    _copies(_one(Message, rows, "message_id"), numbers, lambda n: {"opaque_id": f"letter-{n}"})
    mail = _one(Message, rows, "mail_id")
    _copies(mail, numbers, lambda n: {"subject": f"Re: seeds {n}"})
    _copies(mail, numbers, lambda n: {
        "project_id": None, "pitch_id": None, "person_id": None, "placing": Placing.UNMATCHED, "from_address": f"mia{n}@moss.example",
    })  # fmt: skip
    _copies(_one(Message, rows, "draft_id"), numbers, lambda n: {})
    _copies(_one(Snippet, rows, "snippet_id"), numbers, lambda n: {"name": f"Who we are {n}"})
    _copies(_one(LetterBatch, rows, "letter_batch_id"), numbers, lambda n: {"name": f"Letters {n}"})
    _copies(_one(Mailbox, rows, "mailbox_id"), numbers, lambda n: {"address": f"hello{n}@hazel.example"})
    templates = _copies(
        _one(LetterTemplate, rows, "template_id"), numbers, lambda n: {"name": f"First letter {n}"}
    )
    version = _one(TemplateVersion, rows, "version_id")
    _copies(version, numbers, lambda n: {"template_id": templates[n - start]})
    _copies(version, numbers, lambda n: {"number": n + 1})
