"""Which column of a file is what: by its name, and what no name tells by what stands in it.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from outreach.care.import_names import METRICS, OF_OUR_LIST, OTHER, OUR_LIST, RANKED, TARGETS, WAYS, Field
from outreach.kit import urls
from outreach.kit.address import is_free_mail
from outreach.kit.tables import columns
from outreach.kit.tables.columns import header_key
from outreach.page.contacts.names import clean_name, fits

PREAMBLE = 10
"""Rows above the header that an export may have (Moz has six)."""


def header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row that names the columns, below whatever an export says first; None when there is none."""
    hits = [sum(_is_name(cell) for cell in row) for row in rows[: PREAMBLE + 1]]
    best = max(hits, default=0)
    if best >= 2 or (best == 1 and len(full(rows[hits.index(best)])) == 1):
        return hits.index(best)
    return 0 if columns.has_header(rows) else None


def _is_name(cell: str) -> bool:
    key = header_key(cell)
    if key == "x":  # a tick far more often than the column of that name
        return False
    return key in OTHER or key in TARGETS or any(key in names for names in RANKED.values())


def full(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def fingerprint(header: Sequence[str]) -> str:
    """By which a file with the same columns is known again."""
    return hashlib.sha256("\n".join(map(header_key, header)).encode()).hexdigest() if header else ""


def guess(header: Sequence[str], rows: Sequence[Sequence[str]], own_hosts: Iterable[str]) -> dict[Field, int]:
    """`{field: column}` by name where a name is known, else by content. A column of our own pages names no sites."""
    width = max([len(header), *(len(row) for row in rows)], default=0)
    kinds = columns.kinds(rows, width)
    hosts = list(own_hosts)
    found: dict[Field, int] = {}
    for field, names in RANKED.items():
        ranked = sorted(
            (names[header_key(name)], at) for at, name in enumerate(header) if header_key(name) in names
        )
        places = [at for _, at in ranked if _fits(field, kinds[at]) and not _is_flag(at, header, rows)]
        if field is Field.SITE:
            places = [at for at in places if not _is_ours(at, rows, hosts)]
        if places and places[0] not in found.values():
            found |= dict(zip((field, *_FURTHER.get(field, ())), places, strict=False))
    _part_names(found, header)
    _part_traffic(found, header)
    _part_labels(found, header)
    taken = set(found.values()) | {at for at, name in enumerate(header) if _is_name(name)}
    ours = [
        at
        for at, name in enumerate(header)
        if header_key(name) in RANKED[Field.SITE] and _is_ours(at, rows, hosts)
    ]
    if ours:
        taken -= set(_targets(header, kinds))  # links that lead away from us: their targets are the sites
    for field, wanted in ((Field.EMAIL, ("mail",)), (Field.SITE, ("url", "host"))):
        free = [at for kind in wanted for at, one in enumerate(kinds) if one == kind and at not in taken]
        if field is Field.SITE:
            free = [at for at in free if _may_be_site(at, rows, found.get(Field.EMAIL))]
        theirs = [at for at in free if field is not Field.SITE or not _is_ours(at, rows, hosts)]
        if field not in found and (theirs or free):
            found[field] = (theirs or free)[0]
    if Field.EMAIL in found and _NAMING & found.keys() == {Field.EMAIL}:
        texts = [at for at, kind in enumerate(kinds) if kind == "text" and at not in taken]
        of_people = [at for at in texts if _are_names(at, rows, found[Field.EMAIL])]
        found |= dict(zip([Field.NAME], of_people, strict=False))
    if ours and Field.SITE not in found and Field.EMAIL not in found:
        found[Field.SITE] = ours[0]  # its rows are told one by one as our own
    return found


def _are_names(at: int, rows: Sequence[Sequence[str]], mail: int) -> bool:
    """Are most cells names of people of which their mail addresses are made?"""
    pairs = [(row[at], row[mail]) for row in rows if len(row) > max(at, mail) and row[at].strip()]
    return sum(fits(clean_name(cell), one) for cell, one in pairs) * 2 > len(pairs)


def _targets(header: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """The columns that name, as headers have it, pages that links lead to."""
    return [
        at for at, name in enumerate(header) if header_key(name) in TARGETS and kinds[at] in ("url", "host")
    ]


def own_pages(header: Sequence[str], rows: Sequence[Sequence[str]], where: Mapping[Field, int]) -> str:
    """The name of the column when this is a list of our own pages (product.md 5.1.3), which are no prospects; else ""."""
    width = max([len(header), *(len(row) for row in rows)], default=0)
    named = where.keys() - METRICS.keys()
    places = [] if named else _targets([*header, *[""] * (width - len(header))], columns.kinds(rows, width))
    return header[places[0]] if places else ""


_FURTHER: dict[Field, tuple[Field, ...]] = {
    Field.EMAIL: (Field.EMAIL_2, Field.EMAIL_3),
    Field.PHONE: (Field.PHONE_2,),
    Field.SOCIAL: (Field.SOCIAL_2,),
}
"""What further columns are that are called the same."""

_FLAGS = frozenset("true false yes no 0 1 x".split())
_LINK_KINDS = frozenset(("frame", "image", "sitewide"))


def _is_flag(at: int, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Does the column say yes or no of a link, as `Form` of Semrush (product.md 5.1.7) does beside `Frame` and `Image`?"""
    name = header_key(header[at])
    if name == "form" and not _LINK_KINDS.isdisjoint(map(header_key, header)):
        return True
    if name not in WAYS:
        return False
    cells = {row[at].strip().lower() for row in rows if at < len(row)} - {""}
    return bool(cells) and cells <= _FLAGS


def _part_names(found: dict[Field, int], header: Sequence[str]) -> None:
    """A “Nombre” beside “Apellidos” is the first name."""
    at = found.get(Field.NAME)
    if (
        at is not None
        and Field.LAST in found
        and Field.FIRST not in found
        and header_key(header[at]) in RANKED[Field.FIRST]
    ):
        found[Field.FIRST] = found.pop(Field.NAME)


def _part_labels(found: dict[Field, int], header: Sequence[str]) -> None:
    """Tags beside people are theirs, and only our own list tells of states and owners."""
    if Field.TAGS in found and Field.PERSON_TAGS not in found and not _NAMING.isdisjoint(found):
        found[Field.PERSON_TAGS] = found.pop(Field.TAGS)
    if tuple(map(header_key, header[: len(OUR_LIST)])) != OUR_LIST:
        for field in OF_OUR_LIST:
            found.pop(field, None)


_NAMING = frozenset((Field.NAME, Field.FIRST, Field.LAST, Field.EMAIL))


def names_people(where: Iterable[Field]) -> bool:
    """Do these columns name people?"""
    return not _NAMING.isdisjoint(where)


def not_used(header: Sequence[str], used: Iterable[int]) -> list[str]:
    """The names of the columns of which nothing is taken."""
    taken = set(used)
    return [name for at, name in enumerate(header) if name.strip() and at not in taken]


_TRAFFIC_OF_ANY = frozenset(map(header_key, ("traffic", "organic traffic")))


def _part_traffic(found: dict[Field, int], header: Sequence[str]) -> None:
    """A “Traffic” is that of Ahrefs only beside other numbers of theirs: Semrush and others have a column of this name."""
    at = found.get(Field.AHREFS_TRAFFIC)
    is_theirs = Field.AHREFS_DR in found or Field.AHREFS_UR in found
    if at is not None and not is_theirs and header_key(header[at]) in _TRAFFIC_OF_ANY:
        del found[Field.AHREFS_TRAFFIC]


def _may_be_site(at: int, rows: Sequence[Sequence[str]], mail: int | None) -> bool:
    """Beside mail addresses, a column without a known name is the site only when it agrees with them, or names front pages."""
    if mail is None:
        return True
    pairs = [
        (row[at].strip(), row[mail].strip().rpartition("@")[2].strip(">"))
        for row in rows
        if len(row) > max(at, mail) and row[at].strip()
    ]
    fits = [
        1
        for cell, host in pairs
        if _is_front(cell) or (host and (is_free_mail(host) or urls.is_on_host(cell, host)))
    ]
    return len(fits) * 2 > len(pairs)


def _is_front(cell: str) -> bool:
    """A bare host, or an address with no path."""
    return not cell.partition("//")[2].partition("/")[2] if "//" in cell else not cell.partition("/")[2]


def _fits(field: Field, kind: str) -> bool:
    """Can a column of this kind be that? One with nothing in it can be anything."""
    if field is Field.SITE:
        return kind in ("url", "host", "text", "")
    if field is Field.EMAIL:
        return kind in ("mail", "")
    if field in _OF_PEOPLE:
        return True
    if field in METRICS:
        return kind in ("number", "money", "")
    return kind in ("text", "mail", "")


_OF_PEOPLE = frozenset(field for field in Field if field not in METRICS) - {
    Field.SITE,
    Field.NAME,
    Field.FIRST,
    Field.LAST,
    Field.EMAIL,
    Field.ROLE,
}
"""Columns of any kind: what a cell cannot be is left out or told, row by row."""


def names_site(name: str) -> bool:
    """Is this a name of a column of sites or linking pages?"""
    return header_key(name) in RANKED[Field.SITE]


def is_ours(at: int | None, rows: Sequence[Sequence[str]], own_hosts: Iterable[str]) -> bool:
    """Are all addresses of the column our own?"""
    return at is not None and _is_ours(at, rows, list(own_hosts))


def _is_ours(at: int, rows: Sequence[Sequence[str]], hosts: list[str]) -> bool:
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return bool(cells) and all(any(urls.is_on_host(cell, host) for host in hosts) for cell in cells)
