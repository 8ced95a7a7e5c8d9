"""Addresses that a page's own script or style puts on the screen, and that are plain to undo.

Cloudflare's `data-cfemail`, TYPO3's shifted letters, ROT13, base64, attributes that a style joins (`data-user`, `data-domain`).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from outreach.kit import urls
from outreach.kit.patterns import late
from outreach.page.tree import Element

_CLOUDFLARE = late(r"/cdn-cgi/l/email-protection#([0-9a-fA-F]{6,400})")
_TYPO3 = late(r"linkTo_UnCryptMailto\(\s*(?:%27|['\"])(.+?)(?:%27|['\"])\s*[,)]")
_ADDRESS = late(r"[^\s@<>\"']{1,64}@[^\s@<>\"'/]{3,190}")
_WHOLE = (
    "data-email",
    "data-mail",
    "data-mailto",
    "data-e-mail",
    "data-mail-address",
    "data-email-address",
    "data-enc-email",
    "data-contact-email",
    "data-author-email",
    "data-href",
)
_USERS = (
    "data-user",
    "data-name",
    "data-local",
    "data-localpart",
    "data-u",
    "data-n",
    "data-account",
    "data-mailbox",
    "data-before",
    "data-part1",
    "data-first",
    "data-id",
)
_DOMAINS = (
    "data-domain",
    "data-host",
    "data-website",
    "data-d",
    "data-dom",
    "data-server",
    "data-after",
    "data-part2",
    "data-second",
)
_ENDINGS = ("data-tld", "data-ending", "data-ext", "data-part3", "data-suffix")
_MAILISH = late(r"mail|\beml\b|contact|kontakt|cloak|protect|obfus|crypt|spam", re.IGNORECASE)


def cloudflare(code: str) -> str:
    """The text behind Cloudflare's hex: the first byte is laid over the others."""
    try:
        data = bytes.fromhex(code)
    except ValueError:
        return ""
    return bytes(byte ^ data[0] for byte in data[1:]).decode("utf-8", "replace") if data else ""


def shifted(text: str) -> str:
    """The `mailto:` of TYPO3's `linkTo_UnCryptMailto`, whatever its offset; "" when there is none."""
    text = html.unescape(unquote(text))
    for offset in (*range(-1, -27, -1), *range(1, 27)):
        plain = "".join(_shift(sign, offset) for sign in text)
        if plain.startswith("mailto:"):
            return plain
    return ""


def _shift(sign: str, offset: int) -> str:
    code = ord(sign)
    for first, last in ((0x2B, 0x3A), (0x40, 0x5A), (0x61, 0x7A)):
        if first <= code <= last:
            code += offset
            if code > last:
                return chr(first + code - last - 1)
            return chr(last - (first - code - 1)) if code < first else chr(code)
    return sign


def rot13(text: str) -> str:
    return codecs.encode(text, "rot13")


def from_base64(text: str) -> str:
    """What base64 holds when it is one address, else ""."""
    if len(text) < 8 or not re.fullmatch(r"[A-Za-z0-9+/_-]+={0,2}", text):
        return ""
    said = _decoded(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), "ascii")
    said = said.removeprefix("mailto:").partition("?")[0]
    return said if _ADDRESS.fullmatch(said) else ""


def _decoded(text: str, charset: str = "utf-8") -> str:
    try:
        return base64.b64decode(text, validate=True).decode(charset)
    except (binascii.Error, ValueError):
        return ""


def of_href(href: str) -> str:
    """The `mailto:` address that a coded link leads to, or ""."""
    if found := _CLOUDFLARE.search(href):
        return "mailto:" + cloudflare(found[1])
    if found := _TYPO3.search(href):
        return shifted(found[1])
    if href.startswith(("znvygb:", "ZNVYGB:")):
        return rot13(href)
    return ""


def of_attributes(element: Element) -> Iterator[tuple[str, str]]:
    """(address as written, how) from the attributes of one element."""
    attrs = element.attrs
    if code := element.attr("data-cfemail"):
        yield cloudflare(code), "cloudflare"
    if token := element.attr("data-mailto-token"):
        yield shifted(token).removeprefix("mailto:"), "coded"
    if element.tag == "joomla-hidden-mail":
        yield "@".join(_decoded(element.attr(part) or "") for part in ("first", "last")), "coded"
    for name in _WHOLE if element.tag not in _FIELDS else ():
        if name in attrs and (said := _whole(element.attr(name) or "")):
            yield said, "attribute"
    user, domain = _first(element, _USERS), _first(element, _DOMAINS)
    if user and domain and not user.isdigit() and leads_nowhere(element) and _is_about_mail(element):
        ending = _first(element, _ENDINGS)
        yield f"{user}@{domain}" + (f".{ending.lstrip('.')}" if ending else ""), "attribute"


def _whole(text: str) -> str:
    """The address in an attribute: plain, turned round, in ROT13 or base64."""
    text = unquote(text.strip()).removeprefix("mailto:").partition("?")[0]
    if len(text) > 400:
        return ""
    if "@" in text:
        return next((one for one in (text, text[::-1]) if _ADDRESS.fullmatch(one) and _ends_well(one)), "")
    turned = re.sub(r"\s*[\[({]at[\])}]\s*", "@", rot13(text), flags=re.IGNORECASE)
    if re.search(r"(?i)[\[({](?:at|ng)[\])}]", text):
        plain = re.sub(
            r"\s*[\[({](?:dot)[\])}]\s*",
            ".",
            re.sub(r"\s*[\[({]at[\])}]\s*", "@", text, flags=re.IGNORECASE),
            flags=re.IGNORECASE,
        )
        turned = re.sub(r"\s*[\[({]ng[\])}]\s*", "@", text, flags=re.IGNORECASE)
        tries = (plain, rot13(plain).replace("[ng]", "@"), rot13(turned) if "@" in turned else "")
        return next((one for one in tries if "@" in one and _ends_well(one)), "")
    return from_base64(text) or (turned if "@" in turned and _ADDRESS.fullmatch(turned) else "")


_FIELDS = ("input", "textarea", "select", "form")
_ASKS_FOR_ONE = late(r"(?i)sign-?up|subscri|newsletter|log-?in")


def leads_nowhere(element: Element) -> bool:
    """Is it no link to a page, so that a script has to say what it does?"""
    href = (element.attr("href") or "").strip().lower()
    return not href or href.startswith(("#", "javascript:", "mailto:")) or "cdn-cgi" in href


def _ends_well(address: str) -> bool:
    return urls.has_known_ending(address.rpartition("@")[2].lower())


def _first(element: Element, names: tuple[str, ...]) -> str:
    return next((said.strip() for name in names if (said := element.attr(name))), "")


def _is_about_mail(element: Element) -> bool:
    if element.tag not in (
        "a",
        "span",
        "p",
        "div",
        "address",
        "button",
        "li",
        "td",
        "b",
        "strong",
        "em",
        "i",
    ):
        return False
    signs = [
        element.tag if element.tag == "address" else "",
        element.attr("href") or "",
        element.attr("id") or "",
        element.attr("onclick") or "",
        element.attr("rel") or "",
    ]
    value = element.attrs.get("class")
    signs += value if isinstance(value, list) else [value or ""]
    if any(_ASKS_FOR_ONE.search(str(sign)) for sign in signs):
        return False
    return any(_MAILISH.search(str(sign)) for sign in signs) or not element.text.strip()
