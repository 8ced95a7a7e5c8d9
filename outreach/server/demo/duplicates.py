"""Two that are the same here and there, found by the finder, and one pair that was merged already."""

from __future__ import annotations

import sqlalchemy as sa

from outreach.care.merging import actions, finding, jobs
from outreach.care.merging.rules import Kind
from outreach.db import session, write
from outreach.pitches.models import Pitch
from outreach.prospects.models import ContactPoint, Person, Site, SitePerson
from outreach.prospects.rules import ContactKind
from outreach.server.demo.build import Build


def tell(build: Build) -> None:
    """A person written in two ways, a site on two endings, somebody who was merged; then the finder goes through all."""
    with write():
        _twice(build)
        _other_ending()
        stays, goes = _double(build)
    actions.merge(Kind.PERSON, stays, goes, {}, (1, 1), by=build.admin, now=build.ago(2))
    for _ in range(2 * len(finding.STREAMS)):
        jobs.find_duplicates(build.now)


def _twice(build: Build) -> None:
    """The last two of whom nobody wrote to become the first two once more: with an initial, and with a letter too many."""
    first = list(session().scalars(sa.select(Person).order_by(Person.id).limit(2)))
    pitched = sa.select(Pitch.person_id).where(Pitch.person_id.is_not(None))
    last = sa.select(Person).where(Person.id.not_in(pitched), Person.id.not_in([row.id for row in first]))
    for person, double in zip(
        first, session().scalars(last.order_by(Person.id.desc()).limit(2)), strict=False
    ):
        words = person.name.split()
        double.name = f"{words[0][0]}. {words[-1]}" if person is first[0] else f"{person.name}{words[-1][-1]}"
        place = (
            session().scalars(sa.select(SitePerson).where(SitePerson.person_id == person.id).limit(1)).one()
        )
        session().add(SitePerson(site_id=place.site_id, person_id=double.id, role="editor"))


def _other_ending() -> None:
    named = sa.select(SitePerson.site_id).union(sa.select(Pitch.site_id))
    site = session().scalar(sa.select(Site).where(Site.id.not_in(named)).order_by(Site.id.desc()).limit(1))
    first = session().scalar(sa.select(Site).order_by(Site.id).limit(1))
    if site and first:
        label = first.key.partition(".")[0]
        site.key, site.url, site.title = f"{label}.test", f"https://{label}.test/", first.title


def _double(build: Build) -> tuple[int, int]:
    """The third person once more, as a colleague added them; (the one that stays, the one that goes)."""
    person = session().scalars(sa.select(Person).order_by(Person.id).offset(2).limit(1)).one()
    place = session().scalars(sa.select(SitePerson).where(SitePerson.person_id == person.id).limit(1)).one()
    mail = f"{person.name.lower().replace(' ', '.')}@{place.site.key}"
    at = build.ago(5)
    double = Person(name=person.name, language="", created_at=at, updated_at=at, created_by_id=build.admin.id)
    session().add(double)
    session().flush()
    session().add_all([
        SitePerson(site_id=place.site_id, person_id=double.id),
        ContactPoint(
            person_id=double.id, kind=ContactKind.EMAIL, value=mail, value_norm=mail, found_at=at, found_by_id=build.admin.id
        ),
    ])  # fmt: skip
    return person.id, double.id
