"""Files of sites and people from other tools: which column is what, and what a row brings.  Pure.

The headers are those of product.md section 5: Search Console, Ahrefs, Semrush, Majestic, Moz, Bing, Screaming Frog,
BuzzStream, Hunter, and plain lists, in the languages that their interfaces have.  What no name tells is told by what
stands in the column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from email.utils import parseaddr
from enum import StrEnum

from outreach.care.import_ways import More, more_of
from outreach.kit import urls
from outreach.kit.address import BadAddress, clean_address, is_free_mail
from outreach.kit.tables import columns
from outreach.kit.tables.columns import header_key
from outreach.prospects import metric_rules
from outreach.prospects import rules as prospect_rules
from outreach.prospects.metric_rules import Metric
from outreach.prospects.rules import Line


class ImportState(StrEnum):
    """Where a file stands. `mapping` and `counted` wait for a person; those of BUSY are the worker's."""

    MAPPING = "mapping"
    COUNTING = "counting"
    COUNTED = "counted"
    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


BUSY = (ImportState.COUNTING, ImportState.WORKING, ImportState.UNDOING)
STATE_WORDS: dict[ImportState, tuple[str, str]] = {
    ImportState.MAPPING: ("Columns to name", "warn"), ImportState.COUNTING: ("Being counted", "info"), ImportState.COUNTED: ("Counted, not yet in", "warn"),
    ImportState.WORKING: ("Coming in", "info"), ImportState.DONE: ("Done", "good"), ImportState.CANCELLED: ("Cancelled", ""),
    ImportState.FAILED: ("Not readable", "bad"), ImportState.UNDOING: ("Being taken back", "info"), ImportState.UNDONE: ("Taken back", ""),
}  # fmt: skip


class Field(StrEnum):
    """What a column may hold."""

    SITE = "site"
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    ROLE = "role"
    PHONE = "phone"
    SOCIAL = "social"
    FORM = "form"
    OTHER = "other"
    KIND = "kind"
    FOUND_ON = "found_on"
    FOUND_AT = "found_at"
    STATUS = "status"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    SUBSCRIBER = "subscriber"
    NEVER = "never"
    FORMER = "former"
    PERSON = "person"
    AHREFS_DR = "ahrefs_dr"
    AHREFS_UR = "ahrefs_ur"
    AHREFS_TRAFFIC = "ahrefs_traffic"
    SEMRUSH_AS = "semrush_as"
    MAJESTIC_TF = "majestic_tf"
    MAJESTIC_CF = "majestic_cf"
    MOZ_DA = "moz_da"
    MOZ_PA = "moz_pa"
    MOZ_SPAM = "moz_spam"


FIELD_WORDS: dict[Field, str] = {
    Field.SITE: "Site or page", Field.NAME: "Person", Field.FIRST: "First name", Field.LAST: "Last name",
    Field.EMAIL: "Mail address", Field.ROLE: "What they do there",
    Field.PHONE: "Telephone", Field.SOCIAL: "Social profile", Field.FORM: "Contact form", Field.OTHER: "Another way to reach them", Field.KIND: "What kind of way that is",
    Field.FOUND_ON: "Page where it was found", Field.FOUND_AT: "When it was found", Field.STATUS: "What we know of it", Field.LANGUAGE: "Language of the person",
    Field.TIMEZONE: "Time zone", Field.SUBSCRIBER: "To the law", Field.NEVER: "Never write", Field.FORMER: "Left the site", Field.PERSON: "Number of the person",
    **{Field(name): title for name, title in metric_rules.TITLES.items()},
}  # fmt: skip
METRICS: dict[Field, Metric] = {Field(metric.value): metric for metric in Metric}
"""Columns of numbers that other tools give a site."""

_NAMES: dict[Field, str] = {
    Field.SITE: """referring page url | source url | sourceurl | linking page | linking from | full url | source page | source | url | page url
        | link partner–domain | referring domain | domain | site | website | web site | web page | homepage | host | root domain | linking site
        | linking domain | page | blog | company website | organization website | linkpartner domain | top linking sites
        | verlinkende seite | verweisende seite | verweisende domain | webseite | webadresse | seite | quell url | quelle | domäne
        | page d'origine | page de provenance | page référente | domaine référent | domaine | site web | site internet | url source | pages de liaison
        | página de enlace | página que enlaza | página enlazante | dominio | sitio | sitio web | sitio de enlace | url de origen | página de origen
        | pagina di collegamento | dominio di riferimento | sito | sito web | pagina che rimanda | url di origine
        | página de links | domínio | página com link | verwijzende pagina | verwijzend domein | strona linkująca | domena | strona
        | ссылающаяся страница | сайт | домен | リンク元ページ | リンク元のページ | サイト | ドメイン | 链接页 | 网站 | 域名 | דף מקשר | אתר | الصفحة | الموقع""",
    Field.NAME: """name | full name | contact | contact name | contact person | person | link partner contact | person about | editor | webmaster
        | ansprechpartner | kontakt | kontaktperson | nom complet | personne | contacto | nombre completo | persona | contatto | nome completo | contato | osoba | контакт | 担当者""",
    Field.FIRST: "first name | firstname | given name | vorname | prénom | nombre | nome | primeiro nome | voornaam | imię | имя | 名",
    Field.LAST: "last name | lastname | surname | family name | nachname | nom | nom de famille | apellido | apellidos | cognome | sobrenome | achternaam | nazwisko | фамилия | 姓",
    Field.EMAIL: """email | e mail | email address | e mail address | mail | mail address | email 1 | contact email | link partner email | value
        | e mail adresse | mailadresse | adresse e mail | courriel | correo | correo electrónico | indirizzo email | endereço de email | e mailadres | почта | メール | メールアドレス | 邮箱""",
    Field.ROLE: "position | role | job title | function | job | funktion | rolle | poste | fonction | cargo | puesto | ruolo | functie | stanowisko | должность | 役職 | 职位",
    Field.PHONE: "phone | phone number | telephone | telefon | telefonnummer | téléphone | teléfono | telefono | telefone | telefoon | mobile | cell | 電話 | 电话 | телефон",
    Field.SOCIAL: "linkedin | linkedin url | linkedin profile | twitter | twitter url | twitter handle | social profile | social | instagram | facebook | profile url",
    Field.FORM: "contact form | contact form url | contact page | form | kontaktformular | formulaire de contact | formulario de contacto",
    Field.OTHER: "other contact",
    Field.KIND: "kind",
    Field.FOUND_ON: "found on",
    Field.FOUND_AT: "found at",
    Field.STATUS: "what we know of it",
    Field.TIMEZONE: "time zone | timezone",
    Field.SUBSCRIBER: "to the law",
    Field.NEVER: "never write",
    Field.FORMER: "left the site",
    Field.PERSON: "person number",
    Field.LANGUAGE: "person language",
    Field.AHREFS_DR: "domain rating | dr | ahrefs dr | ahrefs domain rating | domain rating dr | dr ahrefs",
    Field.AHREFS_UR: "ur | url rating | ahrefs ur | url rating ur",
    Field.AHREFS_TRAFFIC: "domain traffic | ahrefs traffic | organic traffic | traffic",
    Field.SEMRUSH_AS: "domain ascore | authority score | semrush as | semrush authority score | ascore | as | page ascore | page score",
    Field.MAJESTIC_TF: "domain trust flow | source trust flow | trust flow | tf | majestic tf",
    Field.MAJESTIC_CF: "domain citation flow | source citation flow | citation flow | cf | majestic cf",
    Field.MOZ_DA: "domain authority | da | moz da | domain authority da",
    Field.MOZ_PA: "page authority | pa | moz pa | page authority pa",
    Field.MOZ_SPAM: "spam score | moz spam score | moz spam",
}
_RANKED: dict[Field, dict[str, int]] = {
    field: {header_key(name): place for place, name in enumerate(names.split("|")) if header_key(name)}
    for field, names in _NAMES.items()
}
_OTHER = frozenset(
    header_key(name)
    for name in """target url | targeturl | target page | destination | anchor | anchor text | anchortext | first seen | last seen | last crawled
        | domain rating | nofollow | linking pages | target pages | incoming links | backlinks count | type | page ascore | domain ascore
        | spam score | page authority | domain authority | source crawl date | sourcetrustflow | link position | נסרק לאחרונה | דפים מקשרים
        | דף יעד | קישורים נכנסים | zuletzt gecrawlt | zielseite | dernière exploration | page cible | último rastreo | página de destino""".split("|")
)  # fmt: skip
"""Names of columns that we know and leave out: they tell a header from a row."""

PREAMBLE = 10
"""Rows above the header that an export may have (Moz has six)."""


@dataclass(frozen=True)
class Who:
    """The person of a row; `problem` says why the address cannot be kept."""

    name: str = ""
    email: str = ""
    role: str = ""
    problem: str = ""
    more: More = field_of(default_factory=More)

    @property
    def is_there(self) -> bool:
        return bool(self.name or self.email or self.more.ways)


@dataclass(frozen=True)
class Brought:
    """What a row of a file brings; `problem` says what of its numbers cannot be kept."""

    line: Line
    who: Who = field_of(default_factory=Who)
    numbers: Mapping[Metric, float] = field_of(default_factory=dict)
    problem: str = ""


def header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row that names the columns, below whatever an export says first; None when there is none."""
    hits = [sum(_is_name(cell) for cell in row) for row in rows[: PREAMBLE + 1]]
    best = max(hits, default=0)
    if best >= 2 or (best == 1 and len(_full(rows[hits.index(best)])) == 1):
        return hits.index(best)
    return 0 if columns.has_header(rows) else None


def _is_name(cell: str) -> bool:
    key = header_key(cell)
    return key in _OTHER or any(key in names for names in _RANKED.values())


def _full(row: Sequence[str]) -> list[str]:
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
    for field, names in _RANKED.items():
        ranked = sorted(
            (names[header_key(name)], at) for at, name in enumerate(header) if header_key(name) in names
        )
        places = [at for _, at in ranked if _fits(field, kinds[at])]
        if field is Field.SITE:
            places = [at for at in places if not _is_ours(at, rows, hosts)]
        if places and places[0] not in found.values():
            found[field] = places[0]
    taken = set(found.values())
    for field, wanted in ((Field.SITE, ("url", "host")), (Field.EMAIL, ("mail",))):
        free = [at for kind in wanted for at, one in enumerate(kinds) if one == kind and at not in taken]
        theirs = [at for at in free if field is not Field.SITE or not _is_ours(at, rows, hosts)]
        if field not in found and (theirs or free):
            found[field] = (theirs or free)[0]
    return found


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


def _is_ours(at: int, rows: Sequence[Sequence[str]], hosts: list[str]) -> bool:
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return bool(cells) and all(any(urls.is_on_host(cell, host) for host in hosts) for cell in cells)


def read(number: int, cells: Sequence[str], where: Mapping[Field, int]) -> Brought:
    """The site, the person and the numbers of a row. Never raises."""
    said = {field: cells[at].strip() if at < len(cells) else "" for field, at in where.items()}
    who = _who(said)
    numbers: dict[Metric, float] = {}
    problems = []
    for field, metric in METRICS.items():
        try:
            value = metric_rules.read_value(metric, said.get(field, ""))
        except metric_rules.NoNumber as error:
            problems.append(str(error))
        else:
            if value is not None:
                numbers[metric] = value
    return Brought(_line(number, cells, said, who), who, numbers, " ".join(problems))


def _line(number: int, cells: Sequence[str], said: Mapping[Field, str], who: Who) -> Line:
    typed = said.get(Field.SITE, "")
    if not typed and who.email:
        typed = who.email.rpartition("@")[2]
        if is_free_mail(typed):
            return Line(number, who.email, problem=f"An address at {typed} names no site, and none is given.")
    if not typed:
        words = " ".join(_full(cells))[:300]
        return Line(number, words, problem=who.problem or "It names no site.")
    return prospect_rules.read_line(number, typed)


def _who(said: Mapping[Field, str]) -> Who:
    name = said.get(Field.NAME, "") or f"{said.get(Field.FIRST, '')} {said.get(Field.LAST, '')}"
    email = said.get(Field.EMAIL, "")
    if "@" in name:
        shown, also = parseaddr(name)
        name, email = shown, email or also
    if "<" in email:
        shown, email = parseaddr(email)
        name = name if name.strip() else shown
    problem = ""
    if email:
        try:
            email = clean_address(email)
        except BadAddress as error:
            email, problem = "", f"The mail address was not kept: {error}"
    more = more_of({str(field): text for field, text in said.items()}, email)
    return Who(
        " ".join(name.split())[:200],
        email,
        said.get(Field.ROLE, "")[:120],
        f"{problem} {more.problem}".strip()[:300],
        more,
    )
