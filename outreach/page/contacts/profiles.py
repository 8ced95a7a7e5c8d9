"""Profiles on social networks, forms to write to, telephone numbers."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from outreach.kit.patterns import late
from outreach.page.tree import Element, ancestors, classes

_NETWORKS: dict[str, str] = {
    "twitter.com": r"/(?!share|intent|home|search|hashtag|i/|login|signup|privacy|tos|widgets)\w{1,20}/?$",
    "x.com": r"/(?!share|intent|home|search|hashtag|i/|login|signup|privacy|tos)\w{1,20}/?$",
    "linkedin.com": r"/(?:in|company|school|pub)/[^/]+/?$",
    "facebook.com": r"/(?!sharer|share|dialog|plugins|tr\b|login|hashtag|events|groups|policies|help|privacy|watch)(?:pages/[^/]+/\d+|profile\.php|[\w.-]{3,})/?$",
    "instagram.com": r"/(?!p/|explore|reel|accounts|stories|tv/)[\w.]{1,30}/?$",
    "threads.net": r"/@[\w.]+/?$", "bsky.app": r"/profile/[^/]+/?$", "tiktok.com": r"/@[\w.]+/?$",
    "youtube.com": r"/(?:@[^/]+|c/[^/]+|channel/[^/]+|user/[^/]+)/?$", "pinterest.com": r"/(?!pin/)\w[\w-]+/?$", "medium.com": r"/@[\w.]+/?$",
    "github.com": r"/(?!features|about|login|join|sponsors|orgs|topics)[\w-]+/?$", "xing.com": r"/profile/[^/]+/?$", "vk.com": r"/(?!share)[\w.]+/?$",
    "t.me": r"/(?!share|joinchat)\w+/?$", "telegram.me": r"/(?!share)\w+/?$", "substack.com": r"/@[\w-]+/?$", "muckrack.com": r"/[\w-]+/?$",
    "weibo.com": r"/(?:u/)?\w+/?$", "note.com": r"/\w+/?$", "ko-fi.com": r"/\w+/?$",
}  # fmt: skip
_FORM_HOSTS = late(
    r"^(?:docs\.google\.com/forms/|forms\.gle/|[\w-]+\.typeform\.com/to/|(?:form|www)\.jotform\.com/|tally\.so/r/|airtable\.com/(?:app\w+/)?shr|forms\.office\.com/)"
)
_CONTACT_WORDS = late(
    r"contact|kontakt|contato|contatt|pitch|write for us|submi|guest|get in touch|message|nachricht|mensaje|messaggio|bericht|enquir|inquir|schreib|écri|escr|scriv|お問い合わせ|联系|сообщ|связ|iletişim|yhtey|wiadomo|zpráv|kapcsolat",
    re.IGNORECASE,
)
_OTHER_FORM = late(
    r"search|suche|recherche|newsletter|subscribe|comment|login|signin|register|checkout|cart|coupon|password|mc-embedded|mailchimp|poll|vote",
    re.IGNORECASE,
)


def profile_of(url: str) -> str:
    """The profile that an address leads to, without what follows visitors; "" when it is none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    host = re.sub(r"^[a-z]{2}\.(linkedin|facebook|pinterest)\.com$", r"\1.com", host)
    if re.fullmatch(r"pinterest\.(?:co\.)?[a-z]{2}", host):
        host = "pinterest.com"
    path = parts.path
    if host in _NETWORKS and re.match(_NETWORKS[host], path, re.IGNORECASE):
        query = (
            f"?{parts.query}" if path.rstrip("/") == "/profile.php" and parts.query.startswith("id=") else ""
        )
        return f"https://{parts.netloc.lower()}{path.rstrip('/')}{query}"
    return ""


def is_form_elsewhere(url: str) -> bool:
    """A form that another service keeps."""
    return bool(_FORM_HOSTS.match(url.partition("://")[2].removeprefix("www.")))


def is_contact_form(form: Element) -> bool:
    """A form to write to somebody: room for a text and for who writes; not a comment, a search, an order."""
    said = " ".join(
        [
            form.attr("id") or "",
            form.attr("name") or "",
            form.attr("action") or "",
            form.attr("role") or "",
            *classes(form),
        ]
    )
    if _OTHER_FORM.search(said) and not _CONTACT_WORDS.search(said):
        return False
    if any(re.match(r"(?:comments?|respond)$", one.attr("id") or "") for one in ancestors(form)):
        return False
    areas = [
        one
        for one in form.iter_elements("textarea")
        if "hidden" not in one.attrs and "g-recaptcha" not in (one.attr("name") or "")
    ]
    fields = [
        one
        for one in form.iter_elements("input")
        if (one.attr("type") or "text").lower() in ("text", "email", "tel")
    ]
    return bool(areas) and bool(fields)


def number_of(href: str) -> str:
    """The number of a `tel:` link as people write it, "" when it is none."""
    if not href.lower().startswith("tel:"):
        return ""
    return clean_number(unquote(href[4:]))


def clean_number(text: str) -> str:
    text = " ".join(re.sub(r"[^\d+()./ -]", "", text.partition(";")[0]).split())
    digits = re.sub(r"\D", "", text)
    return text if 6 <= len(digits) <= 15 and re.match(r"\+?[\d(]", text) else ""
