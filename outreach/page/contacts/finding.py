"""From the bytes of a page to the ways to reach who is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from outreach.kit.address import is_role_address
from outreach.page import reading, region, sniffing
from outreach.page import text as texts
from outreach.page.contacts import feeds, profiles, stated, ways, who
from outreach.page.contacts.addresses import Hit, best, hits_of, read_text
from outreach.page.contacts.flat import Flat
from outreach.page.contacts.kinds import Author, Contact, Found, Kind
from outreach.page.contacts.names import clean_name, fits, role_in
from outreach.page.contacts.refusal import refusal_in
from outreach.page.contacts.spelled import spelled
from outreach.page.contacts.stated import Said
from outreach.page.headers import Headers
from outreach.page.reading import Page, quick_host
from outreach.page.region import Region

CONTACTS_MOST = 100
QUOTE_MOST = 200
_OF_THE_SITE = frozenset({Region.HEADER, Region.FOOTER, Region.SIDEBAR, Region.NAV, Region.AUTHOR_BIO})


def find(body: bytes, headers: Headers, url: str) -> Found:
    """What a page (or a feed, or a plain text) tells of ways to reach somebody; never raises for what it holds."""
    if sniffing.is_html(headers, body):
        return Found() if sniffing.is_too_complex(body) else _of_page(reading.read(body, headers, url))
    if headers.get("content-type").lower().startswith("text/plain"):
        return Found(contacts=list(_of_text(body.decode("utf-8", "replace"), url)))
    fed = _of_feed(body, url)
    if (
        fed.contacts
        or fed.authors
        or headers.get("content-type")
        or b"\0" in body[:4_000]
        or sniffing.is_too_complex(body)
    ):
        return fed
    return _of_page(reading.read(body, headers, url))  # a file that nobody says the kind of


def _of_page(page: Page) -> Found:
    flat, host = Flat(page), quick_host(page.url)
    said = stated.of_json(page.document)
    cards = stated.of_cards(page.document)
    cards = [(one, element) for one, element in cards if flat.holds(element)]
    mails = _mails(page, flat, [*said, *(one for one, _ in cards)])
    authors = _authors(page, flat, said, [one for one, _ in cards])
    others = [*_forms(page, flat), *_profiles(page, flat, said, cards), *_phones(page, flat, said, cards)]
    return Found(
        title=page.title[:300], contacts=[*_with_author(mails, authors, page), *others][:CONTACTS_MOST], authors=authors,
        links=ways.links_of(page, host.removeprefix("www.")), refusal=refusal_in(flat.text),
    )  # fmt: skip


# --- mail addresses


def _mails(page: Page, flat: Flat, said: list[Said]) -> list[Contact]:
    hits = hits_of(page, flat)
    found: dict[str, Contact] = {}
    for hit in hits:
        _merge(found, _contact(hit, flat, _spots(hits, hit.address), page.url))
    for contact in _stated(said, page):
        _merge(found, contact)
    first = {
        hit.address.lower(): hit.start for hit in sorted(hits, key=lambda one: -one.start) if hit.start >= 0
    }
    return [found[key] for key in sorted(found, key=lambda key: first.get(key, len(flat.text)))]


_CARDS = frozenset(("json-ld", "microdata", "rdfa", "hcard"))
"""What states whose an address is, and does not only set a name beside it."""


def _merge(found: dict[str, Contact], new: Contact) -> None:
    """The first way it was met is kept; what it did not tell is added, and who is stated to have it is believed."""
    key = new.value.lower()
    old = found.get(key)
    if old is None:
        found[key] = new
    elif new.name and new.via in _CARDS:
        found[key] = replace(old, name=new.name, role=new.role or (old.role if old.name == new.name else ""))
    elif not (old.name and old.role):
        same = not old.name or old.name == new.name
        found[key] = replace(old, name=old.name or new.name, role=old.role or (new.role if same else ""))


def _spots(hits: list[Hit], address: str) -> list[tuple[int, int]]:
    return sorted(
        {(hit.start, hit.end) for hit in hits if hit.start >= 0 and hit.address.lower() != address.lower()}
    )


def _contact(hit: Hit, flat: Flat, others: list[tuple[int, int]], url: str) -> Contact:
    is_role = is_role_address(hit.address)
    name, role, quote = who.of_link(hit.element) if hit.element is not None else "", "", ""
    if hit.start >= 0:
        beside, role = who.beside(flat, hit.start, hit.end, others, hit.address, is_role=is_role)
        name = name or beside
        left, right = flat.line(hit.start, hit.end)
        left = max(left, hit.start - QUOTE_MOST // 2)
        quote = texts.squeeze(flat.text[left : min(right, left + QUOTE_MOST)])
    return Contact(Kind.EMAIL, hit.address, url, hit.via, name, role, quote, is_role)


def _stated(said: list[Said], page: Page) -> Iterator[Contact]:
    host = quick_host(page.url).removeprefix("www.")
    for one in said:
        for written in one.mails:
            written = unescape(written)  # some write the entities of HTML in JSON
            plain = unquote(written[7:]) if written[:7].lower() == "mailto:" else written
            if address := read_text(plain.partition("?")[0], host):
                is_role = is_role_address(address)
                name = clean_name(one.name)
                kept = name if not is_role or fits(name, address) or one.via == "json-ld" else ""
                yield Contact(Kind.EMAIL, address, page.url, one.via, kept, one.role[:120], "", is_role)


def _with_author(mails: list[Contact], authors: list[Author], page: Page) -> list[Contact]:
    """An address without a name that is made of the author's is the author's."""
    return [
        next(
            (
                replace(one, name=author.name, role=one.role or author.role)
                for author in authors
                if fits(author.name, one.value)
            ),
            one,
        )
        if not one.name and not one.is_role
        else one
        for one in mails
    ]


# --- who writes here


def _authors(page: Page, flat: Flat, said: list[Said], cards: list[Said]) -> list[Author]:
    found: dict[str, Author] = {}
    of_head = stated.author_in_head(page.document)
    is_theirs = ways.kind_of(page.url) == "author"
    for one in [*said, *cards]:
        if one.is_author or (one.is_person and (is_theirs or one.via != "json-ld")):
            _note(
                found,
                Author(clean_name(one.name), one.role[:120], page.resolve(one.url) or "" if one.url else ""),
            )
    for anchor in page.anchors:
        if "author" in reading.rel_tokens(anchor.element) and flat.holds(anchor.element):
            _note(found, Author(clean_name(texts.words(anchor.element)), "", anchor.url))
    for name in [of_head, *_bylines(flat)]:
        _note(found, Author(clean_name(name)))
    if is_theirs:
        for heading in page.document.iter_elements("h1"):
            _note(found, Author(clean_name(texts.words(heading)), "", page.url))
    return list(found.values())[:20]


def _note(found: dict[str, Author], author: Author) -> None:
    if author.name:
        old = found.get(author.name.lower())
        found[author.name.lower()] = Author(
            author.name, (old and old.role) or author.role, (old and old.url) or author.url
        )


def _bylines(flat: Flat) -> Iterator[str]:
    """Short lines such as "By Ana Fern"."""
    for line in flat.text.split("\n")[:3_000]:
        line = line.strip()
        if (
            5 < len(line) < 60
            and line.partition(" ")[0].lower().strip(":：") in _BY
            and (name := clean_name(line.partition(" ")[2]))
        ):
            yield name


_BY = frozenset(
    "by von par por di door av af przez autor autorin auteur author autore текст: автор автор: текст 文 著者 作者 記者".split()
)


# --- forms, profiles, numbers


def _forms(page: Page, flat: Flat) -> Iterator[Contact]:
    for form in page.document.iter_elements("form"):
        if flat.holds(form) and profiles.is_contact_form(form):
            yield Contact(
                Kind.FORM, page.url.partition("#")[0], page.url, "form", quote=page.title[:QUOTE_MOST]
            )
            return
    elsewhere = [
        anchor.url
        for anchor in page.anchors
        if profiles.is_form_elsewhere(anchor.url) and flat.holds(anchor.element)
    ]
    frames = [page.resolve(frame.attr("src") or "") or "" for frame in page.document.iter_elements("iframe")]
    for url in dict.fromkeys([*elsewhere, *(one for one in frames if profiles.is_form_elsewhere(one))]):
        yield Contact(Kind.FORM, url, page.url, "form")


def _profiles(
    page: Page, flat: Flat, said: list[Said], cards: Sequence[tuple[Said, object]]
) -> Iterator[Contact]:
    seen: set[str] = set()
    is_about_them = ways.kind_of(page.url) in ("contact", "about", "team", "author", "imprint")
    for one in [*said, *(one for one, _ in cards)]:
        for link in one.profiles:
            if (profile := profiles.profile_of(link)) and profile.lower() not in seen:
                seen.add(profile.lower())
                yield Contact(Kind.SOCIAL, profile, page.url, one.via, clean_name(one.name), one.role[:120])
    for anchor in page.anchors:
        profile = profiles.profile_of(anchor.url)
        if not profile or profile.lower() in seen or not flat.holds(anchor.element):
            continue
        if (
            is_about_them
            or "me" in reading.rel_tokens(anchor.element)
            or region.place(anchor.element).region in _OF_THE_SITE
        ):
            seen.add(profile.lower())
            yield Contact(Kind.SOCIAL, profile, page.url, "link", who.of_link(anchor.element))


def _phones(
    page: Page, flat: Flat, said: list[Said], cards: Sequence[tuple[Said, object]]
) -> Iterator[Contact]:
    seen: set[str] = set()
    linked = [
        (profiles.number_of(anchor.href), "tel", "", "")
        for anchor in page.anchors
        if anchor.href.lower().startswith("tel:") and flat.holds(anchor.element)
    ]
    told = [
        (profiles.clean_number(number), one.via, clean_name(one.name), one.role)
        for one in [*said, *(one for one, _ in cards)]
        for number in one.phones
    ]
    for number, via, name, role in [*linked, *told]:
        key = "".join(sign for sign in number if sign.isdigit())
        if number and key not in seen:
            seen.add(key)
            yield Contact(Kind.PHONE, number, page.url, via, name, role_in(role))


# --- what is no page


def _of_text(text: str, url: str) -> Iterator[Contact]:
    seen: set[str] = set()
    for one in spelled(text[:200_000]):
        if (address := best(one, text, quick_host(url))) and address.lower() not in seen:
            seen.add(address.lower())
            yield Contact(Kind.EMAIL, address, url, "text", is_role=is_role_address(address))


def _of_feed(body: bytes, url: str) -> Found:
    contacts, authors = {}, {}
    for written, told in feeds.named_in(body):
        name, address = clean_name(told), read_text(written, quick_host(url)) if written else None
        if address:
            contacts[address.lower()] = Contact(
                Kind.EMAIL, address, url, "feed", name, is_role=is_role_address(address)
            )
        elif name:
            authors[name] = Author(name)
    return Found(contacts=list(contacts.values()), authors=list(authors.values())[:20])
