"""What became of a page: there, gone, walled off, or something else under its address.

`by_status` reads status and headers; `by_content` looks into a page that came with 200, first at what
is cheap (size, title, headings) and only then at the rest.  A wall never counts as a page without the
link, so a sign of a wall is looked for before a sign of absence.
"""

from __future__ import annotations

import re
from enum import StrEnum

from ada_url import URL

from outreach.kit.patterns import late
from outreach.kit.urls import registrable
from outreach.page import gist as gists
from outreach.page import walls, words
from outreach.page.gist import Gist
from outreach.page.headers import Headers
from outreach.page.tree import Document


class PageState(StrEnum):
    OK = "ok"
    NOT_FOUND = "not_found"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    LOGIN_WALL = "login_wall"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    CONNECTION_ERROR = "connection_error"
    DNS_ERROR = "dns_error"
    TLS_ERROR = "tls_error"
    REDIRECT_LOOP = "redirect_loop"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REDIRECTED_HOME = "redirected_home"
    REDIRECTED_OFFSITE = "redirected_offsite"
    SOFT_404 = "soft_404"
    PARKED = "parked"
    BLOCKED = "blocked"
    EMPTY = "empty"
    NOT_HTML = "not_html"
    TOO_COMPLEX = "too_complex"
    REFUSED = "refused"


MISSES = frozenset(
    {
        PageState.NOT_FOUND,
        PageState.GONE,
        PageState.SOFT_404,
        PageState.PARKED,
        PageState.REDIRECTED_HOME,
        PageState.REDIRECTED_OFFSITE,
    }
)
"""States that count toward a loss; with `ok` these are the readable ones."""

SMALL = 30_000
"""Bytes; a page below may be a notice rather than an article."""


# --- by status and headers ----------------------------------------------------------------------

_BY_STATUS = {
    401: PageState.LOGIN_WALL,
    402: PageState.LOGIN_WALL,
    403: PageState.FORBIDDEN,
    404: PageState.NOT_FOUND,
    407: PageState.LOGIN_WALL,
    408: PageState.TIMEOUT,
    410: PageState.GONE,
    425: PageState.RATE_LIMITED,
    429: PageState.RATE_LIMITED,
    451: PageState.FORBIDDEN,
    511: PageState.LOGIN_WALL,
    999: PageState.BLOCKED,
}


def by_status(status: int, headers: Headers, body: bytes) -> PageState | None:
    """The state that status and headers alone give, or None when the content has to be read."""
    if walled_by_header(headers) or (status not in (200, 404, 410) and walled_by_marks(body[:60_000])):
        return PageState.BLOCKED
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 500 <= status <= 599:
        return PageState.SERVER_ERROR
    if 400 <= status <= 499:
        return PageState.FORBIDDEN
    if status in (204, 205):
        return PageState.EMPTY
    return None if 200 <= status <= 299 else PageState.CONNECTION_ERROR


def walled_by_header(headers: Headers) -> bool:
    if headers.get("cf-mitigated").lower() == "challenge":
        return True
    if headers.get("x-amzn-waf-action").lower() in ("challenge", "captcha"):
        return True
    return "x-vercel-mitigated" in headers and headers.get("x-vercel-mitigated").lower() in (
        "challenge",
        "deny",
    )


_MARKS = late(
    rb"/cdn-cgi/challenge-platform/[^\"' ]*/orchestrate/|cf-browser-verification|cf_chl_|_cf_chl_opt|/cdn-cgi/l/chk_(?:jschl|captcha)|"
    rb"captcha-delivery\.com|_Incapsula_Resource|px-captcha|_pxAppId|sucuri_cloudproxy_js|ddos-guard|/\.well-known/sgcaptcha|sgcaptcha|"
    rb"/_sec/cp_challenge|awswaf\.com|window\.awsWafCookieDomainList|gokuProps|kpsdk|/149e9513-01fa-4fb0-aad4-566afd725d1b/|"
    rb"/\.within\.website/x/cmd/anubis|vercel\.link/security-checkpoint|hcaptcha\.com/captcha|fingerprint/script/kpf\.js|"
    rb"distil_r_captcha|/distil_|botmanager|perimeterx|DDoS protection by|reblaze|radware|stormcaster\.js|wsidchk|aes\.js.{0,300}__test",
    re.IGNORECASE | re.DOTALL,
)
_CAPTCHA = late(
    r"google\.com/recaptcha|recaptcha\.net|gstatic\.com/recaptcha|hcaptcha\.com|challenges\.cloudflare\.com/turnstile|geetest|arkoselabs|funcaptcha|"
    r"friendlycaptcha|mtcaptcha|captcha",
    re.IGNORECASE,
)


def walled_by_marks(body: bytes) -> bool:
    """Whether the page carries the script of a known kind of bot wall."""
    return bool(_MARKS.search(body))


# --- by where the redirects led -----------------------------------------------------------------

_LOGIN_PATH = late(
    r"(?:^|[/_.-])(?:log-?in|log-?on|sign-?in|sign-?on|signup|sso|authenticate|authwall|anmelden|anmeldung|connexion|se-connecter|identification|"
    r"iniciar-?sesion|accedi|entrar|inloggen|logowanie|prihlaseni|wp-login|sessions?/new|users/sign_in|account/login|accounts/login|checkpoint)(?:$|[/_.?-])",
    re.IGNORECASE,
)
_LOGIN_HOST = late(r"^(?:login|signin|sso|auth|accounts?|id|idp|identity|passport)\.", re.IGNORECASE)
_CONSENT = late(
    r"^(?:consent|cookie-?consent|guce|privacy|cmp)\.|^/(?:consent|collectconsent|cookie-?wall|privacy-?gate)\b",
    re.IGNORECASE,
)
_WALL_PATH = late(
    r"/(?:captcha|challenge|blocked|access-?denied|bot-?check|validate-?captcha|sorry/index)(?:$|[/_.?-])",
    re.IGNORECASE,
)
_NOT_FOUND_PATH = late(r"/(?:(?:error|err|status|page)[-_/]?)?(?:404|not-?_?found|page-?_?not-?_?found|pagenotfound|missing|seite-nicht-gefunden|page-introuvable|no-encontrad[oa])(?:\.\w{2,5})?/?$", re.IGNORECASE)  # fmt: skip
_HOME = late(
    r"^/(?:(?:index|default|home|start)(?:\.\w{2,5})?/?|[a-z]{2}(?:[-_][a-z]{2})?/?)?$", re.IGNORECASE
)


def by_redirect(asked: str, final: str) -> PageState | None:
    """What it means that a page was asked for and another came; None when nothing is certain."""
    if asked == final:
        return None
    old, new = _parsed(asked), _parsed(final)
    if old is None or new is None or _place(old) == _place(new):
        return None
    old_path, new_path, host = str(old.pathname), str(new.pathname), str(new.hostname)
    if _CONSENT.search(host) or (_CONSENT.search(new_path) and not _CONSENT.search(old_path)):
        return PageState.BLOCKED
    if _WALL_PATH.search(new_path) and not _WALL_PATH.search(old_path):
        return PageState.BLOCKED
    if (_LOGIN_PATH.search(new_path) and not _LOGIN_PATH.search(old_path)) or (
        _LOGIN_HOST.match(host) and not _LOGIN_HOST.match(str(old.hostname))
    ):
        return PageState.LOGIN_WALL
    if _NOT_FOUND_PATH.search(new_path) and not _NOT_FOUND_PATH.search(old_path):
        return PageState.SOFT_404
    if _site(old) != _site(new):
        return PageState.REDIRECTED_OFFSITE
    if _is_home(new) and not _is_home(old):
        return PageState.REDIRECTED_HOME
    return None


def asks_for_a_404(url: str) -> bool:
    """Whether the address asked for is itself that of a site's error page."""
    parsed = _parsed(url)
    return parsed is not None and bool(_NOT_FOUND_PATH.search(str(parsed.pathname)))


def same_path(asked: str, final: str) -> bool:
    """Whether only the host changed: a site that moved as a whole."""
    old, new = _parsed(asked), _parsed(final)
    if old is None or new is None:
        return False
    return not _is_home(old) and str(old.pathname).rstrip("/") == str(new.pathname).rstrip("/")


def _parsed(url: str) -> URL | None:
    try:
        return URL(url)
    except ValueError:
        return None


def _place(url: URL) -> tuple[str, str, str]:
    return str(url.hostname).removeprefix("www."), str(url.pathname).rstrip("/"), str(url.search)


def _site(url: URL) -> str:
    return registrable(str(url.hostname).removesuffix(".").removeprefix("www."))


def _is_home(url: URL) -> bool:
    """The home page, whatever is in the query except the number of a post (`/?p=12`)."""
    if not _HOME.match(str(url.pathname)):
        return False
    return not re.search(r"[?&](?:p|page_id|id|post|article|story|item|q|s)=", str(url.search), re.IGNORECASE)


# --- by content ---------------------------------------------------------------------------------

_SERVER_PAGE = late(
    r"^(?:welcome to nginx|apache2? (?:\w+ )?(?:default page|test page)|it works|iis windows(?: server)?|test page for the|default web site page|"
    r"account suspended|this account has been suspended|website (?:is )?suspended|site (?:is )?suspended|plesk|welcome to your new website)",
    re.IGNORECASE,
)
_PARK_HOSTS = late(
    r"sedoparking|parkingcrew|bodis\.com|parklogic|cashparking|afternic|hugedomains|undeveloped\.com|dan\.com/|parking-lander|skenzo|above\.com|"
    r"d38psrni17bvxu\.cloudfront|parked-content|window\.park\b|domainmarket|uniregistry|parkweb|/lander\b|namebright|domainsponsor|fabulous\.com",
    re.IGNORECASE,
)


def by_content(document: Document, size: int) -> tuple[PageState, Gist | None]:
    """The state of a page that came with 200, and its gist when one was made."""
    title = gists.title_of(document)
    if (size > SMALL or has_plenty(document)) and not _odd_title(title) and not _odd_heading(document):
        return PageState.OK, None
    gist = gists.of(document)
    for state, says in (
        (PageState.EMPTY, _empty),
        (PageState.BLOCKED, _blocked),
        (PageState.SERVER_ERROR, _closed),
        (PageState.PARKED, _parked),
        (PageState.SOFT_404, _soft_404),
        (PageState.LOGIN_WALL, _login_wall),
    ):
        if says(gist):
            return state, gist
    return PageState.OK, gist


PLENTY = 4_000
"""Signs of text; no notice has so many."""


def has_plenty(document: Document, signs: int = PLENTY) -> bool:
    """Whether there is more text than that, scripts and styles apart."""
    body = document.find("body")
    if body is None:
        return False
    silent = sum(len(one.text) for one in body.iter_elements(("script", "style", "noscript", "template")))
    return len(body.text) - silent > signs


def _odd_title(title: str) -> bool:
    parts = words.segments(title)
    return (
        any(
            words.not_found(part) or walls.login_word(part) or walls.challenge(part) or walls.closed(part)
            for part in parts
        )
        or words.parked(title)
        or bool(_SERVER_PAGE.match(title))
    )


def _odd_heading(document: Document) -> bool:
    heads = document.find_all("h1", limit=4)
    return any(
        words.not_found(said) or walls.login_word(said) or walls.challenge(said)
        for said in (h.text[:2_000] for h in heads)
    )


def _empty(gist: Gist) -> bool:
    """Nothing to read and nothing that could bring it."""
    return not (gist.all_signs or gist.scripts or gist.pictures or gist.frames or gist.links)


def _said(gist: Gist) -> list[str]:
    return [part for piece in gist.own[:60] for part in words.sentences(piece)]


def _blocked(gist: Gist) -> bool:
    if gist.own_signs > 1_500:
        return False
    marked = bool(_MARKS.search(gist.script_text.encode())) if gist.scripts or gist.frames else False
    told = any(
        walls.challenge(part) or walls.kept_away(part)
        for part in [gist.title, *words.segments(gist.title), *gist.headings, *_said(gist)]
    )
    if marked and (told or gist.own_signs < 400):
        return True
    if told:
        return gist.own_signs < 900 and gist.links < 15
    return (
        bool(_CAPTCHA.search(gist.script_text))
        and gist.own_signs < 200
        and gist.links < 5
        and not gist.passwords
        and gist.inputs < 2
    )


def _closed(gist: Gist) -> bool:
    """Being worked on: the title or a heading says so on a page with little else, or all that the page has to say is that."""
    if gist.own_signs > 900 or gist.links > 25:
        return False
    heads = [gist.title, *words.segments(gist.title), *gist.headings[:2]]
    return any(map(walls.closed, heads)) or (gist.own_signs < 400 and any(map(walls.closed, _said(gist))))


def _parked(gist: Gist) -> bool:
    if gist.own_signs > 2_500:
        return False
    if _SERVER_PAGE.match(gist.title) or any(_SERVER_PAGE.match(head) for head in gist.headings[:2]):
        return True
    told = any(words.parked(part) for part in [gist.title, *gist.headings, *gist.own[:60]])
    if told:
        return gist.own_signs < 1_500 or words.parked(gist.title)
    return bool(_PARK_HOSTS.search(gist.script_text)) and gist.own_signs < 400


def _soft_404(gist: Gist) -> bool:
    if any(words.not_found(part) for part in [gist.title, *words.segments(gist.title)]):
        return gist.own_signs < gists.PLENTY_OWN
    if any(words.not_found(head) for head in gist.headings[:3]):
        return gist.own_signs < 2_500
    if gist.own_signs > 1_000:
        return False
    return any(words.not_found(part) for part in [*gist.headings, *_said(gist)])


def _login_wall(gist: Gist) -> bool:
    if gist.own_signs > 1_200:
        return False
    titled = any(walls.login_word(part) for part in [*words.segments(gist.title), *gist.headings[:4]])
    asked = any(walls.login_asked(part) for part in [gist.title, *gist.headings, *_said(gist)])
    if gist.passwords:
        pushed = any(walls.login_word(button) for button in gist.buttons)
        return titled or asked or gist.own_signs < 250 or (pushed and gist.own_signs < 500)
    return (titled and gist.inputs > 0 and gist.own_signs < 800) or (asked and gist.own_signs < 700)


def needs_script(gist: Gist) -> bool:
    """Whether the page is a shell that a script fills, so that what we read says nothing."""
    if gist.own_signs > 250 or gist.all_signs > 800 or not gist.scripts:
        return False
    told = walls.needs_script(gist.noscript) or any(walls.needs_script(part) for part in gist.own)
    return gist.app_root or told or (gist.own_signs < 40 and gist.links < 3)
