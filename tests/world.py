"""The small named world of the tests: Ana writes, Bo replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import make_transient_to_detached

from outreach.accounts.models import User, Workspace
from outreach.accounts.rules import UserRole
from outreach.db import Base, session, write
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import Membership, OwnHost, OwnPage, Project
from outreach.projects.rules import AssetType, MemberRole
from outreach.prospects.models import ContactPoint, Person, Prospect, Site, SitePerson
from outreach.prospects.rules import ContactKind, ProspectState

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PASSWORD = "a long sentence for tests"

Keys = Mapping[str, tuple[type[Base], int]]
"""{name: (kind, id)} of the rows of a world."""


@dataclass
class World:
    """Rows that most tests need; attributes are the rows themselves."""

    ada: User
    max: User
    ana: User
    vic: User
    otto: User
    seed: Project
    other: Project
    page: OwnPage
    site: Site
    prospect: Prospect
    bo: Person
    pitch: Pitch

    @classmethod
    def build(cls) -> World:
        with write() as session:
            session.add(workspace())
            ada, boss, ana = user("ada", UserRole.ADMIN), user("max", UserRole.MANAGER), user("ana")
            vic, otto = user("vic"), user("otto")
            session.add_all([ada, boss, ana, vic, otto])
            session.flush()
            seed, other = project("Seed trial", "hazel.example"), project("Other", "frost.example")
            session.add_all([seed, other])
            session.flush()
            session.add_all([
                Membership(project_id=seed.id, user_id=ana.id, role=MemberRole.MEMBER),
                Membership(project_id=seed.id, user_id=vic.id, role=MemberRole.VIEWER),
                Membership(project_id=other.id, user_id=otto.id, role=MemberRole.MEMBER),
            ])  # fmt: skip
            page = OwnPage(
                project_id=seed.id, url="https://hazel.example/seed-trial", url_norm="hazel.example/seed-trial",
                title="Forty seed mixes", is_asset=True, asset_type=AssetType.STUDY, asset_owner_id=ana.id, created_at=NOW,
            )  # fmt: skip
            place = site("wild.example")
            bo = person("Bo Berg")
            session.add_all([page, place, bo])
            session.flush()
            row = prospect(seed, place, ana)
            session.add_all([
                row,
                SitePerson(site_id=place.id, person_id=bo.id, role="features editor"),
                address(bo, "bo@wild.example", ana),
            ])  # fmt: skip
            pitch = pitch_moves.start(
                seed, PitchType.GUEST_POST, place.id, by=ana, now=NOW, today=TODAY,
                person_id=bo.id, own_page_id=page.id, topic="Forty seed mixes, one dry August", stage=Stage.READY,
            )  # fmt: skip
        return cls(ada, boss, ana, vic, otto, seed, other, page, place, row, bo, pitch)

    def keys(self) -> Keys:
        """By which a copy of the database finds its own rows."""
        return {each.name: (type(row := getattr(self, each.name)), row.id) for each in fields(self)}

    @classmethod
    def of(cls, keys: Keys) -> World:
        """The rows of a world that came with a copied database: as after `build`, each is read once it is looked at."""
        rows = {name: kind(id=key) for name, (kind, key) in keys.items()}
        for row in rows.values():
            make_transient_to_detached(row)
        session().add_all(rows.values())
        session().rollback()
        return cls(**rows)  # type: ignore[arg-type]


def workspace() -> Workspace:
    return Workspace(
        id=1, name="Hazel & Loam", legal_name="Hazel & Loam Ltd", postal_address="1 Garden Row, Growtown",
        base_url="https://outreach.example", timezone="Europe/Berlin", hash_key="0" * 64, created_at=NOW,
    )  # fmt: skip


def user(name: str, role: UserRole = UserRole.USER) -> User:
    return User(
        email=f"{name}@hazel.example", name=f"{name.capitalize()} Hazel", role=role, password_hash="",
        session_token=f"token-{name}", timezone="Europe/Berlin", created_at=NOW,
    )  # fmt: skip


def project(name: str, host: str) -> Project:
    return Project(name=name, brand_terms=[], created_at=NOW, hosts=[OwnHost(host=host)])


def site(key: str) -> Site:
    return Site(
        key=key, url=f"https://{key}/", title=key.split(".")[0].capitalize(), created_at=NOW, updated_at=NOW
    )


def person(name: str) -> Person:
    return Person(name=name, created_at=NOW, updated_at=NOW)


def prospect(where: Project, what: Site, by: User, at: datetime = NOW) -> Prospect:
    return Prospect(
        project_id=where.id,
        site_id=what.id,
        state=ProspectState.KEPT,
        owner_id=by.id,
        added_by_id=by.id,
        created_at=at,
        updated_at=at,
    )


def address(whose: Person, mail: str, by: User) -> ContactPoint:
    return ContactPoint(
        person_id=whose.id, kind=ContactKind.EMAIL, value=mail, value_norm=mail, found_at=NOW - timedelta(days=1),
        source_url="https://wild.example/about", found_by_id=by.id,
    )  # fmt: skip


def log_in(client: FlaskClient, who: User) -> None:
    """Give the browser the session of `who`, as the log-in form does."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = who.session_token
        cookie["_fresh"] = True
