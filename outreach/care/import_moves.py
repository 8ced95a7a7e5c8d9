"""Changing files that somebody brought, and taking their rows in and out. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.care import import_fields, import_labels, import_queries
from outreach.care.import_models import ImportFile
from outreach.care.import_names import Field
from outreach.care.import_rules import BUSY, Brought, ImportState, Who, read
from outreach.consent.queries import suppressed_among, without_erased
from outreach.db import session, take_due
from outreach.diary.moves import note
from outreach.kit.tables import Row
from outreach.prospects import (
    batch_moves,
    metric_moves,
    people_batch,
    people_moves,
    people_queries,
    people_undo,
)
from outreach.prospects.labels.rules import About
from outreach.prospects.models import ImportBatch, ImportRow, Person, SitePerson
from outreach.prospects.name_order import ways_written
from outreach.prospects.people_batch import Came, Coming
from outreach.prospects.rules import CAME_IN, BatchSource, Line, Outcome, ProspectState

TAKEN_FOR = timedelta(minutes=5)


def stand(found: ImportFile, state: ImportState, *, now: datetime) -> None:
    """Another state; whoever still works on what it was before finds out by the fence."""
    found.state, found.cursor, found.phase, found.taken_until = state, 0, 0, None
    found.fence += 1
    found.work_at = now if state in BUSY else None
    if state in (
        ImportState.DONE,
        ImportState.LOOKED,
        ImportState.CANCELLED,
        ImportState.FAILED,
    ):
        found.finished_at = now


def begin(found: ImportFile, *, by: User, now: datetime) -> None:
    """Bring it in: its rows are told by a batch."""
    batch = ImportBatch(
        project_id=found.project_id, source=BatchSource.FILE, created_at=now, created_by_id=by.id, counts={}
    )
    session().add(batch)
    session().flush()
    found.batch_id, found.people = batch.id, 0
    stand(found, ImportState.WORKING, now=now)
    note("import.started", by=by.id, now=now, project_id=found.project_id, subject=("import", found.id))


def undo(found: ImportFile, *, by: User, now: datetime) -> None:
    found.counts = {**found.counts, STAYED: 0}
    stand(found, ImportState.UNDOING, now=now)
    note("import.undone", by=by.id, now=now, project_id=found.project_id, subject=("import", found.id))


def take(now: datetime) -> list[tuple[int, int]]:
    """Take one file that has work: (id, fence), or nothing."""
    still = import_queries.is_due(now)
    due = sa.select(ImportFile.id).where(*still).order_by(ImportFile.work_at, ImportFile.id).limit(1)
    return take_due(ImportFile, due, *still, until=now + TAKEN_FOR)


STAYED = "stayed"
"""Beside the counts of a file that was taken back: how many of its rows stay."""
IT_STAYS = "It stays: somebody worked on it since."
PERSON_STAYS = "The person stays: somebody worked on them since."

Told = dict[int, tuple[dict[str, Any], str]]
"""`{number of a row: (what it made, what has to be said)}`."""


def as_brought(rows: Sequence[Row], where: Mapping[Field, int]) -> list[Brought]:
    """What each row of a file brings; one that cannot be read with its problem."""
    return [
        Brought(Line(row.number, " ".join(row.cells)[:300], problem=row.problem))
        if row.problem
        else read(row.number, row.cells, where)
        for row in rows
    ]


def take_in(
    found: ImportFile,
    rows: Sequence[Brought],
    raw: Sequence[Row],
    own: Mapping[str, str],
    seen: set[str],
    *,
    by: int,
    now: datetime,
) -> None:
    """Take in some rows (at most a thousand; `raw` are their cells): sites, the people at them, numbers of other tools, own fields.

    People come before the project holds their sites, for the lists have each place written once then. Those of whom more is told come after it.
    """
    batch, lines = session().get_one(ImportBatch, found.batch_id), [row.line for row in rows]
    arrival = batch_moves.let_in(lines, own, seen, by=by, now=now)
    named, told = _named(found, rows), _problems(rows)
    sites = _sites_of(found.project_id, named, arrival.ids)
    people, came = _before_their_sites(found, named, sites, told, by=by, now=now)
    became = batch_moves.hold(batch, lines, arrival, by=by, now=now)
    if came is None:
        people = _people_of(found, named, sites, told, by=by, now=now)
    else:
        people_batch.note(came, by=by, now=now)
    if named:
        _numbers_of(batch.id, named, sites, told, on=now.date())
        at = {row.line.number: sites[row.line.key] for row in named if row.line.key in sites}
        places = {About.SITE: at, About.PERSON: people}
        import_fields.fill_in(found, raw, places, told, by=by, now=now)
        import_labels.put_on(found, named, places, told, by=by, now=now)
        import_labels.settle(found, named, became, told)
    batch_moves.write_down(batch, lines, became, told)


def _named(found: ImportFile, rows: Sequence[Brought]) -> list[Brought]:
    """The rows that tell more than a site."""
    return [
        row
        for row in rows
        if row.line.key and (row.who.is_there or row.numbers or row.tags or row.place or found.own_columns)
    ]


def _problems(rows: Sequence[Brought]) -> Told:
    return {
        row.line.number: ({}, f"{row.who.problem} {row.problem}".strip())
        for row in rows
        if row.who.problem or row.problem
    }


def _sites_of(project_id: int, rows: Sequence[Brought], coming: Mapping[str, int]) -> Mapping[str, int]:
    """`{key: site}` of those that the project holds or is about to hold."""
    others = {row.line.key for row in rows if row.line.key not in coming}
    return {**import_queries.sites_by_key(project_id, others), **coming} if others else coming


def _people_of(
    found: ImportFile,
    rows: Sequence[Brought],
    sites: Mapping[str, int],
    told: Told,
    *,
    by: int,
    now: datetime,
) -> dict[int, int]:
    """Gives `{number of the row: its person}`; row by row."""
    of_row: dict[int, int] = {}
    people = [row for row in rows if row.who.is_there]
    suppressed = set(suppressed_among({mail for row in people for mail in row.who.mails}))
    numbers = (
        _numbers_before(found.batch_id or 0, people[0].line.number)
        if people and people[0].who.more.number
        else {}
    )
    for row in people:
        made, reason, person_id = _person(
            row.line, row.who, sites.get(row.line.key), suppressed, numbers, by, now
        )
        if person_id is not None:
            of_row[row.line.number] = person_id
        found.people += "person" in made
        if made or reason:
            told[row.line.number] = made, f"{reason} {row.problem}".strip()
    return of_row


def _before_their_sites(
    found: ImportFile, rows: Sequence[Brought], sites: Mapping[str, int], told: Told, *, by: int, now: datetime
) -> tuple[dict[int, int], Came | None]:  # fmt: skip
    """The same for rows that tell a name, an address and a role: with a handful of statements for all. None where a row tells more."""
    people = [row for row in rows if row.who.is_there]
    if not all(row.who.more.is_plain for row in people):
        return {}, None
    suppressed = set(suppressed_among({mail for row in people for mail in row.who.mails}))
    here = [row for row in people if row.line.key in sites]
    free = [
        Coming(row.line.number, sites[row.line.key], row.who.name, row.who.email, row.who.role, row.line.url)
        for row in here
        if row.who.email not in suppressed
    ]
    came = people_batch.bring(free, by=by, now=now)
    for row in here:
        person_id, made = came.of_line.get(row.line.number, (0, {}))
        reason = (
            row.who.problem
            if person_id
            else "The mail address asked for no mail, so the person was not kept."
        )
        found.people += "person" in made
        if made or reason:
            told[row.line.number] = dict(made), f"{reason} {row.problem}".strip()
    return {line: person_id for line, (person_id, _) in came.of_line.items()}, came


def _numbers_of(
    batch_id: int, rows: Sequence[Brought], sites: Mapping[str, int], told: Told, *, on: date
) -> None:
    """Sites that are not in the project (our own, suppressed ones) get none."""
    given = [
        (row.line.number, sites[row.line.key], row.numbers)
        for row in rows
        if row.numbers and row.line.key in sites
    ]
    of_line = {line: site_id for line, site_id, _ in given}
    for line, before in metric_moves.bring(given, batch_id=batch_id, on=on).items():
        made, reason = told.get(line, ({}, ""))
        told[line] = {**made, "numbers": [of_line[line], before]}, reason


Numbers = dict[tuple[str, str], int]
"""`{(number of a person in the file, their name): their id}`: rows with the same number and name are one person."""


def _person(
    line: Line, who: Who, site_id: int | None, suppressed: set[str], numbers: Numbers, by: int, now: datetime
) -> tuple[dict[str, Any], str, int | None]:
    """Find or make the person of a row at its site; a blank erases nothing. Gives what was made, what has to be said, and who it is."""
    if site_id is None:
        return {}, who.problem, None
    if who.mails & suppressed:
        return {}, "The mail address asked for no mail, so the person was not kept.", None
    made: dict[str, Any] = {}
    group = (who.more.number, who.name.lower())
    person_id = numbers.get(group) or _known(who, site_id, others=numbers.values() if who.more.number else ())
    if person_id is None:
        name = who.name or who.email or who.more.ways[0].value
        facts = {**who.more.facts, "name": name[:200]}
        person_id = made["person"] = people_moves.add_person(facts, by=by, now=now).id
    if who.more.number:
        numbers[group] = person_id
        made["who"] = [*group, person_id]
    place = people_queries.role_at(site_id, person_id)
    if place is None:
        place = people_moves.place(site_id, person_id, who.role, by=by, now=now, is_new="person" in made)
        place.is_former, made["place"] = who.more.is_former, place.id
    points, problem = _contacts(line, who, person_id, by, now)
    if points:
        made["contact"], made["contacts"] = points[0], points[1:]
    return made, f"{who.problem} {problem}".strip(), person_id


def _contacts(line: Line, who: Who, person_id: int, by: int, now: datetime) -> tuple[list[int], str]:
    """The ways to reach them that nobody has yet, each with where and when it was found."""
    made, problem = [], ""
    for way in who.more.ways:
        known = people_queries.contact_point(way.kind, way.norm)
        if known is not None:
            problem = (
                problem
                if known.person_id == person_id
                else f"{way.value[:80]} belongs to somebody else already."
            )
            continue
        point = people_moves.add_contact(
            way.kind,
            way.value,
            way.norm,
            source_url=line.url if who.more.source_url is None else who.more.source_url,
            by=by,
            now=now,
            person_id=person_id,
        )
        point.found_at = who.more.found_at or now
        if way is who.more.ways[0]:
            point.status = who.more.status or point.status
        made.append(point.id)
    return made, problem


def _numbers_before(batch_id: int, first: int) -> Numbers:
    """The person of the rows just before these: a person's rows stand together, and may be parted by a commit."""
    rows = session().scalars(
        sa.select(ImportRow.made)
        .where(ImportRow.batch_id == batch_id, ImportRow.number < first)
        .order_by(ImportRow.number.desc())
        .limit(1)
    )
    return {(made["who"][0], made["who"][1]): made["who"][2] for made in rows if made and "who" in made}


def _known(who: Who, site_id: int, *, others: Iterable[int] = ()) -> int | None:
    """Who has one of the addresses, or this name at this site; `others` are people of the file with another number."""
    for way in who.more.ways:
        point = people_queries.contact_point(way.kind, way.norm)
        if point is not None and point.person_id is not None:
            return point.person_id
    if not who.name:
        return None
    return session().scalar(
        sa.select(Person.id)
        .join(SitePerson, SitePerson.person_id == Person.id)
        .where(
            SitePerson.site_id == site_id,
            sa.func.lower(Person.name).in_(ways_written(who.name)),
            Person.id.not_in(list(others)),
        )
        .order_by(Person.id)
        .limit(1)
    )


# Taking back: own fields and numbers, the addresses and places, then the people, then the sites


def take_back(found: ImportFile, rows: Sequence[ImportRow], *, now: datetime) -> None:
    """One part of the undoing (of PHASES) for these rows. Later parts rest on earlier ones of all rows."""
    _PARTS[found.phase](found, rows, now)


def _numbers(found: ImportFile, rows: Sequence[ImportRow], now: datetime) -> None:
    changed: dict[int, metric_moves.Before] = {}
    for row in rows:
        site_id, before = row.made.get("numbers", (None, None))
        if site_id:
            changed.setdefault(site_id, {}).update(before)
    metric_moves.put_back(changed, batch_id=found.batch_id or 0)


def _own_fields(found: ImportFile, rows: Sequence[ImportRow], now: datetime) -> None:
    import_fields.put_back(rows, found.batch_id or 0)


def _tags(found: ImportFile, rows: Sequence[ImportRow], now: datetime) -> None:
    for row in rows:
        for told in (IT_STAYS, PERSON_STAYS):
            row.reason = row.reason.removeprefix(told).strip()
    import_labels.take_off(found, rows)


def _ties(found: ImportFile, rows: Sequence[ImportRow], now: datetime) -> None:
    further = [int(key) for row in rows for key in row.made.get("contacts", ())]
    contacts = [*_made(rows, "contact"), *further]
    people_undo.untie(
        contacts,
        _made(rows, "place"),
        since=found.created_at,
        until=found.finished_at,
        stays=lambda site_ids: _worked_on(found, site_ids),
        by=found.created_by_id,
        now=now,
    )


def _worked_on(found: ImportFile, site_ids: set[int]) -> set[int]:
    """Those of the sites that came in with the file and stay, whoever stands at them."""
    came = sa.select(ImportRow).where(
        ImportRow.batch_id == found.batch_id,
        ImportRow.site_id.in_(site_ids),
        ImportRow.outcome.in_(CAME_IN),
    )
    stay: set[int] = set()
    for (state, owner_id), (everything, new) in _as_they_came(session().scalars(came)).items():
        stay |= batch_moves.worked_on(found.project_id, everything, new, state, owner_id=owner_id)
    return stay


def _as_they_came(
    rows: Iterable[ImportRow],
) -> dict[tuple[ProspectState, int | None], tuple[set[int], set[int]]]:
    """`{(state, owner): (sites, those of them that the workspace did not know)}` of the rows that brought a site."""
    came: dict[tuple[ProspectState, int | None], tuple[set[int], set[int]]] = {}
    for row in rows:
        if row.site_id and row.outcome in CAME_IN:
            state, owner_id = row.made.get("stands", (ProspectState.NEW, None))
            everything, new = came.setdefault((ProspectState(state), owner_id), (set(), set()))
            everything.add(row.site_id)
            new |= {row.site_id} if row.outcome is Outcome.NEW else set()
    return came


def _people(found: ImportFile, rows: Sequence[ImportRow], now: datetime) -> None:
    """A row whose site came in with it says later what became of both."""
    people_undo.forget(_made(rows, "person"))
    there = set(session().scalars(sa.select(Person.id).where(Person.id.in_(_made(rows, "person")))))
    for row in rows:
        if row.made.get("person") in there and row.outcome not in CAME_IN:
            _stays(found, row, PERSON_STAYS)


def _stays(found: ImportFile, row: ImportRow, why: str) -> None:
    row.reason = f"{why} {row.reason}".strip()[:300]
    found.counts = {**found.counts, STAYED: found.counts.get(STAYED, 0) + 1}


def _made(rows: Sequence[ImportRow], what: str) -> list[int]:
    return [int(row.made[what]) for row in rows if what in row.made]


def _sites(found: ImportFile, rows: Sequence[ImportRow], now: datetime) -> None:
    gone: set[int] = set()
    for (state, owner_id), (everything, new) in _as_they_came(rows).items():
        gone |= batch_moves.let_go(
            found.project_id, everything, new, state, by=found.created_by_id, now=now, owner_id=owner_id
        )
    for row in rows:
        if row.site_id and row.site_id not in gone and row.outcome in CAME_IN:
            _stays(found, row, IT_STAYS)


_PARTS = (_tags, _own_fields, _numbers, _ties, _people, _sites)
PHASES = len(_PARTS)


def undone(found: ImportFile, *, now: datetime) -> None:
    """All that can go is gone. What files that were taken back before left because of this one, is looked at once more."""
    batch = session().get_one(ImportBatch, found.batch_id)
    others = import_queries.left_over(found) if batch.undone_at is None else []
    batch.undone_at = batch.undone_at or now
    stand(found, ImportState.UNDONE, now=now)
    for place, other in enumerate(others):
        if other.counts.get(STAYED):
            other.counts = {**other.counts, STAYED: 0}
            stand(other, ImportState.UNDOING, now=now)
            other.work_at = now - timedelta(milliseconds=len(others) - place)  # one after the other


TOLD_MOST = 50
"""Rows that a dry run names with their reason."""
LEFT_OUT = (Outcome.REFUSED, Outcome.SUPPRESSED, Outcome.OWN)


def counted(found: ImportFile, lines: Sequence[Line], told: Mapping[int, tuple[Outcome, str]]) -> None:
    """Add what these rows would become to the dry run; an address that was erased is not kept in it."""
    counts: dict[str, Any] = dict(found.counts)
    for outcome, _ in told.values():
        counts[outcome.value] = counts.get(outcome.value, 0) + 1
    found.counts = counts
    out = [line for line in lines if told[line.number][0] in LEFT_OUT][: TOLD_MOST - len(found.left_out)]
    typed = without_erased([line.typed[:200] for line in out])
    found.left_out = [
        *found.left_out,
        *([line.number, text, *told[line.number]] for line, text in zip(out, typed, strict=True)),
    ]
