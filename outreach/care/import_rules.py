"""Files of sites and people from other tools: which column is what, and what a row brings.  Pure.

The headers are those of product.md section 5: Search Console, Ahrefs, Semrush, Majestic, Moz, Bing, Screaming Frog,
BuzzStream, Hunter, and plain lists, in the languages that their interfaces have.  What no name tells is told by what
stands in the column.
"""

from __future__ import annotations

import hashlib
import re
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
from outreach.page.contacts.names import clean_name, fits
from outreach.prospects import metric_rules
from outreach.prospects import rules as prospect_rules
from outreach.prospects.labels.rules import About, BadLabel, tag_names
from outreach.prospects.metric_rules import Metric
from outreach.prospects.rules import ContactKind, Line


class ImportState(StrEnum):
    """Where a file stands. `mapping` and `counted` wait for a person; those of BUSY are the worker's."""

    MAPPING = "mapping"
    COUNTING = "counting"
    COUNTED = "counted"
    WORKING = "working"
    DONE = "done"
    LOOKED = "looked"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


BUSY = (ImportState.COUNTING, ImportState.WORKING, ImportState.UNDOING)
STATE_WORDS: dict[ImportState, tuple[str, str]] = {
    ImportState.MAPPING: ("Columns to name", "warn"), ImportState.COUNTING: ("Being counted", "info"), ImportState.COUNTED: ("Counted, not yet in", "warn"),
    ImportState.WORKING: ("Coming in", "info"), ImportState.DONE: ("Done", "good"), ImportState.LOOKED: ("Looked at only", ""), ImportState.CANCELLED: ("Cancelled", ""),
    ImportState.FAILED: ("Not readable", "bad"), ImportState.UNDOING: ("Being taken back", "info"), ImportState.UNDONE: ("Taken back", ""),
}  # fmt: skip


class Field(StrEnum):
    """What a column may hold."""

    SITE = "site"
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    EMAIL_2 = "email_2"
    EMAIL_3 = "email_3"
    ROLE = "role"
    PHONE = "phone"
    PHONE_2 = "phone_2"
    SOCIAL = "social"
    SOCIAL_2 = "social_2"
    TWITTER = "twitter"
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
    NOTES = "notes"
    PERSON_TAGS = "person_tags"
    TAGS = "tags"
    TITLE = "title"
    SITE_LANGUAGE = "site_language"
    STATE = "state"
    REASON = "reason"
    OWNER = "owner"
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
    Field.EMAIL: "Mail address", Field.EMAIL_2: "Second mail address", Field.EMAIL_3: "Third mail address", Field.ROLE: "What they do there",
    Field.PHONE: "Telephone", Field.PHONE_2: "Second telephone", Field.SOCIAL: "Social profile", Field.SOCIAL_2: "Second social profile", Field.TWITTER: "Twitter or X (a handle will do)",
    Field.FORM: "Contact form", Field.OTHER: "Another way to reach them", Field.KIND: "What kind of way that is",
    Field.FOUND_ON: "Page where it was found", Field.FOUND_AT: "When it was found", Field.STATUS: "What we know of it", Field.LANGUAGE: "Language of the person",
    Field.TIMEZONE: "Time zone", Field.SUBSCRIBER: "To the law", Field.NEVER: "Never write", Field.FORMER: "Left the site", Field.PERSON: "Number of the person", Field.NOTES: "Notes on the person, when they are new",
    Field.PERSON_TAGS: "Tags of the person", Field.TAGS: "Tags of the site", Field.TITLE: "Title of the site, when it is new", Field.SITE_LANGUAGE: "Language of the site, when it is new",
    Field.STATE: "State, when it is new here", Field.REASON: "Why it was rejected", Field.OWNER: "Owner, when it is new here",
    **{Field(name): title for name, title in metric_rules.TITLES.items()},
}  # fmt: skip
METRICS: dict[Field, Metric] = {Field(metric.value): metric for metric in Metric}
"""Columns of numbers that other tools give a site."""

_NAMES: dict[Field, str] = {
    Field.SITE: """link partner–domain | link partner–domain req | referring page url | source url | sourceurl | linking page | linking from | full url | source page | source | url | page url
        | referring domain | domain | site | website | web site | web page | homepage | host | root domain | linking site
        | linking domain | page | blog | company website | organization website | domain name | website url | site url | company domain | company url | linkpartner domain | top linking sites
        | verlinkende seite | verweisende seite | verweisende domain | webseite | webadresse | seite | quell url | quelle | domäne
        | page d'origine | page de provenance | page référente | domaine référent | domaine | site web | site internet | url source | pages de liaison
        | página de enlace | página que enlaza | página enlazante | dominio | sitio | sitio web | sitio de enlace | url de origen | página de origen | origine | origen | origem | fonte | fuente | herkunft | quellseite | bron | źródło | источник | リンク元 | ソース | 来源 | 源 | מקור | المصدر
        | pagina di collegamento | dominio di riferimento | sito | sito web | pagina che rimanda | url di origine
        | página de links | domínio | página com link | verwijzende pagina | verwijzend domein | strona linkująca | domena | strona
        | ссылающаяся страница | сайт | домен | リンク元ページ | リンク元のページ | サイト | ドメイン | 链接页 | 网站 | 域名 | דף מקשר | אתר | الصفحة | الموقع
        | webbplats | webbsida | nettsted | nettside | hjemmeside | websted | sivusto | verkkosivusto | web | webová stránka | webstránka | weboldal | honlap | web sitesi
        | ιστότοπος | ιστοσελίδα | вебсайт | веб сайт | ウェブサイト | 网址 | 網站 | 网站地址 | 사이트 | 웹사이트 | 도메인 | trang web | situs web | เว็บไซต์""",
    Field.NAME: """name | full name | contact | contact name | contact person | person | link partner contact | editor | webmaster
        | ansprechpartner | kontakt | kontaktperson | nom complet | personne | contacto | nombre completo | persona | contatto | nome completo | contato | osoba | контакт | 担当者
        | namn | kontaktperson namn | navn | naam | contactpersoon | nimi | yhteyshenkilö | jméno | jméno a příjmení | meno | imię i nazwisko | név | kapcsolattartó | nume complet
        | ad soyad | isim | όνομα | ονοματεπώνυμο | фио | имя и фамилия | контактное лицо | ім'я | піб | 氏名 | お名前 | 名前 | 姓名 | 联系人 | 名字 | 聯絡人 | 이름 | 성명 | 담당자
        | שם | שם מלא | איש קשר | الاسم | الاسم الكامل | họ tên | họ và tên | tên | nama | nama lengkap | ชื่อ""",
    Field.FIRST: "first name | firstname | given name | vorname | prénom | nombre | nome | primeiro nome | voornaam | imię | имя | 名 | förnamn | fornavn | etunimi | křestní jméno | keresztnév | prenume | שם פרטי | الاسم الأول",
    Field.LAST: "last name | lastname | surname | family name | nachname | nom | nom de famille | apellido | apellidos | cognome | sobrenome | achternaam | nazwisko | фамилия | 姓 | efternamn | etternavn | efternavn | sukunimi | příjmení | vezetéknév | nume | nume de familie | soyad | επώνυμο | прізвище | שם משפחה | اسم العائلة",
    Field.EMAIL: """email | e mail | email address | e mail address | mail | mail address | email 1 | primary email | work email | contact email | link partner email | value
        | e mail adresse | mailadresse | adresse e mail | courriel | correo | correo electrónico | indirizzo email | endereço de email | e mailadres | почта | メール | メールアドレス | 邮箱
        | e post | e postadress | epost | sähköposti | e pošta | email cím | e posta | электронная почта | эл почта | пошта | електронна пошта | 邮箱地址 | 电子邮件 | 電子郵件 | 이메일 | 전자우편 | 메일
        | דוא"ל | אימייל | البريد الإلكتروني | thư điện tử | อีเมล
        | emails | e mails | email addresses | e mail addresses | mail addresses | email 2 | e mail 2 | second email | secondary email | other email | additional email | alternative email | personal email | private email | email 3 | e mail 3 | email 4""",
    Field.ROLE: "position | role | job title | function | job | funktion | rolle | poste | fonction | cargo | puesto | ruolo | functie | stanowisko | должность | 役職 | 职位",
    Field.PHONE: "phone | phone number | telephone | telefon | telefonnummer | téléphone | teléfono | telefono | telefone | telefoon | mobile | mobile phone | cell | phone 1 | phone 2 | 電話 | 电话 | телефон",
    Field.SOCIAL: "linkedin | linkedin url | linkedin profile | social profile | social | profile url | instagram | instagram url | facebook | facebook url | mastodon | bluesky",
    Field.TWITTER: "twitter | twitter url | twitter handle | twitter profile | x handle | twitter x | x",
    Field.FORM: "contact form | contact form url | contact page | form | kontaktformular | formulaire de contact | formulario de contacto",
    Field.OTHER: "other contact",
    Field.KIND: "kind",
    Field.FOUND_ON: "found on | sources | source 1 | sources uri | sources 0 uri",
    Field.FOUND_AT: "found at",
    Field.STATUS: "what we know of it | verification status | verification | email status | email verification status",
    Field.TIMEZONE: "time zone | timezone",
    Field.SUBSCRIBER: "to the law",
    Field.NEVER: "never write",
    Field.FORMER: "left the site",
    Field.PERSON: "person number",
    Field.NOTES: "person notes",
    Field.LANGUAGE: "person language",
    Field.PERSON_TAGS: "person tags | contact tags",
    Field.TAGS: "tags | tag | site tags | labels | schlagwörter | étiquettes | etiquetas | etichette | теги | タグ | 标签",
    Field.TITLE: "title",
    Field.SITE_LANGUAGE: "language",
    Field.STATE: "state",
    Field.REASON: "why not",
    Field.OWNER: "owner",
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
for _metric in METRICS.values():
    _RANKED[Field(_metric.value)].setdefault(header_key(metric_rules.TITLES[_metric.value]), 99)
_OUR_LIST = ("site", "title", "address")
"""What our own list of prospects begins with; other tools have columns that are called as its further ones, and mean something else."""
_OF_OUR_LIST = (Field.TITLE, Field.SITE_LANGUAGE, Field.STATE, Field.REASON, Field.OWNER)
_WAYS = frozenset(
    name for field in (Field.FORM, Field.SOCIAL, Field.TWITTER, Field.PHONE) for name in _RANKED[field]
)
_OTHER = frozenset(
    header_key(name)
    for name in """target url | targeturl | target page | destination | anchor | anchor text | anchortext | first seen | last seen | last crawled
        | domain rating | nofollow | linking pages | target pages | incoming links | backlinks count | type | page ascore | domain ascore
        | spam score | page authority | domain authority | source crawl date | sourcetrustflow | link position | נסרק לאחרונה | דפים מקשרים
        | דף יעד | קישורים נכנסים | zuletzt gecrawlt | zielseite | dernière exploration | page cible | último rastreo | página de destino""".split("|")
)  # fmt: skip
"""Names of columns that we know and leave out: they tell a header from a row."""

_TARGETS = frozenset(
    header_key(name)
    for name in """target page | target url | targeturl | target | linked page | destination | destination url | destination page | linking to | landing page
        | top target pages | top linked pages | zielseite | ziel url | ziel | verlinkte seite | page cible | page de destination | url cible | url de destination
        | cible | pages cibles | page liée | página de destino | página objetivo | url de destino | destino | pagina di destinazione | pagina target
        | url di destinazione | destinazione | doelpagina | doel url | bestemming | strona docelowa | docelowy url | целевая страница | целевой url
        | リンク先ページ | ターゲット ページ | リンク先 url | リンク先 | 目标网页 | 目标页面 | 目标网址 | 目標網頁 | 대상 페이지 | hedef sayfa | målsida | målside | kohdesivu
        | cílová stránka | céloldal | pagină țintă | halaman target | trang đích | σελίδα προορισμού | цільова сторінка | דף יעד | الصفحة المستهدفة | الصفحة الهدف""".split("|")
)  # fmt: skip
"""Columns of pages that links lead to: our own ones, unless the links are ours (product.md 5.1.3)."""

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

    @property
    def mails(self) -> frozenset[str]:
        """Every mail address of theirs that the row tells."""
        return frozenset(way.value for way in self.more.ways if way.kind is ContactKind.EMAIL)


@dataclass(frozen=True)
class Brought:
    """What a row of a file brings; `problem` says what of its numbers and tags cannot be kept.

    `tags` are `{about: {key: name}}`, `place` what our own list tells of a site and its place in the project.
    """

    line: Line
    who: Who = field_of(default_factory=Who)
    numbers: Mapping[Metric, float] = field_of(default_factory=dict)
    problem: str = ""
    tags: Mapping[About, Mapping[str, str]] = field_of(default_factory=dict)
    place: Mapping[Field, str] = field_of(default_factory=dict)


def header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row that names the columns, below whatever an export says first; None when there is none."""
    hits = [sum(_is_name(cell) for cell in row) for row in rows[: PREAMBLE + 1]]
    best = max(hits, default=0)
    if best >= 2 or (best == 1 and len(_full(rows[hits.index(best)])) == 1):
        return hits.index(best)
    return 0 if columns.has_header(rows) else None


def _is_name(cell: str) -> bool:
    key = header_key(cell)
    if key == "x":  # a tick far more often than the column of that name
        return False
    return key in _OTHER or key in _TARGETS or any(key in names for names in _RANKED.values())


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
        if header_key(name) in _RANKED[Field.SITE] and _is_ours(at, rows, hosts)
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
        at for at, name in enumerate(header) if header_key(name) in _TARGETS and kinds[at] in ("url", "host")
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
    if name not in _WAYS:
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
        and header_key(header[at]) in _RANKED[Field.FIRST]
    ):
        found[Field.FIRST] = found.pop(Field.NAME)


def _part_labels(found: dict[Field, int], header: Sequence[str]) -> None:
    """Tags beside people are theirs, and only our own list tells of states and owners."""
    if Field.TAGS in found and Field.PERSON_TAGS not in found and not _NAMING.isdisjoint(found):
        found[Field.PERSON_TAGS] = found.pop(Field.TAGS)
    if tuple(map(header_key, header[: len(_OUR_LIST)])) != _OUR_LIST:
        for field in _OF_OUR_LIST:
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
    return header_key(name) in _RANKED[Field.SITE]


def is_ours(at: int | None, rows: Sequence[Sequence[str]], own_hosts: Iterable[str]) -> bool:
    """Are all addresses of the column our own?"""
    return at is not None and _is_ours(at, rows, list(own_hosts))


def _is_ours(at: int, rows: Sequence[Sequence[str]], hosts: list[str]) -> bool:
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return bool(cells) and all(any(urls.is_on_host(cell, host) for host in hosts) for cell in cells)


def read(number: int, cells: Sequence[str], where: Mapping[Field, int]) -> Brought:
    """The site, the person and the numbers of a row. Never raises."""
    said = {field: _cell(cells[at]) if at < len(cells) else "" for field, at in where.items()}
    said = _each_in_its_place(said)
    who = _who(said)
    numbers: dict[Metric, float] = {}
    problems = []
    for field, cell in said.items():
        if not cell or field not in METRICS:
            continue
        metric = METRICS[field]
        try:
            value = metric_rules.read_value(metric, cell)
        except metric_rules.NoNumber as error:
            problems.append(str(error))
        else:
            if value is not None:
                numbers[metric] = value
    tags = _tags(said, problems)
    place = {field: said[field] for field in _OF_OUR_LIST if said.get(field)}
    return Brought(_line(number, cells, said, who), who, numbers, " ".join(problems), tags, place)


_FAILED = re.compile(r"#(?:N/[A-ZА-Я]{1,5}|Н/Д|NV|[¡¿]?[^\W_a-z][^\s_a-z]{1,12}[!?])")
"""What a formula leaves that found nothing: `#N/A`, `#REF!`, `#NV`, `#¡VALOR!`."""


def _cell(text: str) -> str:
    """A cell as it is read; where a formula failed it says nothing."""
    text = text.strip()
    return "" if text[:1] == "#" and _FAILED.fullmatch(text) else text


MOST_TAGS = 100
"""Of one site or person in a file."""


def _tags(said: Mapping[Field, str], problems: list[str]) -> dict[About, dict[str, str]]:
    found = {}
    for about, field in ((About.SITE, Field.TAGS), (About.PERSON, Field.PERSON_TAGS)):
        if text := said.get(field):
            try:
                found[about] = tag_names(text, MOST_TAGS)
            except BadLabel as error:
                problems.append(f"Its tags were not kept: {error}")
    return found


def _each_in_its_place(said: dict[Field, str]) -> dict[Field, str]:
    """A mail address among sites is somebody at its site, a site among mail addresses a site, and somebody's profile no site of its own."""
    site, mail = said.get(Field.SITE, ""), said.get(Field.EMAIL, "")
    if not mail and "@" in site and columns.looks_like(site) == "mail":
        return {**said, Field.SITE: "", Field.EMAIL: site.removeprefix("mailto:")}
    if not site and mail and "@" not in mail and columns.looks_like(mail) in ("url", "host"):
        return {**said, Field.SITE: mail, Field.EMAIL: ""}
    if (
        mail
        and not said.get(Field.SOCIAL)
        and _SOMEBODY.match(site)
        and not is_free_mail(mail.rpartition("@")[2])
    ):
        return {**said, Field.SITE: "", Field.SOCIAL: site}
    return said


_SOMEBODY = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/in/", re.IGNORECASE)
"""A person's profile, which exports of contacts call “URL”: where they work is told by the address."""


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
    first, last = said.get(Field.FIRST, ""), said.get(Field.LAST, "")
    name = said.get(Field.NAME, "") if not (first and last) else ""
    name = name or f"{first} {last}"
    email = said.get(Field.EMAIL, "")
    if "@" in name:
        shown, also = parseaddr(name)
        name, email = shown, email or also
    email, *further = columns.mails_of(email) or [""]
    if "<" in email:
        shown, email = parseaddr(email)
        name = name if name.strip() else shown
    if further:
        said = {**said, Field.EMAIL_2: "; ".join([*further, said.get(Field.EMAIL_2, "")])}
    problem = ""
    if email:
        try:
            email = clean_address(email)
        except BadAddress as error:
            email, problem = "", f"The mail address was not kept: {error}"
    more = more_of(said, email)
    return Who(
        " ".join(name.split())[:200],
        email,
        said.get(Field.ROLE, "")[:120],
        prospect_rules.shortened(f"{problem} {more.problem}".strip()),
        more,
    )
