"""A few people and sites with a lot in common, drawn at random: whatever two can both have, some have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

import sqlalchemy as sa

from outreach.care.merging.models import Pair
from outreach.care.merging.rules import Kind, PairState
from outreach.db import Base, session, write
from outreach.desk.relationship_models import RelationshipOverride
from outreach.kit import clock
from outreach.links.models import PlacedLink
from outreach.mail.models import Message, Thread
from outreach.mail.rules import Direction, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.prospects.labels.models import FieldValue, OwnField, PersonTag, SiteTag, Tag
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.metric_rules import Metric
from outreach.prospects.models import AlikeKey, ContactPoint, Note, Prospect, SiteMetric, SitePerson
from outreach.prospects.rules import ContactKind, ProspectState
from outreach.prospects.standings import Standing
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind
from outreach.research.models import FoundContact
from tests.world import NOW, TODAY, World, person, site


@dataclass
class Dense:
    """The numbers of some people and sites, and whose each mail address and domain was before any merge."""

    world: World
    rng: Random
    people: list[int]
    sites: list[int]
    addresses: dict[str, int]
    domains: dict[str, int]

    @classmethod
    def draw(cls, world: World, rng: Random, number: int) -> Dense:
        with write() as here:
            people = [person(f"Bo {letter} {number}") for letter in "ABCDE"[: rng.randint(3, 5)]]
            sites = [
                site(f"{name}-{number}.example")
                for name in ("moss", "fern", "reed", "rush")[: rng.randint(2, 4)]
            ]
            here.add_all([*people, *sites])
            here.flush()
            made = cls(
                world,
                rng,
                [one.id for one in people],
                [one.id for one in sites],
                {},
                {one.key: one.id for one in sites},
            )
            for one in people:
                one.notes, one.language = rng.choice(["", f"Of {one.name}"]), rng.choice(["", "de", "en"])
                one.is_do_not_contact = rng.random() < 0.2
                one.referred_by_id = rng.choice([None, None, *made.people])
                one.referred_by_id = None if one.referred_by_id == one.id else one.referred_by_id
            for place in sites:
                place.notes, place.is_no_pitch = rng.choice(["", f"Of {place.key}"]), rng.random() < 0.2
            here.add_all(made._rows(number))
        return made

    def _rows(self, number: int) -> list[Base]:
        here, rng = session(), self.rng
        tags = [Tag(name=f"T{at} {number}", key=f"t{at} {number}", created_at=NOW) for at in range(2)]
        fields = [
            OwnField(about=about, kind=FieldKind.TEXT, name=f"F {number}", created_at=NOW)
            for about in (About.SITE, About.PERSON)
        ]
        here.add_all([*tags, *fields])
        here.flush()
        rows: list[Base] = []
        for person_id in self.people:
            rows += self._of_person(person_id, tags, fields[1])
        for site_id in self.sites:
            rows += self._of_site(site_id, tags, fields[0])
        rows += [
            SitePerson(site_id=site_id, person_id=person_id, role=rng.choice(["", "editor", "boss"]), is_former=rng.random() < 0.3)
            for site_id in self.sites for person_id in self.people if rng.random() < 0.6
        ]  # fmt: skip
        for kind, ids in ((Kind.PERSON, self.people), (Kind.SITE, self.sites)):
            first, second = sorted(rng.sample(ids, 2))
            ends = {f"first_{kind.value}_id": first, f"second_{kind.value}_id": second}
            rows.append(
                Pair(
                    kind=kind, state=rng.choice(list(PairState)), reasons=["near_name"], found_at=NOW, **ends
                )
            )
        return rows

    def _of_person(self, key: int, tags: list[Tag], field: OwnField) -> list[Base]:
        rng, rows = self.rng, list[Base]()
        for at in range(rng.randint(1, 2)):
            mail = f"bo{key}.{at}@moss.example"
            self.addresses[mail] = key
            rows.append(
                ContactPoint(person_id=key, kind=ContactKind.EMAIL, value=mail, value_norm=mail, found_at=NOW)
            )
        rows += [PersonTag(tag_id=tag.id, person_id=key) for tag in tags if rng.random() < 0.6]
        if rng.random() < 0.6:
            rows.append(
                FieldValue(field_id=field.id, person_id=key, value=f"V{key}", sort=f"v{key}", updated_at=NOW)
            )
        if rng.random() < 0.5:
            rows.append(Note(project_id=self.world.seed.id, person_id=key, text="Noted", created_at=NOW))
        if rng.random() < 0.5:
            rows.append(
                RelationshipOverride(
                    person_id=key,
                    standing=rng.choice(list(Standing)),
                    reason="So",
                    set_at=NOW,
                    set_by_id=self.world.ana.id,
                )
            )
        rows.append(AlikeKey(key=f"mailbox:bo{key}", person_id=key))
        rows.append(Reminder(
            project_id=self.world.seed.id, person_id=key, site_id=rng.choice([None, *self.sites]), kind=next(iter(ReminderKind)), words="Ask",
            due_on=TODAY, owner_id=self.world.ana.id, created_at=NOW,
        ))  # fmt: skip
        return rows

    def _of_site(self, key: int, tags: list[Tag], field: OwnField) -> list[Base]:
        rng, ana, rows = self.rng, self.world.ana.id, list[Base]()
        for project in (self.world.seed, self.world.other):
            if rng.random() < 0.7:
                rows.append(Prospect(
                    project_id=project.id, site_id=key, state=rng.choice(list(ProspectState)), owner_id=rng.choice([None, ana]), created_at=NOW, updated_at=NOW,
                ))  # fmt: skip
        rows += [SiteTag(tag_id=tag.id, site_id=key) for tag in tags if rng.random() < 0.6]
        if rng.random() < 0.6:
            rows.append(
                FieldValue(field_id=field.id, site_id=key, value=f"V{key}", sort=f"v{key}", updated_at=NOW)
            )
        rows += [
            SiteMetric(site_id=key, name=name, value=rng.randint(1, 90), as_of=TODAY - timedelta(days=rng.randint(0, 2)))
            for name in list(Metric)[:2] if rng.random() < 0.6
        ]  # fmt: skip
        rows += [
            FoundContact(site_id=key, kind=ContactKind.EMAIL, value=mail, value_norm=mail, source_url="https://moss.example/", found_at=NOW)
            for mail in ("hello@moss.example", "desk@moss.example") if rng.random() < 0.6
        ]  # fmt: skip
        if rng.random() < 0.5:
            rows.append(Note(project_id=self.world.seed.id, site_id=key, text="Noted", created_at=NOW))
        whom = rng.choice([None, *self.people])
        rows.append(Pitch(
            project_id=self.world.seed.id, type=PitchType.GUEST_POST, site_id=key, person_id=whom, stage=Stage.DECLINED, is_open=False, board_column="closed",
            stage_since=NOW, created_at=NOW, updated_at=NOW,
        ))  # fmt: skip
        rows.append(self._link(key, whom))
        rows.append(AlikeKey(key=f"label:{key}", site_id=key))
        return rows

    def _link(
        self, site_id: int, person_id: int | None = None, domain: str = "moss.example", at: int = 0
    ) -> PlacedLink:
        page = f"{domain}/{site_id}/{at}"
        return PlacedLink(
            project_id=self.world.seed.id, site_id=site_id, person_id=person_id, page_url=f"https://{page}", page_url_norm=page,
            target_url="https://hazel.example/", state_since=NOW, created_at=clock.now() if at else NOW,
        )  # fmt: skip

    def news(self, at: int) -> None:
        """A mail comes in from one of the addresses, and a link on one of the domains: to whom they belong today."""
        with write() as here:
            mail = self.rng.choice(sorted(self.addresses))
            whose = here.scalars(
                sa.select(ContactPoint.person_id).where(ContactPoint.value_norm == mail)
            ).one()
            now = clock.now()
            thread = Thread(
                project_id=self.world.seed.id, person_id=whose, subject="New", last_at=now, created_at=now
            )
            here.add(thread)
            here.flush()
            here.add(Message(
                direction=Direction.IN, state=MessageState.RECEIVED, project_id=self.world.seed.id, thread_id=thread.id, person_id=whose,
                from_address=mail, subject="New", created_at=now,
            ))  # fmt: skip
            domain = self.rng.choice(sorted(self.domains))
            here.add(self._link(self.site_today(self.domains[domain]), None, domain, at + 1))

    def site_today(self, key: int) -> int:
        from outreach.care.merging import past_merges

        while (merge := past_merges.merged_away(Kind.SITE, key)) is not None:
            key = merge.survivor_id
        return key

    def strays(self) -> list[str]:
        """Mails and links that are not with whom they belong to."""
        session().rollback()
        mails = session().execute(
            sa.select(Message.from_address, Message.person_id, Thread.person_id)
            .join(Thread, Thread.id == Message.thread_id)
            .where(Message.from_address.in_(self.addresses))
        )
        wrong = [
            f"{mail} is with {one}, {two}" for mail, one, two in mails if {one, two} != {self.addresses[mail]}
        ]
        links = session().execute(sa.select(PlacedLink.page_url_norm, PlacedLink.site_id))
        return wrong + [
            f"{page} is with {key}"
            for page, key in links
            if (domain := page.split("/")[0]) in self.domains and key != self.domains[domain]
        ]
