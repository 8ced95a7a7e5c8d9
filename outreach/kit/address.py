"""Mail addresses, as this program is willing to write to them."""

import re
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

_DESKS = """
    abuse accounts ad admin administration administrator ads advertise advertising anfrage anfragen anuncios anzeigen
    articles atendimento authors befragung billing biuro blog bonjour booking bookings bureau business careers ciao
    collab collaborate collaboration collaborations collabs colaboraciones comercial commercial communication
    communications community comunicacion comunicazione consultas contact contacto contactus contato contatti contatto
    contribute contributions contributors correo cs customercare customerservice datenschutz desk direction dpo
    dziennikarze editor editorial editors enquire enquiries enquiry feedback formation forum general gdpr guest
    guestpost guestposts hallo health hei hej hello help helpdesk hey hi hola home hr ideas iletisim impressum
    info infos information informacje informatie ingo inquiries inquiry it jobs juridico kapcsolat karriere kommunikation
    kontakt kontakti kundenservice kundeservice leads leitung letters legal magazin magazine mail mailbox mailing
    marketing media medien medios membership mod moderation moderator nachricht news newsdesk newsletter newsroom
    no-reply noc noreply oficina office online ordering orders ola partner partners partnership partnerships payments
    pitch pitches podcast poczta post posta postmaster pr prensa presse press presseteam privacy privacidad privacidade
    prasa publicidad publicidade publicite publisher publishing pubblicita query questions recepcion reception redaccion
    redacao redactie redaction redakce redakcia redakcija redakcja redakcio redaksi redaktion redaktionen redazione
    redactia reklam reklama reklamacje reservations review reviews rodo sales secretariat secretaria segreteria sekretariat
    security serkesztoseg service services servis shop soporte sponsor sponsoring sponsors sponsorship story stories
    studio submission submissions submit suggestions support szerkesztoseg team tech technik tips tip toimitus trade
    tidning upit uredništvo urednistvo verlag vertrieb ventas vendite verkauf verwaltung web webmaster webmestre
    webadmin webredaktion welcome werbung writeforus zentrale redaktsiya redaktsia kefu bianji henshu toiawase otoiawase
    abo abos abonnement abonnements abonnenten aboservice subscriptions suscripciones assinaturas abbonamenti prenumeration
    abonement inzerce inzerat annonces annonser annonce publicitate iklan oglasi oglas oglasavanje annoncering mainonta mainos advertentie pers lehdisto advertenties adverteren regie hirdetes ilmoitukset tougao hezuo
    guests guestlist alumni admissions library bibliothek biblioteca bibliotheque museum verein vorstand kasse tickets
    care customers kundeservice kundtjanst klantenservice asiakaspalvelu clientes clients clienti bestellung bestellungen
    commandes pedidos ordini returns retouren versand shipping finance accounting buchhaltung comptabilite rechnung
    rechnungen invoices invoice facturation recruiting recruitment recrutement bewerbung candidature candidatures volunteer
    volunteers donate donations spenden dons events veranstaltungen eventos evenements collabora colabora colaborar mitmachen
    gastbeitrag gastbeitraege writers authors editorsdesk fotoredaktion bildredaktion leserbriefe lezers lettori
"""

ROLE_NAMES = frozenset(_DESKS.split())
"""Local parts that name a desk, not a person (RFC 2142, and what newsrooms use in many languages)."""

_BESIDE = frozenset(
    "at de eu fr es it nl uk us ch be ie au nz ca int global team desk office group dept department the us our my all berlin london paris".split()
)
"""What stands beside the name of a desk and leaves it one: `info.de@`, `press-team@`."""


ROUTING = ('"', "%", "!", "@", "=?")
"""Signs before the last @ by which old servers forward, or readers decode, to another address."""


MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}")
"""What looks like a mail address in a text."""


class BadAddress(ValueError):
    """The address is refused; the text says why, for the person who typed it."""


def clean_address(text: str, *, smtputf8: bool = False) -> str:
    """The address in the form that is stored and sent to: its domain in lower case and in ASCII.

    Raises BadAddress for all that is not plainly one address at a domain name: quoted and routed local
    parts, address literals, encoded words; and for a non-ASCII local part unless `smtputf8`, because the
    standard library would silently write to another address.
    """
    local, domain = _parts(text)
    if not local.isascii() and not smtputf8:
        raise BadAddress(f"{local} holds signs that most mail servers refuse before the @.")
    return f"{local}@{domain}"


_PLAIN = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@"
    r"(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!..--)[a-z](?:[a-z0-9-]{0,61}[a-z])?",
    re.ASCII,
)
"""What the library lets through as it stands, whatever it looks at besides; what this does not match is the library's to say."""
_RESERVED = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES if name not in ("test", "localhost"))


@lru_cache(maxsize=2048)
def _parts(text: str) -> tuple[str, str]:
    """Local part and domain. A row of a file asks five times for the one address it has, a part of the file after the other."""
    if _PLAIN.fullmatch(text) and not text.endswith(_RESERVED):
        local, _, domain = text.partition("@")
        return local, domain
    if any(sign in text.rpartition("@")[0] for sign in ROUTING):
        raise BadAddress("Write a plain address such as ana@bakery.example, without quotes or routing signs.")
    on_this_machine = text.lower().endswith(".localhost")
    try:
        found = validate_email(
            text[: -len("localhost")] + "test" if on_this_machine else text,
            check_deliverability=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from error
    domain = found.ascii_domain[: -len("test")] + "localhost" if on_this_machine else found.ascii_domain
    return found.local_part, domain


def is_role_address(address: str) -> bool:
    """Does the address name a desk (info@, editor@) and not a person?"""
    local = address.partition("@")[0].lower().partition("+")[0]
    if local in ROLE_NAMES:
        return True
    parts = [part for part in re.split(r"[._\-]|\d+", local) if part]
    return (
        bool(parts)
        and parts[0] in ROLE_NAMES | {"the", "our"}
        and all(part in ROLE_NAMES | _BESIDE for part in parts)
    )


def sender_domain(address: str) -> str:
    """The part after the last @."""
    return address.rpartition("@")[2]


def address_key(address: str) -> str:
    """What makes two addresses the same to us: all in lower case, the domain in ASCII.

    A server may tell `Bo@` from `bo@`; none in use does. An international local part (RFC 6531) has a key as
    well: it can be known and suppressed, though the gate lets no letter go there. Raises BadAddress.
    """
    return clean_address(address, smtputf8=True).lower()


_PROVIDERS = """
    126.com 163.com 1und1.de alice.it aol.com aol.de arcor.de att.net bellsouth.net bigpond.com bk.ru bluewin.ch
    bol.com.br btinternet.com centrum.cz charter.net comcast.net cox.net daum.net duck.com earthlink.net email.cz
    email.de fastmail.com fastmail.fm foxmail.com free.fr freenet.de gmail.com googlemail.com hanmail.net hey.com
    hushmail.com icloud.com ig.com.br inbox.lv inbox.ru interia.pl juno.com kpnmail.nl laposte.net libero.it
    list.ru live.ca live.co.uk live.com live.de live.fr live.it live.nl lycos.com mac.com mail.com mail.de mail.ru
    mailbox.org me.com msn.com naver.com neuf.fr ntlworld.com o2.pl onet.pl online.de optusnet.com.au orange.fr
    outlook.com pm.me posteo.de posteo.net proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com
    rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com sohu.com
    sympatico.ca t-online.de talktalk.net telenet.be terra.com.br tiscali.it tuta.com tuta.io tutanota.com
    tutanota.de ukr.net uol.com.br verizon.net virgilio.it virginmedia.com walla.co.il wanadoo.fr web.de wp.pl
    xtra.co.nz yeah.net ymail.com ziggo.nl zoho.com zohomail.com
"""

FREE_MAIL = frozenset(_PROVIDERS.split())
"""Domains where anybody may have an address: nothing is said of all of them by what one says."""

_FREE_EVERYWHERE = re.compile(r"^(?:yahoo|hotmail|outlook|gmx|yandex)\.(?:com?\.)?[a-z]{2,3}$")


def is_free_mail(domain: str) -> bool:
    """Is this a provider of mailboxes for everybody, as gmail.com?"""
    return domain.lower() in FREE_MAIL or bool(_FREE_EVERYWHERE.match(domain.lower()))
