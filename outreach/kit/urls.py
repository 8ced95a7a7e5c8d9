"""Web addresses: tidying what a person typed, telling whether two are the same, and the key of a site.

Everything goes through a WHATWG parse (ada-url), as in browsers.

    tidy(" Example.com/blog ")               -> "https://example.com/blog"    (BadAddress says what is wrong)
    same_address(a, b)                       -> bool
    normalise(url)                           -> "example.com/blog"   a key: equal for the same address
    is_on_host("https://a.b.example/x", "b.example")   -> True
    site_key("https://www.News.example.co.uk:443/x")   -> "example.co.uk"
    host_of(url), show_host("xn--bcher-kva.example")

`normalise` is a key for comparing and for unique columns, not an address to open.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ada_url import URL, idna_to_ascii, idna_to_unicode

from outreach.kit.suffixes import public_suffix

LONGEST = 2_048
"""Signs; longer addresses are refused when typed (no browser bar or index takes them)."""

LONGEST_HOST = 253
"""Signs; no name in the DNS is longer (RFC 1035 2.3.4), and a hostile page has some with 50,000 dots."""

TRACKING = frozenset(
    [
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "fbclid",
        "msclkid",
        "yclid",
        "ysclid",
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "igshid",
        "twclid",
        "ttclid",
        "li_fat_id",
    ]
)

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST_PORT = re.compile(r"^[^/?#@\s:]+:\d+(?:[/?#]|$)")
_MAIL = re.compile(r"^(?:mailto:)?[^\s/@?#]+@[^\s/@?#]+$", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f\u2028\u2029]")
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TIDY = re.compile(r"https?://(?!xn--|[^/]*\.xn--)((?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*)/")
"""An address as `tidy` leaves it, with a plain name of ASCII letters: nothing in it is left to be read otherwise."""
_WHOLE = re.compile(
    r"(https?://)?(?!xn--|[^/]*\.xn--)(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(/(?:[\w~-][\w.~-]*(?:/[\w~-][\w.~-]*)*/?)?)?",
    re.ASCII,
)
"""A plain host or address that the parser gives back as it stands, but for a scheme and a first slash; what this does not match is the parser's to say."""
_IPV4 = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")


class BadAddress(ValueError):
    """An address that cannot be used; `str()` is a sentence for the person who typed it."""


def tidy(text: str) -> str:
    """What a person typed as a full http(s) address; https where no scheme was given.

    Raises BadAddress.  Spaces around, angle brackets and quotes are dropped.
    """
    typed = text.strip().strip("<>\"'“”").strip()
    if (whole := _WHOLE.fullmatch(typed)) and len(typed) <= LONGEST:
        return f"{'' if whole[1] else 'https://'}{typed}{'' if whole[2] else '/'}"
    _refuse_at_sight(typed)
    if typed.startswith("//"):
        typed = "https:" + typed
    elif not _has_scheme(typed):
        typed = "https://" + typed
    try:
        url = URL(typed)
    except ValueError:
        raise BadAddress(
            f"“{_short(text)}” is no web address. It should look like https://example.com/page."
        ) from None
    _refuse_parsed(url)
    return str(url.href)


def _refuse_at_sight(typed: str) -> None:
    if not typed:
        raise BadAddress("Enter an address, such as https://example.com/page.")
    if len(typed) > LONGEST:
        raise BadAddress(
            f"The address is longer than {LONGEST:,} signs. Leave out what follows the question mark."
        )
    if _CONTROL.search(typed):
        raise BadAddress(
            "An address has no spaces or line breaks in it. Enter one address, such as https://example.com/page."
        )
    if "\\" in typed:
        raise BadAddress("An address has no backslashes. It should look like https://example.com/page.")
    if _MAIL.match(typed):
        raise BadAddress(
            f"“{_short(typed)}” is a mail address. A web address looks like https://example.com/page."
        )
    scheme = _SCHEME.match(typed)
    if scheme and scheme[1].lower() not in ("http", "https") and _has_scheme(typed):
        raise BadAddress(f"Only http and https addresses can be used, not {scheme[1].lower()}:.")


def _has_scheme(typed: str) -> bool:
    return bool(_SCHEME.match(typed)) and not _HOST_PORT.match(typed)


def _refuse_parsed(url: URL) -> None:
    if url.username or url.password:
        raise BadAddress("Leave the user name and password out of the address.")
    host = str(url.hostname).rstrip(".")
    if "." not in host and not host.startswith("[") and host != "localhost":
        raise BadAddress(
            f"“{show_host(host)}” has no ending such as .com. It should look like https://example.com."
        )


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 60 else text[:59] + "…"


def same_address(a: str, b: str) -> bool:
    """Whether two addresses are the same to a reader of links; see `normalise`."""
    return normalise(a) == normalise(b)


@lru_cache(maxsize=16_384)
def normalise(url: str) -> str:
    """`host[:port]/path?query`, the same text for the same address.

    Ignored: http or https, one leading `www.`, the default port, the fragment, one trailing
    slash, case and trailing dot of the host, IDN or punycode, percent-encoding of unreserved
    signs, case of percent hex, tracking parameters.  What is no http(s) address stays as it is.
    """
    try:
        parsed = URL(url)
    except ValueError:
        return url
    if parsed.protocol not in ("http:", "https:"):
        return str(parsed.href)
    path = _percent(str(parsed.pathname)).removesuffix("/")
    query = _percent(_without_tracking(str(parsed.search)[1:]))
    port = f":{parsed.port}" if parsed.port else ""
    return _bare_host(str(parsed.hostname)) + port + (path or "") + (f"?{query}" if query else "")


def _percent(text: str) -> str:
    return _PERCENT.sub(_one_percent, text) if "%" in text else text


def _one_percent(match: re.Match[str]) -> str:
    sign = chr(int(match[1], 16))
    return sign if sign in _UNRESERVED else match[0].upper()


def _without_tracking(query: str) -> str:
    if not query:
        return query
    return "&".join(part for part in query.split("&") if not is_tracking(part.partition("=")[0]))


def is_tracking(name: str) -> bool:
    """Whether a query parameter only follows the visitor about."""
    name = _percent(name).lower()
    return name.startswith("utm_") or name in TRACKING


def _bare_host(host: str) -> str:
    host = host.removesuffix(".")
    rest = host.removeprefix("www.")
    return rest if "." in rest else host


def host_of(url_or_host: str) -> str:
    """The host, lower case and in ASCII, without port or trailing dot; "" when there is none."""
    if plain := _TIDY.match(url_or_host):
        return plain[1] if len(plain[1]) <= LONGEST_HOST else ""
    text = url_or_host.strip()
    if not _has_scheme(text):
        text = "http://" + text.lstrip("/")
    try:
        host = str(URL(text).hostname).removesuffix(".")
    except ValueError:
        return ""
    return host if len(host) <= LONGEST_HOST else ""


def bare_host(url_or_host: str) -> str:
    """The host without `www.`, as addresses are compared."""
    return _bare_host(host_of(url_or_host))


def is_on_host(url_or_host: str, host: str) -> bool:
    """Whether the address is on this host or a sub-domain of it: a plain dot-suffix compare.

    A leading `www.` of the wanted host is ignored, as everywhere.
    """
    have, want = host_of(url_or_host), _bare_host(host_of(host))
    return bool(want) and (have == want or have.endswith("." + want))


def show_host(host: str) -> str:
    """The host as people write it, `bücher.example`."""
    return str(idna_to_unicode(host)) if "xn--" in host else host


# --- the key of a site -------------------------------------------------------------------------

PLATFORMS: frozenset[str] = frozenset(
    [
        "wordpress.com",
        "substack.com",
        "medium.com",
        "tumblr.com",
        "livejournal.com",
        "typepad.com",
        "over-blog.com",
        "hatenablog.com",
        "hatenablog.jp",
        "hatenadiary.com",
        "hatenadiary.org",
        "beehiiv.com",
        "ghost.io",
        "bearblog.dev",
        "hashnode.dev",
        "webnode.com",
        "jimdo.com",
        "jimdofree.com",
        "jimdosite.com",
        "wix.com",
        "wixsite.com",
        "weebly.com",
        "webflow.io",
        "squarespace.com",
        "strikingly.com",
        "mystrikingly.com",
        "blogs.com",
        "canalblog.com",
        "blog.hu",
        "posterous.com",
        "svbtle.com",
        "write.as",
        "bandcamp.com",
        "itch.io",
        "carrd.co",
        "notion.site",
        "gitbook.io",
        "readthedocs.io",
        "buttondown.email",
        "myshopify.com",
        "simplecast.com",
        "buzzsprout.com",
        "podbean.com",
        "libsyn.com",
        "eklablog.com",
        "centerblog.net",
        "skyrock.com",
        "free.fr",
    ]
)
"""Hosts that give each user a sub-domain, added to the public suffix list's private part."""

_BLOGSPOT = re.compile(r"^blogspot\.(?:com?\.)?[a-z]{2,3}$")
"""Blogspot answers in some sixty countries; the list has dropped most of them."""

_USER = re.compile(r"^/(@[^/]+)")
_FIRST = re.compile(r"^/([^/@][^/]*)")

PATH_RULES: dict[str, re.Pattern[str]] = {
    "medium.com": _USER,
    "substack.com": _USER,
    "youtube.com": re.compile(r"^/(@[^/]+|(?:c|user|channel)/[^/]+)"),
    "tiktok.com": _USER,
    "threads.net": _USER,
    "threads.com": _USER,
    "linkedin.com": re.compile(r"^/((?:in|company|school|showcase)/[^/]+)"),
    "sites.google.com": re.compile(r"^/((?:view|site)/[^/]+|a/[^/]+/[^/]+)"),
    "reddit.com": re.compile(r"^/((?:r|u|user)/[^/]+)"),
    "dev.to": _FIRST,
    "vocal.media": _FIRST,
    "wattpad.com": re.compile(r"^/(user/[^/]+)"),
    "telegram.me": _FIRST,
    "t.me": re.compile(r"^/(?:s/)?([^/]+)"),
}
"""Hosts whose users are told apart by the beginning of the path; group 1 is kept, in lower case."""


MANY = 20_000
"""Hosts whose site is remembered: lists name the same ones over and over."""


def site_key(url_or_host: str) -> str:
    """The key of the site an address belongs to: its registrable domain, in ASCII.

    Hosted platforms are split by user, by sub-domain (`ana.blogspot.com`) or by path
    (`medium.com/@ana`).  Port, `www.`, case, trailing dot and IDN spelling do not matter.
    Raises BadAddress when there is no host in it.
    """
    host = host_of(url_or_host)
    if not host:
        raise BadAddress(f"“{_short(url_or_host)}” names no site. It should look like example.com.")
    if host.startswith("[") or _IPV4.match(host):
        return host
    host = _bare_host(host)
    rule = PATH_RULES.get(host)
    user = rule.match(_path_of(url_or_host)) if rule else None
    if user:
        return f"{host}/{user[1].lower()}"
    return registrable(host)


def _path_of(url_or_host: str) -> str:
    text = url_or_host.strip()
    if not _has_scheme(text):
        text = "http://" + text.lstrip("/")
    return str(URL(text).pathname)


@lru_cache(maxsize=MANY)
def registrable(host: str) -> str:
    """One label more than the public suffix; the suffix itself, or a single label, stays."""
    labels = host.split(".")
    for kept in range(2, len(labels)):
        if ".".join(labels[-kept:]) in PLATFORMS or _BLOGSPOT.match(".".join(labels[-kept:])):
            return ".".join(labels[-kept - 1 :])
    if host in PATH_RULES:
        return host
    suffix = public_suffix(host)
    kept = suffix.count(".") + 2 if suffix else 2
    return ".".join(labels[-kept:])


@lru_cache(maxsize=MANY)
def is_shared(host: str) -> bool:
    """Do many sites of different people live under this host, as under co.uk, github.io or blogspot.com?"""
    return host in PLATFORMS or bool(_BLOGSPOT.match(host)) or public_suffix(host) == host


RESERVED = frozenset({"example", "test", "localhost"})
"""Top-level names that never lead anywhere (RFC 2606, RFC 6761): samples, tests and this machine live under them."""


def has_known_ending(host: str) -> bool:
    """Whether the host is a name under an ending that is handed out, or under a reserved one."""
    ending = host.rpartition(".")[2]
    if ending in RESERVED:
        return "." in host
    return "." in host and bool(found := public_suffix(host)) and (found != host or is_shared(host))


def ascii_host(host: str) -> str:
    """The host in ASCII and lower case; raises BadAddress when it is none."""
    answer: bytes | str = idna_to_ascii(host.strip().removesuffix("."))  # the library's stub says str
    found = answer.decode() if isinstance(answer, bytes) else answer
    if not found:
        raise BadAddress(f"“{_short(host)}” is no host name. It should look like example.com.")
    return found.lower()
