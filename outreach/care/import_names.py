"""What a column of a file may hold, and what columns are called.  Pure.

The headers are those of product.md section 5: Search Console, Ahrefs, Semrush, Majestic, Moz, Bing, Screaming Frog,
BuzzStream, Hunter, and plain lists, in the languages that their interfaces have.
"""

from __future__ import annotations

from enum import StrEnum

from outreach.kit.tables.columns import header_key
from outreach.prospects import metric_rules
from outreach.prospects.metric_rules import Metric


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
RANKED: dict[Field, dict[str, int]] = {
    field: {header_key(name): place for place, name in enumerate(names.split("|")) if header_key(name)}
    for field, names in _NAMES.items()
}
for _metric in METRICS.values():
    RANKED[Field(_metric.value)].setdefault(header_key(metric_rules.TITLES[_metric.value]), 99)
OUR_LIST = ("site", "title", "address")
"""What our own list of prospects begins with; other tools have columns that are called as its further ones, and mean something else."""
OF_OUR_LIST = (Field.TITLE, Field.SITE_LANGUAGE, Field.STATE, Field.REASON, Field.OWNER)
WAYS = frozenset(
    name for field in (Field.FORM, Field.SOCIAL, Field.TWITTER, Field.PHONE) for name in RANKED[field]
)
OTHER = frozenset(
    header_key(name)
    for name in """target url | targeturl | target page | destination | anchor | anchor text | anchortext | first seen | last seen | last crawled
        | domain rating | nofollow | linking pages | target pages | incoming links | backlinks count | type | page ascore | domain ascore
        | spam score | page authority | domain authority | source crawl date | sourcetrustflow | link position | נסרק לאחרונה | דפים מקשרים
        | דף יעד | קישורים נכנסים | zuletzt gecrawlt | zielseite | dernière exploration | page cible | último rastreo | página de destino""".split("|")
)  # fmt: skip
"""Names of columns that we know and leave out: they tell a header from a row."""

TARGETS = frozenset(
    header_key(name)
    for name in """target page | target url | targeturl | target | linked page | destination | destination url | destination page | linking to | landing page
        | top target pages | top linked pages | zielseite | ziel url | ziel | verlinkte seite | page cible | page de destination | url cible | url de destination
        | cible | pages cibles | page liée | página de destino | página objetivo | url de destino | destino | pagina di destinazione | pagina target
        | url di destinazione | destinazione | doelpagina | doel url | bestemming | strona docelowa | docelowy url | целевая страница | целевой url
        | リンク先ページ | ターゲット ページ | リンク先 url | リンク先 | 目标网页 | 目标页面 | 目标网址 | 目標網頁 | 대상 페이지 | hedef sayfa | målsida | målside | kohdesivu
        | cílová stránka | céloldal | pagină țintă | halaman target | trang đích | σελίδα προορισμού | цільова сторінка | דף יעד | الصفحة المستهدفة | الصفحة الهدف""".split("|")
)  # fmt: skip
"""Columns of pages that links lead to: our own ones, unless the links are ours (product.md 5.1.3)."""
