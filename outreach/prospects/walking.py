"""A page of prospects that more narrows than an index says: words, parts of a text, no value, two labels, a relationship.

What few sites have (rare words, a rare text) is gathered and sorted. Else the list is gone through in its own order: the runs of its cells
(`outreach.search.places`) are merged, the signature of each row tells whether it may hold the words, and of those that may the site itself is read.
A page looks at no more than LOOKED rows: when it found less than it has room for, `edge` says where to go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_in, is_sqlite, one_if, session
from outreach.kit import signatures
from outreach.kit.folding import searched
from outreach.projects.queries import visible_to
from outreach.prospects import marking, placing, standings
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.models import FieldValue
from outreach.prospects.labels.rules import About, sort_key
from outreach.prospects.models import Prospect, Site
from outreach.prospects.narrowing import Filters
from outreach.prospects.runs import FENCE, gone_through, last_signed, signed
from outreach.search import marks, places
from outreach.search.queries import candidate, candidates, holds
from outreach.search.rules import parts_of, terms_for
from outreach.web.pager import Cursor

LOOKED, LOOKED_CLOSELY, LOOKED_ALL = 20_000, 1_500, 40_000
"""Rows that one page goes through: merged runs; fewer when each is asked for labels or a relationship; more when all are gone through."""
LOOKED_INTO = 1_200
"""The same when each is read, for no signature tells of words so short."""
RARE = 2_000
"""What no more sites than this may have is gathered."""
SAMPLE, OFTEN = 2_000, 5
"""Words that OFTEN of the newest SAMPLE rows hold are common: the index need not be asked, which costs more."""
SORTS = placing.SORTS | {"id": "id"}
MOST_CELLS = 64
SOME, MOST_OF = 300, 100
"""When so many of the newest SOME rows are of the cells, all rows are gone through: that is cheaper than to merge runs."""
FEW = 500
"""Rows of a cell that are counted to see which of two labels fewer carry."""


@dataclass(frozen=True)
class Way:
    """How the rows of a list are come by: those of `sites`, where they are few; or through the runs of `cells`; None: through all rows.

    `is_small`: the cells were counted, and are few rows together.
    """

    user: User
    by: Filters
    sort: str
    asked: marking.Asked | None
    cells: tuple[int, ...] | None = None
    mark: str = ""
    sites: tuple[int, ...] | None = None
    is_small: bool = False

    @cached_property
    def terms(self) -> list[str]:
        return terms_for("sites", self.by.q)

    @property
    def is_unsigned(self) -> bool:
        """Are the words so short that no signature tells which rows may hold them?"""
        return bool(self.terms) and not any(signatures.mask(self.terms))

    @property
    def column(self) -> str | None:
        """The column of the sort; None for that of the state, which is in the cell."""
        return SORTS[self.sort.lstrip("-")]

    def is_down(self, cursor: Cursor | None) -> bool:
        return self.sort.startswith("-") is not bool(cursor and cursor.is_back)

    @property
    def looked(self) -> int:
        if self.is_unsigned:
            return LOOKED_INTO
        is_close = self.by.tag is not None or self.by.fields or self.by.standing
        return LOOKED_CLOSELY if is_close else LOOKED if self.cells is not None else LOOKED_ALL


# --- which way --------------------------------------------------------------------------------------


def way(user: User, by: Filters, sort: str, asked: marking.Asked | None) -> Way:
    """The way to a page, with one statement."""
    plain = Way(user, by, sort, asked)
    carried, named = _carried(by, asked), _names(plain)
    is_all = user.is_manager and not any((by.project, by.state, by.owner, by.person, by.contact))
    if is_all and plain.column and not carried:
        row = session().execute(sa.select(*named)).one() if named else None
        return replace(plain, sites=_fewest(row))
    wanted = placing.cells(
        user, project=by.project, state=by.state, owner=by.owner, person=by.person, contact=by.contact, carried=marking.these(carried) if carried else None
    )  # fmt: skip
    is_counted = len(carried) > 1 or plain.column == "id" or bool(by.fields)
    more = [
        (_size(wanted) if is_counted else sa.literal(FEW)).label("size"),
        *([wanted.c.mark] if carried else []),
    ]
    if not carried and plain.column:
        more.append(_share(plain).label("share"))
    rows = (
        session()
        .execute(sa.select(wanted.c.cell, *more, *named).limit(MOST_CELLS * max(len(carried), 1) + 1))
        .all()
    )
    if (sites := _fewest(rows[0] if rows else None)) is not None:
        return replace(plain, sites=sites)
    if len(rows) > MOST_CELLS * max(len(carried), 1) or (rows and getattr(rows[0], "share", 0) >= MOST_OF):
        return plain
    return _through(plain, carried, rows)


def _through(plain: Way, carried: Sequence[str], rows: Sequence[Any]) -> Way:
    """Through the cells; of two labels, those of the one that fewer carry."""
    mark = carried[0] if carried else ""
    if len(carried) > 1:
        mark = min(carried, key=lambda one: sum(row.size for row in rows if row.mark == one))
        rows = [row for row in rows if row.mark == mark]
    is_small = all(row.size < FEW for row in rows) and sum(row.size for row in rows) <= RARE
    return replace(plain, cells=tuple(sorted(row.cell for row in rows)), mark=mark, is_small=is_small)


def _carried(by: Filters, asked: marking.Asked | None) -> list[str]:
    """The marks that each row has to carry."""
    found = [marks.tag(by.tag)] if by.tag is not None else []
    return [*found, asked.mark] if asked and asked.mark else found


def _size(wanted: sa.CTE) -> sa.ScalarSelect[int]:
    """How many rows the cell has (and carry its mark), counted no further than FEW."""
    rows = (placing.MARKED if "mark" in wanted.c else placing.PLACES).alias("sized")
    some = sa.select(rows.c.id).where(rows.c.cell == wanted.c.cell).limit(FEW)
    if "mark" in wanted.c:
        some = some.where(rows.c.mark == wanted.c.mark)
    return sa.select(sa.func.count()).select_from(some.correlate(wanted).subquery()).scalar_subquery()


def _share(plain: Way) -> sa.ScalarSelect[int]:
    """How many of the newest SOME rows are of the cells."""
    rows = placing.PLACES.alias("newest")
    newest = (
        sa.select(rows.c.cell)
        .order_by(rows.c.updated_at.desc(), rows.c.id.desc())
        .limit(SOME)
        .subquery("some")
    )
    some = sa.select(newest.c.cell).where(*_in_cells(plain.user, plain.by, newest.c.cell)).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _names(plain: Way) -> list[Any]:
    """The sites that the index names for the words, and for the text, as JSON; RARE + 1 of them, or none, when they are not few."""
    found: list[Any] = []
    if parts_of(plain.terms):
        words = sa.case(
            (_sampled(plain) >= OFTEN, sa.null()), else_=_as_json(candidates("sites", plain.terms))
        )
        found.append(words.label("words"))
    if plain.asked is not None and plain.asked.is_text and parts_of(text := _text(plain.asked)):
        of_field = (FieldValue.field_id + 0 == plain.asked.ask.field_id, FieldValue.site_id.is_not(None))
        named = _as_json(sa.select(FieldValue.site_id).where(candidate("field_values", text), *of_field))
        found.append(sa.case((_sampled_text(plain.asked) >= OFTEN, sa.null()), else_=named).label("text"))
    return found


def _text(asked: marking.Asked) -> list[str]:
    """The term that a text has to hold."""
    return [searched(sort_key(asked.ask.value))]


def _as_json(named: sa.Select[Any]) -> Any:
    some = named.limit(RARE + 1).subquery()
    gathered = (
        sa.func.json_group_array(some.c[0])
        if is_sqlite()
        else sa.func.coalesce(sa.func.json_agg(some.c[0]), sa.text("'[]'::json"))
    )
    return sa.type_coerce(sa.select(gathered).scalar_subquery(), sa.JSON())


def _sampled(plain: Way) -> sa.ScalarSelect[int]:
    """How many of the newest rows hold the words, no further than OFTEN."""
    rows = placing.PLACES.alias("newest")
    newest = (
        sa.select(rows).order_by(rows.c.updated_at.desc(), rows.c.id.desc()).limit(SAMPLE).subquery("newest")
    )
    some = sa.select(newest.c.id).where(*_holding(plain.terms, newest)).limit(OFTEN).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _sampled_text(asked: marking.Asked) -> sa.ScalarSelect[int]:
    """How many of SAMPLE values of the field hold the text, no further than OFTEN."""
    of_field = (FieldValue.field_id == asked.ask.field_id, FieldValue.site_id.is_not(None))
    newest = sa.select(FieldValue.sort).where(*of_field).order_by(FieldValue.site_id.desc()).limit(SAMPLE).subquery("values_of")  # fmt: skip
    holding = newest.c.sort.contains(sort_key(asked.ask.value), autoescape=True)
    some = sa.select(newest.c.sort).where(holding).limit(OFTEN).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _fewest(row: Any) -> tuple[int, ...] | None:
    """Of the sites that were named, the fewest; None when there are many of each."""
    told = [] if row is None else [row._mapping[name] for name in ("words", "text") if name in row._mapping]
    few = [tuple(named) for named in told if named is not None and len(named) <= RARE]
    return min(few, key=len) if few else None


# --- what is found ----------------------------------------------------------------------------------


def found(way: Way, cursor: Cursor | None, size: int = 50) -> tuple[list[int], Cursor | None]:
    """The ids of the rows of a page, and of one more; when too few were found, the last row that was looked at, if more may fit behind it.

    One statement, which looks for that row only then.
    """
    rows, edge = _looked_at(way, cursor)
    fits = sa.select(rows.c.id, rows.c.by_at).where(*conditions(way, rows))
    if (way.sites is not None or way.column) and not is_sqlite():
        # else the order inside is kept, and what is inside sorted again
        fits = fits.order_by(*_order(rows, way.is_down(cursor)))
    page = fits.limit(size + 1).cte("page")
    query: Any = sa.select(page.c.id, page.c.by_at, sa.literal(0).label("is_edge"))
    if edge is not None:
        too_few = sa.select(sa.func.count()).select_from(page).scalar_subquery() <= size
        last = sa.select(edge.c.id, edge.c.by_at).limit(one_if(too_few)).subquery("last")
        query = query.union_all(sa.select(last.c.id, last.c.by_at, sa.literal(1)))
    told = session().execute(query).all()
    ends = [
        Cursor(_value(way, row.by_at), row.id, bool(cursor and cursor.is_back)) for row in told if row.is_edge
    ]
    return [row.id for row in told if not row.is_edge], ends[0] if ends else None


def _looked_at(way: Way, cursor: Cursor | None) -> tuple[sa.Subquery, sa.Subquery | None]:
    """The rows among which a page is found; and the last of them (id, by_at), if more may come behind it."""
    if way.sites is not None:
        return gathered(way, way.sites, cursor), None
    if is_sqlite() and way.cells is not None and way.column and any(signatures.mask(way.terms)):
        return signed(way, cursor), last_signed(way, cursor)
    last = gone_through(way, cursor)
    edge = sa.select(last.c.id, last.c.by_at).offset(way.looked - 1).limit(1).subquery("edge")
    return gone_through(way, cursor), edge


def all_found(way: Way, cursor: Cursor | None, size: int = 50) -> sa.Select[int]:
    """The ids of `found` for a statement of the caller, where all rows are looked at."""
    rows = gathered(way, way.sites, cursor) if way.sites is not None else gone_through(way, cursor)
    fits = sa.select(rows.c.id).where(*conditions(way, rows))
    return fits.order_by(*_order(rows, way.is_down(cursor))).limit(size + 1)


def few_rows(user: User, by: Filters) -> sa.Select[int] | None:
    """The ids of all that is found, where the words name few sites; two statements at most."""
    asked = marking.asked(user, by.fields) if by.fields else None
    way_there = way(user, by, "-updated", asked)
    if way_there.sites is None:
        return None
    rows = gathered(way_there, way_there.sites, None)
    return sa.select(Prospect.id).join(rows, rows.c.id == Prospect.id).where(*conditions(way_there, rows))


def _value(way: Way, by_at: Any) -> Any:
    return places.STATES[by_at] if way.column is None else by_at


def conditions(way: Way, rows: Any) -> Iterator[sa.ColumnElement[bool]]:
    """What is asked of each row that is gone through; the rights where they are not in the cells."""
    by, user = way.by, way.user
    if way.cells is None:
        yield from _in_cells(user, by, rows.c.cell)
    if way.terms:
        yield from _holding(way.terms, rows)
    if by.tag is not None and way.mark != marks.tag(by.tag):
        yield labels.has_tag(About.SITE, rows.c.site_id, by.tag, by_row=True)
    rest = list(by.fields)
    if (asked := way.asked) and asked.span:
        rest.remove(asked.ask)
        if way.mark != asked.mark or not way.mark:
            yield _marked(rows, asked)
    elif asked and asked.is_text and asked.ask.value:
        rest.remove(asked.ask)
        yield _told(rows, asked)
    yield from labels.conditions(user, About.SITE, rows.c.site_id, rest, by_row=True)
    if by.standing:
        yield standings.is_at(About.SITE, rows.c.site_id, by.standing)


def _marked(rows: Any, asked: marking.Asked) -> sa.ColumnElement[bool]:
    """Has the site of the row what is asked for, which marks say? Of one value an index of the values themselves tells it faster."""
    assert asked.span is not None
    if asked.mark:
        value = (FieldValue.sort == asked.mark.partition("=")[2], FieldValue.site_id == rows.c.site_id)
        found = sa.select(sa.literal(1)).where(FieldValue.field_id == asked.ask.field_id, *value)
    else:
        one = placing.MARKED.alias("one_mark")
        found = sa.select(sa.literal(1)).where(one.c.id == rows.c.id, one.c.mark.between(*asked.span))
    return found.limit(1).correlate(rows).scalar_subquery().is_not(None)


def _told(rows: Any, asked: marking.Asked) -> sa.ColumnElement[bool]:
    """Does the text of the site of the row hold what is asked for? That the user may see the field, `marking.asked` has found."""
    value = (FieldValue.field_id == asked.ask.field_id, FieldValue.site_id == rows.c.site_id)
    word = sort_key(asked.ask.value)
    holding = sa.func.instr(FieldValue.sort, word) > 0 if is_sqlite() else FieldValue.sort.contains(word, autoescape=True)  # fmt: skip
    return labels.is_any(sa.select(sa.literal(1)).where(*value, holding), rows.c.site_id)


def _in_cells(user: User, by: Filters, cell: Any) -> Iterator[sa.ColumnElement[bool]]:
    project = placing.shifted(cell, places.PROJECT)
    if not user.is_manager:
        yield project.in_(visible_to(user))
    if by.project is not None:
        yield project == by.project
    yield from placing.narrowed(user, cell, by.state, by.owner, by.person, by.contact)


def _holding(terms: Sequence[str], rows: Any) -> Iterator[sa.ColumnElement[bool]]:
    """The signature first, then the text of the site itself."""
    for name, bits in zip(marks.SIGN_NAMES, signatures.mask(terms), strict=True):
        if bits:
            wanted = sa.literal(bits, sa.BigInteger())
            yield rows.c[name].op("&")(wanted) == wanted
    yield from _held(terms, rows)


def _held(terms: Sequence[str], rows: Any) -> Iterator[sa.ColumnElement[bool]]:
    site = sa.select(sa.literal(1)).where(Site.id == rows.c.site_id, holds("sites", terms))
    yield site.correlate(rows).scalar_subquery().is_not(None)


def _order(rows: Any, is_down: bool) -> list[Any]:
    return [one.desc() if is_down else one.asc() for one in (rows.c.by_at, rows.c.id)]


# --- gathering --------------------------------------------------------------------------------------


def gathered(way: Way, sites: Sequence[int], cursor: Cursor | None) -> sa.Subquery:
    """The rows of some sites, in the order of the list."""
    place = placing.PLACES.alias("place")
    at: Any = placing.bits(place.c.cell, places.STATE, 2)
    if way.column is not None:  # `+`: SQLite would go through all rows in the order of the list
        at = sa.literal_column(f"{'+' if is_sqlite() else ''}place.{way.column}", place.c[way.column].type)
    query = sa.select(place, at.label("by_at")).where(
        is_in(place.c.site_id, sites), *_in_cells(way.user, way.by, place.c.cell)
    )
    is_down = way.is_down(cursor)
    if cursor is not None:
        value = places.STATES.index(cursor.value) if way.column is None else cursor.value
        here, there = sa.tuple_(at, place.c.id), sa.tuple_(sa.literal(value, at.type), sa.literal(cursor.id))
        query = query.where(here < there if is_down else here > there)
    order = [one.desc() if is_down else one.asc() for one in (at, place.c.id)]
    return query.order_by(*order).limit(FENCE).subquery("gone")
