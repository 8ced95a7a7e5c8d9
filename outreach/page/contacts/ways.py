"""Which pages of a site may tell who is there: links by their words and addresses in many languages, and well-known paths."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from outreach.kit.patterns import late
from outreach.kit.urls import is_on_host, normalise
from outreach.page.reading import Page
from outreach.page.text import words

_KINDS: tuple[tuple[str, str], ...] = (
    ("contact", (r"\bcontact(?:[- ]?us|os?)?\b|kontakt|contato|contatt[io]|contacta|contactez|nous[- ]contacter|get[- ]in[- ]touch|reach[- ]us|yhteys|iletisim|iletişim|kapcsolat|επικοινων|контакт|связ|"
     r"お問い?合わ?せ|toiawase|联系|聯絡|문의|연락|اتصل|تواصل|צור קשר|संपर्क|ติดต่อ|liên hệ|lien-he|hubungi|aanspreekpunt|kontakta|kontaktai|stupi u kontakt")),
    ("imprint", (r"impressum|imprint|legal[- ]?notice|mentions[- ]?l[ée]gales|aviso[- ]?legal|note[- ]?legali|informazioni[- ]?legali|colofon|colophon|masthead|anbieterkennzeichnung|juridisk|"
     r"tiráž|tiraz|impresszum|特定商取引|運営者|会社概要|运营|사업자|wydawca|stopka redakcyjna|выходные данные|künye|kunye|datos legales|informações legais|oikeudelliset")),
    ("write", (r"write[- ]for[- ]us|contribut|guest[- ]?(?:post|blog|author)|submi(?:t|ssion)|pitch|become[- ]an?[- ]author|gast(?:beitrag|autor|blog|artikel)|mitmachen|mitschreiben|schrijf voor ons|proposer[- ]un[- ]article|écrire[- ]pour|ecrire-pour|"
     r"escrib[ei][- ](?:para|con)|colabora|scrivi[- ]per|collabora|escreva|współprac|napisz dla|gästblogg|skriv for|стать автором|寄稿|投稿|media[- ]?kit|advertis|werben|mediadaten|publicidad|pubblicit|annonceur")),
    ("team", (r"\bteam\b|staff|people|(?:our[- ])?(?:authors|writers|editors|journalists)|editorial[- ]?team|newsroom|redaktion(?!s?schluss)|r[ée]daction\b|redacci[oó]n|redazione|redactie|redakcja|redakce|redakció|toimitus|редакция|équipe|equipe|equipo|"
     r"編集部|メンバー|编辑部|团队|편집|who[- ]we[- ]are|mitarbeiter|ansprechpartner|autoren|auteurs|autores|autori")),
    ("about", (r"\babout\b|über[- ]?(?:uns|mich)|ueber-?(?:uns|mich)|a[- ]propos|à propos|qui[- ]sommes|acerca|sobre|quienes[- ]somos|quiénes|chi[- ]siamo|quem[- ]somos|over[- ](?:ons|mij)|o[- ]nas\b|om[- ](?:oss|os|mig|meg)|tietoa|meistä|rólunk|"
     r"о[- ]нас|о проекте|hakk[iı]m[iı]zda|despre|σχετικά|について|会社|关于|소개|من نحن|אודות|press(?:e)?\b|\bprensa\b|stampa|imprensa")),
    ("author", r"/(?:author|authors|autor|auteur|autore|writer|profile|people|by|byline|redakteur|skribent|user)/[\w.%-]+"),
    ("privacy", r"privacy|datenschutz|confidentialit|privacidad|riservatezza|privacidade|prywatno"),
)  # fmt: skip
_PATTERNS = tuple((kind, late(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_NO_PAGE = late(
    r"\.(?:pdf|jpe?g|png|gif|zip|docx?|mp[34]|xml|ics|vcf)$|/(?:tag|category|feed|wp-json|cart|checkout|login)(?:/|$)",
    re.IGNORECASE,
)
GUESSES = (
    ("contact", "/contact"), ("imprint", "/impressum"), ("about", "/about"), ("write", "/write-for-us"), ("contact", "/kontakt"), ("contact", "/contact-us"),
    ("team", "/team"), ("contact", "/contacto"), ("imprint", "/mentions-legales"), ("imprint", "/aviso-legal"),
)  # fmt: skip
"""Paths that sites commonly have, for where the home page leads to none."""
LINKS_MOST, LOOKED_AT_MOST = 24, 1_500
ORDER = {kind: place for place, (kind, _) in enumerate(_KINDS)}


def kind_of(url: str, said: str = "") -> str:
    """What kind of page this may be: contact, imprint, write, team, about, author, privacy, or ""."""
    path = unquote(urlsplit(url).path)
    if len(said) > 40:
        said = ""
    return next(
        (
            kind
            for kind, pattern in _PATTERNS
            if pattern.search(path) or (said and kind != "author" and pattern.search(said))
        ),
        "",
    )


def links_of(page: Page, host: str) -> list[tuple[str, str]]:
    """(kind, address) of the pages of the same site that may tell more, the likeliest first."""
    found: dict[str, tuple[int, str, str]] = {}
    for anchor in page.anchors[:LOOKED_AT_MOST]:
        url = anchor.url.partition("#")[0]
        if (
            not url.startswith(("http://", "https://"))
            or not is_on_host(url, host)
            or _NO_PAGE.search(urlsplit(url).path)
        ):
            continue
        if urlsplit(url).path in ("", "/"):
            continue
        kind = kind_of(url, words(anchor.element))
        key = normalise(url)
        depth = urlsplit(url).path.strip("/").count("/")
        if kind and key not in found and (kind == "author" or depth <= 2):
            found[key] = (ORDER[kind] * 10 + depth, kind, url)
    return [(kind, url) for _, kind, url in sorted(found.values(), key=lambda one: one[0])][:LINKS_MOST]
