"""Fills an empty instance with the demo: everything through the rooms' own moves, with its days relative to today.

    story.tell(Build(seed=7, size=120, now=clock.now(), port=8123))      # needs an app context and an empty, migrated database

`size` is the number of sites; people, pitches and links follow in the proportion 120 : 90 : 60 : 25.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from outreach.accounts import moves as account_moves
from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.db import session, write
from outreach.kit import clock, urls
from outreach.mail.models import Message
from outreach.pitches.models import Pitch
from outreach.projects.models import Membership, OwnHost, OwnPage, Project
from outreach.projects.rules import AssetType, MemberRole
from outreach.prospects import moves as prospect_moves
from outreach.prospects.models import ContactPoint, Person, Prospect, Site, SitePerson
from outreach.prospects.rules import ContactKind, ContactStatus, ProspectState
from outreach.server.demo import knowing, names

PASSWORD = "forty seeds in one row"
ZONE = "Europe/Berlin"
USERS = (
    ("mara@hazelandloam.example", "Mara Kessler", UserRole.ADMIN),
    ("amit@hazelandloam.example", "Amit Shah", UserRole.MANAGER),
    ("jo@hazelandloam.example", "Jo Dunn", UserRole.USER),
    ("vic@hazelandloam.example", "Vic Lowe", UserRole.USER),
)
PROJECTS = (("Seed trial 2026", "hazelandloam.example"), ("Frost date map", "frostdates.example"))
BATCH = 1000
LOTS = ((0, 1, 2), (3, 4, 0))
"""Which lots of sites each project holds; one lot stands in both."""


@dataclass
class Cast:
    """Who and what the demo is about, once made."""

    users: list[User] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    pages: dict[int, list[OwnPage]] = field(default_factory=dict)
    sites: list[tuple[int, int, str]] = field(default_factory=list)
    """(site id, project id, key), those that pitches go to first."""
    people: dict[int, int] = field(default_factory=dict)
    """{site id: person id}"""


@dataclass
class Build:
    """One run. `port` is where the demo's publishers answer; `pages` becomes their file."""

    seed: int
    size: int
    now: datetime
    port: int
    cast: Cast = field(default_factory=Cast)
    pages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    letters: dict[int, list[Message]] = field(default_factory=dict)
    """{pitch id: what was written}, put into the database in the order of its days."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.zone = ZoneInfo(ZONE)

    @property
    def today(self) -> date:
        return clock.local_day(self.now, self.zone)

    @property
    def pitch_count(self) -> int:
        return max(12, self.size // 2 if self.size <= 2_000 else self.size // 5)

    @property
    def person_count(self) -> int:
        return self.size * 3 // 4 if self.size <= 2_000 else self.size

    @property
    def link_count(self) -> int:
        return max(6, min(self.pitch_count * 25 // 60, 2_000))

    @property
    def admin(self) -> User:
        return self.cast.users[0]

    def ago(self, days: float, hour: int = 10) -> datetime:
        """A moment so many days before now, in working hours, never in the future."""
        day = self.today - timedelta(days=int(days))
        moment = datetime.combine(day, time(hour, self.chance.randrange(60)), self.zone)
        return min(moment, self.now - timedelta(minutes=5 + self.chance.randrange(90)))

    def address(self, key: str) -> str:
        """Where a site of the demo answers."""
        return f"http://{key}:{self.port}" if key.endswith(".localhost") else f"https://{key}"

    def slug(self) -> str:
        """A path of a page, without its slash."""
        title = self.chance.choice(names.TITLES).lower()
        return "".join(sign for sign in title if sign.isalnum() or sign == " ").replace(" ", "-")

    def ground(self) -> None:
        """The workspace with its users and projects, sites and people."""
        self._workspace()
        self._sites()
        self._people()

    # --- the ground ---------------------------------------------------------------------------------

    def _workspace(self) -> None:
        long_ago = self.ago(200)
        with write() as here:
            account_moves.add_workspace(
                name="Hazel & Loam", legal_name="Hazel & Loam Ltd", postal_address="1 Garden Row\nGrowtown GR1 2OW",
                base_url="", timezone=ZONE, now=long_ago,
            )  # fmt: skip
            for email, name, role in USERS:
                user = account_moves.add_user(email, name, role, PASSWORD, timezone=ZONE, now=long_ago)
                self.cast.users.append(user)
            for name, host in PROJECTS:
                self._project(name, host, long_ago)
            _, _, jo, vic = self.cast.users
            seed, frost = self.cast.projects
            here.add_all([
                Membership(project_id=seed.id, user_id=jo.id, role=MemberRole.MEMBER),
                Membership(project_id=frost.id, user_id=jo.id, role=MemberRole.MEMBER),
                Membership(project_id=seed.id, user_id=vic.id, role=MemberRole.VIEWER),
            ])  # fmt: skip

    def _project(self, name: str, host: str, at: datetime) -> None:
        here = session()
        project = Project(
            name=name,
            brand_terms=["Hazel & Loam"],
            created_at=at,
            created_by_id=self.admin.id,
            hosts=[OwnHost(host=host)],
            column_limits={"to_do": 5, "contacted": 12, "talking": 6},
        )
        here.add(project)
        here.flush()
        self.cast.projects.append(project)
        pages = []
        for path, title, kind in names.ASSETS:
            url = f"https://{host}{path}"
            pages.append(
                OwnPage(
                    project_id=project.id,
                    url=url,
                    url_norm=urls.normalise(url),
                    title=title,
                    is_asset=True,
                    asset_type=AssetType(kind),
                    asset_owner_id=self.admin.id,
                    created_at=at,
                )
            )
        here.add_all(pages)
        here.flush()
        self.cast.pages[project.id] = pages

    def _sites(self) -> None:
        """Sites in two projects; the first ones have pages on this machine, the others are names only."""
        local = self.link_count
        keys = [
            names.site_name(number) + (".localhost" if number < local else ".example")
            for number in range(self.size)
        ]
        for start in range(0, self.size, BATCH):
            part = keys[start : start + BATCH]
            with write():
                for index, project in enumerate(self.cast.projects):
                    wanted = {key: self._home(key) for key in part if _lot(key) in LOTS[index]}
                    ids, _, _ = prospect_moves.hold_sites(
                        project.id, wanted, by=self.admin.id, now=self.ago(60 - start % 40)
                    )
                    self.cast.sites += [(ids[key], project.id, key) for key in wanted]
        self.cast.sites.sort(key=lambda row: row[0])
        self._decide()

    def _home(self, key: str) -> str:
        return f"http://{key}:{self.port}/" if key.endswith(".localhost") else f"https://{key}/"

    def _decide(self) -> None:
        """Titles, and what became of each prospect: most are new, some kept, rejected or put off."""
        pitched = {site_id for site_id, _, _ in self.cast.sites[: self.pitch_count * 2]}
        with write() as here:
            for site in here.query(Site).yield_per(500):
                site.title = site.key.partition(".")[0].replace("-", " ").capitalize()
                site.language = "en"
            for prospect in here.query(Prospect).yield_per(500):
                self._decide_one(prospect, prospect.site_id in pitched)
        known = {
            site_id: key.partition(".")[0].replace("-", " ").capitalize()
            for site_id, _, key in self.cast.sites
        }
        knowing.learn(known.items(), seed=self.seed, now=self.now)

    def _decide_one(self, prospect: Prospect, is_pitched: bool) -> None:
        prospect.updated_at = self.ago(self.chance.randrange(1, 40))
        if is_pitched:
            prospect.state, prospect.owner_id = ProspectState.KEPT, self.owner().id
            return
        prospect.state = self.chance.choices(list(ProspectState), (60, 20, 12, 8))[0]
        if prospect.state is ProspectState.REJECTED:
            prospect.reject_reason = self.chance.choice(
                ("Off topic", "Asks for money", "No longer updated", "Only lists")
            )

    def owner(self) -> User:
        """Somebody who works: mostly Mara, who is logged in first."""
        return self.chance.choices(self.cast.users[:3], (5, 3, 2))[0]

    def _people(self) -> None:
        sites = list(dict.fromkeys((site_id, key) for site_id, _, key in self.cast.sites))
        for start in range(0, self.person_count, BATCH):
            with write():
                for number in range(start, min(start + BATCH, self.person_count)):
                    self._person(number, *sites[number % len(sites)])

    def _person(self, number: int, site_id: int, key: str) -> None:
        here, name = session(), names.person_name(number)
        found_at = self.ago(self.chance.randrange(20, 90))
        person = Person(
            name=names.WRITTEN.get(number, name),
            language="en",
            created_at=found_at,
            updated_at=found_at,
            created_by_id=self.admin.id,
        )
        here.add(person)
        here.flush()
        first = name.split()[0].lower()
        address = f"{first}@{key}" if number < self.size else f"{first}{number}@{key}"
        here.add_all([
            SitePerson(site_id=site_id, person_id=person.id, role=self.chance.choice(names.ROLES)),
            ContactPoint(
                person_id=person.id, kind=ContactKind.EMAIL, value=address, value_norm=address, source_url=f"{self._home(key)}about",
                found_at=found_at, found_by_id=self.owner().id, status=self.chance.choice((ContactStatus.MX_OK, ContactStatus.UNVERIFIED)),
            ),
        ])  # fmt: skip
        self.cast.people.setdefault(site_id, person.id)


def _lot(key: str) -> int:
    """One of five lots, always the same for a key."""
    return sum(map(ord, key)) % 5


def counts() -> dict[str, int]:
    """How many rows of each kind there are."""
    from outreach.links.models import PlacedLink
    from outreach.reminders.models import Reminder

    kinds = {"users": User, "projects": Project, "sites": Site, "people": Person, "prospects": Prospect, "pitches": Pitch,
             "messages": Message, "reminders": Reminder, "links": PlacedLink}  # fmt: skip
    found = {name: session().query(kind).count() for name, kind in kinds.items()}
    session().rollback()
    return found
