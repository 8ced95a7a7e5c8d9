"""The codes of a check: how bad each is, why in plain words, and what to do.  product.md 2.4."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    UNKNOWN = "unknown"


_C, _H, _M, _L = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
_I, _U = Severity.INFO, Severity.UNKNOWN


@dataclass(frozen=True, slots=True)
class Meaning:
    severity: Severity
    reason: str
    advice: str


CODES: dict[str, Meaning] = {
    "LINK_MISSING": Meaning(_C, "The page is there, but no link to the agreed address is on it.", "Look at the page, then ask for the link back."),
    "WRONG_HOST": Meaning(_C, "The agreed words link to another site.", "Ask to have the link pointed to the agreed address."),
    "WRONG_PAGE": Meaning(_H, "The page links to our site, but to another page.", "Ask to have the link pointed to the agreed page, or accept it."),
    "TARGET_BROKEN": Meaning(_H, "The address that the link leads to does not answer with a page.", "Repair or redirect our own page."),
    "TARGET_REDIRECTS": Meaning(_L, "The address that the link leads to redirects.", "Fine for readers; a direct link is better."),
    "ANCHOR_CHANGED": Meaning(_M, "The words of the link are not those agreed.", "Accept it, or ask for the agreed words."),
    "ANCHOR_EMPTY": Meaning(_M, "The link has neither words nor a picture with a text.", "Ask for words in the link."),
    "REL_NOFOLLOW": Meaning(_H, "The link is marked nofollow, and a followed link was agreed.", "Ask to have nofollow taken out."),
    "REL_SPONSORED": Meaning(_M, "The link is marked sponsored, and a followed link was agreed.", "Right when something was paid; else ask."),
    "REL_UGC": Meaning(_M, "The link is marked as users' content, and a followed link was agreed.", "Ask whether it can stand in the article."),
    "REL_DISCLOSED": Meaning(_I, "The link is marked as agreed.", "Nothing to do."),
    "REL_CHANGED": Meaning(_H, "The link's rel is not the one agreed.", "Ask to have the agreed rel set; a paid link has to be marked."),
    "META_NOINDEX": Meaning(_C, "The page tells search engines to leave it out (meta robots).", "Ask whether that is meant."),
    "META_NOFOLLOW": Meaning(_H, "The page tells search engines to follow none of its links (meta robots).", "Ask whether that is meant."),
    "XROBOTS_NOINDEX": Meaning(_C, "The server tells search engines to leave the page out (X-Robots-Tag).", "Ask whether that is meant."),
    "XROBOTS_NOFOLLOW": Meaning(_H, "The server tells search engines to follow none of the page's links.", "Ask whether that is meant."),
    "UNAVAILABLE_AFTER": Meaning(_C, "The page asked to be left out of search after a day that has passed.", "Ask whether that is meant."),
    "ROBOTS_BLOCKED": Meaning(_H, "The site's robots.txt keeps search engines away from the page.", "Ask whether that is meant."),
    "CANON_OTHER": Meaning(_H, "The page names another page of its site as the original.", "Ask for the link on the page that counts."),
    "CANON_CROSS_HOST": Meaning(_C, "The page names a page of another site as the original.", "The value goes there; ask for the link there."),
    "HIDDEN_CSS": Meaning(_H, "The link is on the page, but readers cannot see it.", "Ask to have it shown."),
    "HIDDEN_COMMENT": Meaning(_H, "The address stands in a comment of the source, not in a link.", "Ask to have the link switched on."),
    "HIDDEN_NOSCRIPT": Meaning(_H, "The link is only there for readers without JavaScript.", "Ask for a plain link."),
    "HIDDEN_IFRAME": Meaning(_H, "The link is on another page that is shown inside this one.", "Ask for a plain link."),
    "NOT_A_LINK": Meaning(_H, "The address is on the page, but not as a link.", "Ask to have it made a link."),
    "JS_ONLY": Meaning(_M, "A script may add the link; without a browser nobody can say.", "Look at the page yourself."),
    "PAYWALL": Meaning(_U, "The page shows its whole text to subscribers only, so nobody can say whether the link is there.", "Look yourself and say what you see."),
    "REDIRECTOR_SILENT": Meaning(_U, "A short link on the page gives no answer, so nobody can say where it leads.", "We look again, or follow it yourself."),
    "JS_NEEDED": Meaning(_U, "The page is empty until a script fills it.", "Look at the page yourself."),
    "REMOVED_BY_JS": Meaning(_M, "The link is in the source, but a script may take it away.", "Look at the page yourself."),
    "WRAPPED": Meaning(_M, "The link leads to us through a redirector.", "Readers arrive; ask for a direct link if it was agreed."),
    "WRAPPED_BROKEN": Meaning(_H, "The link goes through a redirector that does not lead to us.", "Ask to have the link repaired."),
    "SOFT_404": Meaning(_H, "The page says that it is not there, though the server says all is well.", "Ask where it went."),
    "PARKED": Meaning(_C, "The domain is parked or for sale.", "The site is gone; look for the author elsewhere."),
    "REDIRECT_LOOP": Meaning(_C, "The page redirects in a circle.", "Tell the site; it is broken for everybody."),
    "REDIRECTED_HOME": Meaning(_H, "The page redirects to the site's home page.", "Ask where the article went."),
    "REDIRECTED_OFFSITE": Meaning(_H, "The page redirects to another site.", "Look whether the site was sold or moved."),
    "HTTPS_DOWNGRADE": Meaning(_M, "The link leads to http, and https was agreed.", "Redirect http to https on our side, or ask for the change."),
    "TOO_MANY_OUTBOUND": Meaning(_M, "The page links to very many other sites.", "Look whether this is a page you want to be on."),
    "SITEWIDE": Meaning(_M, "The link stands outside the article, where it is likely on every page.", "Ask for a link in the text."),
    "NOT_HTML": Meaning(_M, "This is no web page (a PDF, a picture, plain text).", "Look yourself."),
    "EMPTY": Meaning(_U, "The server sent nothing to read.", "We look again."),
    "TOO_COMPLEX": Meaning(_U, "The page is too large or too tangled to be read whole.", "Look yourself."),
    "WALL": Meaning(_U, "The site shows our server a wall instead of the page.", "Look yourself and say what you see."),
    "MAINTENANCE": Meaning(_U, "The site says that it is being worked on.", "We look again."),
    "TLS_ERROR": Meaning(_U, "The site's certificate cannot be trusted.", "We look again; tell the site if it stays."),
    "DNS_ERROR": Meaning(_U, "The site's name is not known at the moment.", "We look again."),
    "TIMEOUT": Meaning(_U, "The page did not come in time.", "We look again."),
    "CONNECTION_ERROR": Meaning(_U, "The server does not answer, or broke off.", "We look again."),
    "REFUSED": Meaning(_U, "Our server does not open this address.", "An admin can allow a network in the settings."),
}  # fmt: skip


def meaning(code: str) -> Meaning:
    """What a code means; `HTTP_nnn` stands for any status."""
    if code in CODES:
        return CODES[code]
    status = code.removeprefix("HTTP_")
    severe = Severity.CRITICAL if status in ("404", "410") else Severity.UNKNOWN
    if severe is Severity.CRITICAL:
        return Meaning(severe, f"The page is not there any more (status {status}).", "Ask where it went.")
    return Meaning(severe, f"The server answered with status {status}.", "We look again.")


ALERTS = frozenset(["LINK_MISSING", "WRONG_HOST", "META_NOINDEX", "XROBOTS_NOINDEX", "TARGET_BROKEN"])
"""Told at once (a missing link only when confirmed); a flip to nofollow too from importance 2."""

ORDER = list(Severity)


def worst(codes: list[str]) -> Severity | None:
    return min((meaning(code).severity for code in codes), key=ORDER.index, default=None)
