"""Who and what looks like somebody or something that we hold: told while adding, and asked by the finder.

`AlikeKey` rows are written by a sweep (`care.merging.finding`), so what came in a minute ago may be missing in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from outreach.accounts.models import User
from outreach.db import session
from outreach.prospects import people_queries, queries
from outreach.prospects.likeness import Likeness, label_of, liken, mailbox_of, spellings_of
from outreach.prospects.models import AlikeKey, Person, Site, SiteAlias, SitePerson

MOST = 20
"""Rows of one key that are compared: what more share says nothing."""
AT_SITE = 50
"""People of one site that are compared."""


@dataclass(frozen=True)
class Alike:
    """One that we hold, and why it looks the same: a code of `REASONS`."""

    id: int
    name: str
    reason: str


REASONS = {
    "same_name": "has the same name and is at this site",
    "near_name": "has nearly the same name and is at this site",
    "same_mailbox": "has the same name and a mail address that begins the same",
    "near_mailbox": "has nearly the same name and a mail address that begins the same",
    "other_ending": "has the same name on another ending",
    "other_spelling": "has the same name in another spelling",
    "merged": "stands for this address since a merge",
}
"""Why, as it is told beside a form: "Bo Berg has the same name …"."""


def box_key(mailbox: str) -> str:
    """The key of the first half of a mail address."""
    return f"box:{mailbox}"


def label_key(spelling: str) -> str:
    """The key of a site's name."""
    return f"label:{spelling}"


def people(user: User, site_id: int, name: str, address: str = "") -> list[Alike]:
    """People that `user` may see and who may be this one: at the site, or with a like address elsewhere. Two statements."""
    here = (
        sa.select(Person.id, Person.name)
        .join(SitePerson, SitePerson.person_id == Person.id)
        .where(SitePerson.site_id == site_id)
        .order_by(SitePerson.id)
        .limit(AT_SITE)
    )
    found = {}
    for row in session().execute(here):
        if (likeness := liken(name, row.name)) is not Likeness.NO:
            found[row.id] = Alike(row.id, row.name, f"{likeness.value}_name")
    if box := mailbox_of(address):
        keyed = sa.select(AlikeKey.person_id).where(AlikeKey.key == box_key(box)).limit(MOST)
        visible = (
            people_queries.people_of(user)
            .options(lazyload(Person.contact_points))
            .where(Person.id.in_(keyed))
        )
        for person in session().scalars(visible):
            if (likeness := liken(name, person.name)) is not Likeness.NO:
                found.setdefault(person.id, Alike(person.id, person.name, f"{likeness.value}_mailbox"))
    return list(found.values())


def sites(user: User, keys: Iterable[str]) -> dict[str, list[Alike]]:
    """`{key: sites that may be the same}` of those of `keys` that are no site yet, as far as `user` may see them."""
    wanted = set(keys)
    known = set(session().scalars(sa.select(Site.key).where(Site.key.in_(wanted))))
    merged = sa.select(Site.id, Site.key, SiteAlias.key.label("alias")).join(
        SiteAlias, SiteAlias.site_id == Site.id
    )
    visible = queries.sites_of(user).with_only_columns(Site.id)
    found: dict[str, list[Alike]] = {}
    for row in session().execute(merged.where(SiteAlias.key.in_(wanted), Site.id.in_(visible))):
        found[row.alias] = [Alike(row.id, row.key, "merged")]
    for key in sorted(wanted - known - set(found)):
        if rows := _like(user, key):
            found[key] = rows
    return found


def _like(user: User, key: str) -> list[Alike]:
    spellings = spellings_of(key)
    if not spellings:
        return []
    begins = [sa.and_(Site.key >= f"{word}.", Site.key < f"{word}/") for word in spellings]
    keyed = (
        sa.select(AlikeKey.site_id)
        .where(AlikeKey.key.in_([label_key(word) for word in spellings]))
        .limit(MOST)
    )
    query = queries.sites_of(user).where(sa.or_(*begins, Site.id.in_(keyed)), Site.key != key).limit(MOST)
    return [Alike(row.id, row.key, ending(key, row.key)) for row in session().scalars(query)]


def ending(one: str, other: str) -> str:
    """Is it the same name on another ending, or in another spelling?"""
    return "other_ending" if label_of(one) == label_of(other) else "other_spelling"
