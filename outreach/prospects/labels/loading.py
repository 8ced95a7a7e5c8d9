"""Loading what stands in own fields along with a site or person."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from outreach.accounts.models import User
from outreach.prospects.labels.models import FieldValue, OwnField
from outreach.prospects.labels.queries import seen
from outreach.prospects.labels.rules import About
from outreach.prospects.models import Person, Site


def own_values(kind: type[Site] | type[Person], user: User) -> ORMOption:
    """The option that loads `own_values`, of the fields that `user` may see, in the same statement."""
    about = About.SITE if kind is Site else About.PERSON
    mine = sa.select(OwnField.id).where(*seen(user, about))
    return joinedload(kind.own_values.and_(FieldValue.field_id.in_(mine))).joinedload(FieldValue.field)
