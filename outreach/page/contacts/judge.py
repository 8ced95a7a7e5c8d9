"""Is this an address that somebody reads, or a sample, the rest of a theme, a file's name, a tracker's key?"""

from __future__ import annotations

import re
import unicodedata

from outreach.kit import urls
from outreach.kit.address import BadAddress, clean_address
from outreach.kit.patterns import late

_NOBODY = frozenset(
    """
    you your name yourname your.name your-name your_name youremail your.email your-email your_email yourmail user username
    user.name someone somebody anyone firstname lastname first.last firstname.lastname first.lastname firstlast first_last
    firstnamelastname f.lastname flast name.surname vorname nachname vorname.nachname v.nachname ihrname ihr.name
    ihremail deinname dein.name deineemail prenom.nom prenom nom.prenom votrenom votre.nom votreemail votre-email votre.email
    tunombre tu.nombre tucorreo tu.correo tu-correo tuemail sucorreo nombre.apellido nombreapellido usuario nome.cognome
    nomecognome tuonome tuaemail tuamail latuaemail seunome seu.nome seuemail seu-email nome.sobrenome voornaam
    voornaam.achternaam uwnaam jouwnaam jouwemail uwemail imie.nazwisko imie imienazwisko twojemail jmeno.prijmeni jmeno
    meno.priezvisko keresztnev.vezeteknev ornek isim.soyisim ad.soyad adiniz fornavn.etternavn fornamn.efternamn
    etunimi.sukunimi john.doe johndoe jane.doe janedoe j.doe jdoe john.smith@example max.mustermann maxmustermann
    erika.mustermann m.mustermann musterfrau mustermann foobar foo bar example exemple ejemplo beispiel esempio exemplo
    voorbeeld przyklad sample test testing tester test123 demo placeholder lorem ipsum lorem.ipsum xxx xx xxxx xyz abc abcd asdf aaa bbb
    email.address emailaddress myemail my.email mymail customer recipient sender changeme domain username1
    noreply no-reply no_reply no.reply donotreply do-not-reply do_not_reply nicht-antworten git
    """.split()
)
"""Local parts that nobody has, or that nobody reads."""

_MAYBE_NOBODY = frozenset(
    "email e-mail mail me info hello contact support admin john jane office hi sales".split()
)
"""The same on a domain that is a word for a domain."""

_NO_DOMAIN = late(
    r"(?:your|my|ihre?|deine?|meine?|votre|mon|tu|mi|tuo|il-?tuo|seu|sua|uw|jouw|twoja|vash|moj)[-_]?"
    r"(?:domain|site|website|web|company|firma|email|mail|business|brand|blog|store|shop|name|host|server|org|organi[sz]ation|agency|app|team|"
    r"dominio|domaine|sitio|empresa|azienda|sito|entreprise|domein|bedrijf|domena|strona|seite|webseite|webite|emailprovider)(?:here|name)?"
    r"|domain-?name|site-?name|website-?name|company-?name|some-?(?:domain|site|company|where)|any-?domain|example-?\d+|sentry|placeholder|reallygreatsite"
)
_WORD_DOMAIN = frozenset(
    "domain company website site email mail example business brand firma musterfirma mustermann beispiel muster ejemplo exemple"
    " esempio exemplo voorbeeld przyklad dominio domaine empresa organization acme yourcompany sample test host server provider".split()
)
_MACHINES = (
    "sentry.io", "ingest.sentry.io", "wixpress.com", "sentry.wixpress.com", "users.noreply.github.com", "reply.github.com",
    "group.calendar.google.com", "iam.gserviceaccount.com", "gserviceaccount.com", "appspot.gserviceaccount.com", "bugsnag.com",
    "rollbar.com", "amazonses.com", "sendgrid.net", "bounces.google.com", "calendar.google.com", "mixpanel.com", "datadoghq.com",
)  # fmt: skip
_FILES = frozenset(
    "png jpg jpeg gif webp avif svg ico bmp tif tiff js mjs css map json xml html htm php asp aspx jsp pdf doc docx xls xlsx zip gz rar"
    " mp3 mp4 webm mov avi woff woff2 ttf eot otf txt csv scss less tsx jsx ts vue".split()
)
_UNWANTED = (
    r"no[-_.]?spam|anti[-_.]?spam|remove[-_.]?(?:this|me|it)?|delete[-_.]?(?:this|me)|spam[-_.]?frei|kein[-_.]?spam|ohne[-_.]?spam|"
    r"enlever|enlevez[-_.]?moi|sans[-_.]?spam|pas[-_.]?de[-_.]?spam|sin[-_.]?spam|quitar|quita[-_.]?esto|sem[-_.]?spam|rimuovi|togli|"
    r"nospam[-_.]?please|entfernen|bitte[-_.]?entfernen|weg[-_.]?damit|verwijder|ta[-_.]?bort|usun|spam"
)
_LOUD = late(rf"([-_.]?)(?:{_UNWANTED.upper()})([-_.]?)")
_QUIET = late(r"(?:^|[-_.])(?:nospam|no-spam|antispam|removethis|remove-this|removeme)(?=[-_.]|$)")


def without_guards(text: str) -> str:
    """`ana@NOSPAM.fern.example` as people write to it: the word against robots is taken out."""
    local, sign, domain = text.partition("@")
    if local.upper() == local and domain.upper() == domain:
        return text
    bare = [_QUIET.sub("", _cut_loud(part)).strip("-_.") for part in (local, domain)]
    return sign.join(bare) if all(bare) else text


def _cut_loud(part: str) -> str:
    found = _LOUD.search(part)
    if not found or part.upper() == part:
        return part
    before, after = part[: found.start()], part[found.end() :]
    if not before or not after:
        return before + after
    joint = "." if "." in (found[1], found[2]) else found[1] or found[2]
    return before + joint + after


def address_of(local: str, domain: str, *, page_host: str = "") -> str | None:
    """The address as it is kept, or None where it is nobody's."""
    text = without_guards(f"{local.strip(_EDGES)}@{domain.strip('.-_')}")
    local, _, domain = text.rpartition("@")
    local, domain = unicodedata.normalize("NFC", local.strip(_EDGES)), domain.lower()
    if not local or len(text) > 254 or not any(sign.isalnum() for sign in local):
        return None
    try:
        clean = clean_address(f"{local}@{unicodedata.normalize('NFC', domain)}", smtputf8=True)
    except BadAddress:
        return None
    host = clean.rpartition("@")[2]
    if not urls.has_known_ending(host) or _is_machine(local, host):
        return None
    return None if _is_sample(local.lower(), host, page_host) else clean


_ANSWERS_PROGRAMS = late(r"(?:bounces?|unsubscribe|prvs|msprvs\d?)[-+=]")
"""What programs write to: bounces with a mark in them, commands of a list."""
_SAMPLE_DOMAIN = frozenset(
    "domain company beispiel musterfirma muster ejemplo exemple esempio exemplo voorbeeld przyklad dominio domaine example yourcompany".split()
)
_EDGES = ".-'’\"“”‘&;,:<>()[]*·|/\\="


def is_file(label: str) -> bool:
    return label.lower() in _FILES


def _is_machine(local: str, host: str) -> bool:
    """Keys of trackers (a DSN of Sentry), calendars, pictures for sharp screens (`logo@2x.png`)."""
    if host.endswith(_MACHINES) or re.match(r"\d+(?:\.\d+)?x?(?:\.|$)", host):
        return True
    if (
        is_file(host.rpartition(".")[2])
        and host.count(".") == 1
        and re.search(r"\d+x|min|bundle|logo|icon|image|img", local + host)
    ):
        return True
    if _ANSWERS_PROGRAMS.match(local.lower()) or re.fullmatch(
        r"v?\d+(?:\.\d+){1,3}|\d{1,2}(?:[.:]\d\d)?[ap]m", local.lower()
    ):
        return True
    return bool(re.fullmatch(r"[0-9a-f]{16,}|[0-9a-f-]{32,}", local.lower())) or (
        len(local) > 40 and "." not in local
    )


def _is_sample(local: str, host: str, page_host: str) -> bool:
    """An address that stands for the reader's own, or that a theme brought along."""
    own = page_host and (
        page_host == host or page_host.endswith("." + host) or host.endswith("." + page_host)
    )
    if local in _NOBODY:
        return True
    name, _, ending = host.rpartition(".")
    first = name.rpartition(".")[2]
    if own:
        return False
    if first == "example" and ending in ("com", "org", "net", "edu"):
        return True
    if _NO_DOMAIN.fullmatch(first) or (len(local) == 1 and len(first) == 1):
        return True
    if first in _SAMPLE_DOMAIN and local in _MAYBE_NOBODY:
        return True
    return (
        first in _WORD_DOMAIN
        and ending not in urls.RESERVED
        and (local in _MAYBE_NOBODY or first not in ("mail", "email"))
    )
