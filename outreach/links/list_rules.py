"""A list of links that somebody brought: what its columns mean, and what a row of it wishes.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from email.utils import parseaddr
from enum import StrEnum

from outreach.kit import urls
from outreach.kit.address import BadAddress, clean_address
from outreach.kit.masks import ERASED
from outreach.kit.tables import columns
from outreach.kit.tables.columns import header_key
from outreach.links.rules import ExpectedRel, Presence, Value


class ListState(StrEnum):
    """Where a list stands. A list that is `mapping` waits for a person; those of BUSY are the worker's."""

    MAPPING = "mapping"
    READING = "reading"
    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


BUSY = (ListState.READING, ListState.WORKING, ListState.UNDOING)


class Purpose(StrEnum):
    CHECK = "check"
    WATCH = "watch"


class RowState(StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    REFUSED = "refused"
    FOUND = "found"
    WEAKENED = "weakened"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    WATCHED = "watched"
    KNOWN = "known"
    REPEATED = "repeated"
    SKIPPED = "skipped"
    TAKEN_BACK = "taken_back"
    KEPT = "kept"


ROW_WORDS: dict[RowState, str] = {
    RowState.WAITING: "Waiting", RowState.REFUSED: "Not usable", RowState.FOUND: "There", RowState.WEAKENED: "Weakened",
    RowState.MISSING: "Not there", RowState.UNREADABLE: "Could not read", RowState.WATCHED: "Watched", RowState.KNOWN: "Watched already",
    RowState.REPEATED: "Twice in the list", RowState.SKIPPED: "Cancelled", RowState.TAKEN_BACK: "Taken back", RowState.KEPT: "Stayed",
}  # fmt: skip
ROW_TONES: dict[RowState, tuple[str, str]] = {
    RowState.REFUSED: ("bad", "alert-circle"), RowState.FOUND: ("good", "circle-check"), RowState.WEAKENED: ("warn", "alert-triangle"),
    RowState.MISSING: ("bad", "circle-x"), RowState.UNREADABLE: ("info", "eye-off"), RowState.WATCHED: ("good", "eye"),
    RowState.KNOWN: ("info", "link"), RowState.KEPT: ("warn", "user"),
}  # fmt: skip
LOOKED_AT = (RowState.FOUND, RowState.WEAKENED, RowState.MISSING, RowState.UNREADABLE)


class Field(StrEnum):
    """What a column may hold."""

    PAGE = "page"
    TARGET = "target"
    ANCHOR = "anchor"
    REL = "rel"
    PRICE = "price"
    CURRENCY = "currency"
    DAY = "day"
    PERSON = "person"
    EMAIL = "email"
    PROJECT = "project"


FIELD_WORDS: dict[Field, str] = {
    Field.PAGE: "Page that links", Field.TARGET: "Leads to", Field.ANCHOR: "Link words", Field.REL: "rel", Field.PRICE: "Price",
    Field.CURRENCY: "Currency", Field.DAY: "Day it went live", Field.PERSON: "Person", Field.EMAIL: "Mail address", Field.PROJECT: "Project",
}  # fmt: skip

_NAMES: dict[Field, str] = {
    Field.PAGE: """page | page url | url | link | live link | live url | placement | placement url | published url | publication | post | post url
        | article | article url | source | source url | sourceurl | source page | referring page | referring page url | linking page | linking from
        | full url | backlink | backlink url | from | from url | seite | seiten url | quelle | quell url | quellseite | artikel | fundstelle | beitrag
        | veröffentlichung | page source | lien | url source | page de provenance | página | página de origen | url de origen | enlace | pagina
        | pagina di origine | fonte | origem | bron | bronpagina | strona | źródło | страница | источник | ページ | リンク元 | 页面 | 来源 | דף מקשר""",
    Field.TARGET: """target | target url | targeturl | target page | link target | destination | destination url | leads to | linking to | links to | to
        | to url | landing page | our page | our url | money page | client url | ziel | ziel url | zielseite | link ziel | verlinkte seite | page cible
        | url cible | cible | destino | url de destino | página de destino | url destino | url di destinazione | destinazione | pagina di destinazione
        | doel | doelpagina | cel | strona docelowa | целевая страница | リンク先 | 目标 | 目标网址 | דף יעד""",
    Field.ANCHOR: """anchor | anchor text | anchortext | anchor words | link text | linktext | text | keyword | keyphrase | ankertext | anker | ankerwort
        | ancre | ancrage | texte d'ancrage | texte du lien | ancla | texto de anclaje | texto ancla | texto del enlace | testo di ancoraggio | ancora
        | texto âncora | âncora | ankertekst | linktekst | анкор | アンカーテキスト | 锚文本""",
    Field.REL: """rel | link rel | link type | type of link | attribute | link attribute | nofollow | dofollow | follow | follow nofollow | do follow
        | dofollow nofollow | linkart | link attribut | attribut | attribut rel | type de lien | tipo de enlace | tipo di link | tipo de link | link typ""",
    Field.PRICE: """price | cost | costs | amount | fee | paid | price paid | payment amount | budget | spend | preis | kosten | betrag | prix | coût
        | montant | tarif | precio | coste | costo | importe | prezzo | preço | valor | custo | prijs | bedrag | cena | koszt | цена | 価格 | 费用""",
    Field.CURRENCY: "currency | währung | devise | moneda | divisa | valuta | moeda | waluta | валюта | 通貨",
    Field.DAY: """day | date | live date | date live | published | published on | publish date | publication date | date published | placed on | placed
        | placement date | live since | go live | go live date | start date | posted | date posted | link date | datum | tag | veröffentlicht am
        | veröffentlicht | live seit | live am | date de publication | publié le | fecha | fecha de publicación | publicado | data
        | data di pubblicazione | pubblicato il | data de publicação | gepubliceerd op | publicatiedatum | data publikacji | дата | 日付 | 日期 | תאריך""",
    Field.PERSON: """person | contact | contact name | contact person | name | webmaster | editor | author | blogger | publisher | partner | who | owner of site
        | kontakt | kontaktperson | ansprechpartner | redakteur | autor | personne | nom | auteur | contacto | persona | nombre | contatto | nome
        | contato | contactpersoon | naam | osoba | контакт | имя | 担当者 | 联系人""",
    Field.EMAIL: """email | e mail | email address | e mail address | contact email | mail | mail address | email 1 | e mail adresse | mailadresse
        | adresse e mail | courriel | correo | correo electrónico | indirizzo email | endereço de email | e mailadres | почта | メール | 邮箱""",
    Field.PROJECT: "project | client | campaign | brand | projekt | kunde | kampagne | projet | client name | proyecto | cliente | progetto | projeto | klant | проект",
}
_KNOWN: dict[str, Field] = {
    header_key(name): field
    for field, names in _NAMES.items()
    for name in names.split("|")
    if header_key(name)
}

_REL_WORDS: dict[str, ExpectedRel] = {
    **dict.fromkeys(["follow", "dofollow", "df", "followed", "yes follow", "dofollow link"], ExpectedRel.FOLLOW),
    **dict.fromkeys(["nofollow", "nf", "no follow"], ExpectedRel.NOFOLLOW),
    **dict.fromkeys(["sponsored", "sponsor", "paid"], ExpectedRel.SPONSORED),
    **dict.fromkeys(["ugc"], ExpectedRel.UGC),
    **dict.fromkeys(["", "any", "either", "mixed", "unknown", "-", "?", "n/a", "na"], ExpectedRel.ANY),
}  # fmt: skip
_NOTHING_PAID = frozenset(["", "-", "free", "gratis", "kostenlos", "gratuit", "none", "n/a", "na", "no", "0"])
_YES, _NO = (
    frozenset(["yes", "true", "1", "x", "ja", "oui", "si", "sí"]),
    frozenset(["no", "false", "0", "nein", "non"]),
)


@dataclass(frozen=True)
class Wish:
    """What one row of a list asks for. `day` is the day it went live, or will; `project` a name, "" for the list's own."""

    page_url: str
    target_url: str = ""
    anchor: str = ""
    rel: ExpectedRel = ExpectedRel.ANY
    price: Decimal | None = None
    currency: str = ""
    day: date | None = None
    person: str = ""
    email: str = ""
    project: str = ""

    @property
    def is_paid(self) -> bool:
        return bool(self.price)


class Unusable(ValueError):
    """A row that cannot be used; `str()` is the reason for the person who brought it."""


def guess(header: Sequence[str], rows: Sequence[Sequence[str]], own_hosts: Iterable[str]) -> dict[Field, int]:
    """`{field: column}` by the names of the columns, and by what stands in them where names say nothing."""
    found: dict[Field, int] = {}
    for place, name in enumerate(header):
        field = _KNOWN.get(header_key(name))
        if field and field not in found:
            found[field] = place
    width = max([len(header), *(len(row) for row in rows)], default=0)
    kinds = columns.kinds(rows, width)
    _trust_content(found, kinds)
    _fill_from_content(found, kinds, rows, list(own_hosts))
    return found


def _trust_content(found: dict[Field, int], kinds: Sequence[str]) -> None:
    """A column that is called an address and holds none is none where another one holds some: "Link" may be a word."""
    fits = {Field.PAGE: ("url", "host"), Field.TARGET: ("url", "host"), Field.EMAIL: ("mail",)}
    for field, wanted in fits.items():
        others = [kind for at, kind in enumerate(kinds) if at not in found.values()]
        if field in found and kinds[found[field]] not in wanted and set(others) & set(wanted):
            del found[field]


def _fill_from_content(
    found: dict[Field, int], kinds: Sequence[str], rows: Sequence[Sequence[str]], own_hosts: list[str]
) -> None:
    taken = set(found.values())
    free = {
        kind: [at for at, one in enumerate(kinds) if one == kind and at not in taken]
        for kind in ("url", "host", "mail", "day", "money")
    }
    addresses = free["url"] or free["host"]
    ours = [at for at in addresses if _is_ours(at, rows, own_hosts)]
    theirs = [at for at in addresses if at not in ours]
    if Field.TARGET not in found and ours and (theirs or Field.PAGE in found):
        found[Field.TARGET] = ours[0]
    if Field.PAGE not in found and (theirs or ours):
        found[Field.PAGE] = next(at for at in [*theirs, *ours] if at != found.get(Field.TARGET))
        theirs = [at for at in theirs if at != found[Field.PAGE]]
    if Field.TARGET not in found and theirs:
        found[Field.TARGET] = theirs[0]
    for field, kind in ((Field.EMAIL, "mail"), (Field.DAY, "day"), (Field.PRICE, "money")):
        if field not in found and free[kind]:
            found[field] = free[kind][0]


def _is_ours(at: int, rows: Sequence[Sequence[str]], own_hosts: list[str]) -> bool:
    """Are most addresses of this column on hosts of ours?"""
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    hits = sum(any(urls.is_on_host(cell, host) for host in own_hosts) for cell in cells)
    return bool(cells) and hits * 2 > len(cells)


def wish(
    cells: Sequence[str], where: Mapping[Field, int], *, target: str = "", is_day_first: bool = True
) -> Wish:
    """What a row asks for; `target` stands for a target it does not name. Raises Unusable."""
    said = {
        field: cells[at].replace(ERASED, "").strip() if at < len(cells) else "" for field, at in where.items()
    }
    price = _price(said.get(Field.PRICE, ""))
    amount, currency = price or (None, "")
    person, email = _person(said.get(Field.PERSON, ""), said.get(Field.EMAIL, ""))
    rel = _rel(said.get(Field.REL, ""))
    return Wish(
        page_url=_address(said.get(Field.PAGE, ""), "page"),
        target_url=_address(said.get(Field.TARGET, "") or target, "address it leads to", may_lack=True),
        anchor=" ".join(said.get(Field.ANCHOR, "").split())[:300],
        rel=ExpectedRel.SPONSORED if amount else rel,
        price=amount, currency=_currency(said.get(Field.CURRENCY, "")) or currency,
        day=_day(said.get(Field.DAY, ""), is_day_first), person=person, email=email, project=said.get(Field.PROJECT, ""),
    )  # fmt: skip


def _address(text: str, what: str, *, may_lack: bool = False) -> str:
    if not text:
        if may_lack:
            return ""
        raise Unusable(f"There is no {what}.")
    try:
        return urls.tidy(text)
    except urls.BadAddress as error:
        raise Unusable(f"The {what}: {error}") from None


def _rel(text: str) -> ExpectedRel:
    """Words of a sheet: "dofollow", "nofollow sponsored", "yes" (followed). Raises Unusable."""
    words = text.casefold().strip()
    if words in _REL_WORDS:
        return _REL_WORDS[words]
    if words in _YES or words in _NO:
        return ExpectedRel.FOLLOW if words in _YES else ExpectedRel.NOFOLLOW
    parts = [
        part
        for part in re.split(
            r"[\s,;/+|]+", words.replace("do-follow", "dofollow").replace("no-follow", "nofollow")
        )
        if part
    ]
    known = [_REL_WORDS[part] for part in parts if part in _REL_WORDS]
    if not known or len(known) != len(
        [part for part in parts if part not in ("link", "rel", "noopener", "noreferrer")]
    ):
        raise Unusable(f"“{text[:40]}” is no rel that we know: follow, nofollow, sponsored or ugc.")
    order = (
        ExpectedRel.SPONSORED,
        ExpectedRel.UGC,
        ExpectedRel.NOFOLLOW,
        ExpectedRel.FOLLOW,
        ExpectedRel.ANY,
    )
    return next(rel for rel in order if rel in known)


def _price(text: str) -> tuple[Decimal, str] | None:
    if text.casefold() in _NOTHING_PAID:
        return None
    found = columns.money_of(text)
    if found is None or found[0] < 0:
        raise Unusable(f"“{text[:40]}” is no price. It should look like 120 or €120.50.")
    return found


def _currency(text: str) -> str:
    if not text:
        return ""
    found = columns.money_of(f"{text} 1")
    if found is None or not found[1]:
        raise Unusable(f"“{text[:40]}” is no currency. It should look like EUR.")
    return found[1]


def _day(text: str, is_day_first: bool) -> date | None:
    if not text:
        return None
    day = columns.day_of(text, is_day_first=is_day_first)
    if day is None or not 1990 <= day.year <= 2100:
        raise Unusable(f"“{text[:40]}” is no day. It should look like 2026-05-13 or 13/05/2026.")
    return day


def _person(name: str, email: str) -> tuple[str, str]:
    """(name, mail address); either column may hold both, as "Bo Wild <bo@wild.example>"."""
    name = name.removesuffix("<>")
    if "@" in name and not email:
        name, email = parseaddr(name)
    elif "@" in name:
        name = parseaddr(name)[0]
    if "<" in email:
        also, email = parseaddr(email)
        name = name or also
    if email:
        try:
            email = clean_address(email)
        except BadAddress as error:
            raise Unusable(f"The mail address: {error}") from None
    return " ".join(name.split())[:200], email


def state_of(presence: Presence, value: Value) -> RowState:
    """How a look at a row is filed: a page that could not be read says nothing."""
    if presence is Presence.UNREADABLE:
        return RowState.UNREADABLE
    if presence is Presence.NOT_FOUND:
        return RowState.MISSING
    return RowState.WEAKENED if value is Value.WEAKENED else RowState.FOUND
