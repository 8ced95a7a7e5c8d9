"""Links that lead through somebody else's address: redirectors, short links, share links.

A redirector counts as *wrapped*: we follow it and say where it ends.  A share link, an archive or a
translation carries an address as well, but nobody who clicks it arrives there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from ada_url import URL

from outreach.kit.patterns import late

SHORTENERS = frozenset(
    [
        "bit.ly", "t.co", "tinyurl.com", "ow.ly", "goo.gl", "buff.ly", "lnkd.in", "is.gd", "cutt.ly", "rebrand.ly", "shorturl.at",
        "tiny.cc", "dlvr.it", "ift.tt", "trib.al", "wp.me", "fb.me", "amzn.to", "adf.ly", "bl.ink", "t.ly", "s.id", "rb.gy", "v.gd",
        "short.io", "shorte.st", "j.mp", "bitly.com", "po.st", "mcaf.ee", "soo.gd", "clck.ru", "vk.cc", "u.to", "urlz.fr", "qr.ae",
        "hubs.ly", "hubs.la", "shor.by", "linktr.ee", "snip.ly", "prf.hn", "geni.us", "fave.co", "shrsl.com", "zpr.io", "flip.it",
    ]
)  # fmt: skip

_WORD = (
    r"out|outbound|outgoing|outlink|away|go|goto|gotourl|go2|redirect|redirects|redirector|redir|rdr|rd|r|link|links|linkout|click|clicks|clk|clickthru|"
    r"clickout|track|tracking|tracker|trk|jump|jumpto|exit|exitlink|leave|leaving|external|extern|ext|url|urls|visit|visitlink|refer|referral|ref|recommends|"
    r"recommend|deref|dereferrer|anonym|aff|affiliate|affiliates|partner|partners|l|lm|lnk|linkfilter|slink|cs|weiter|weiterleitung|sortie|salida|bounce|forward|fwd|to|gate|adclick|ad"
)
WORDS = frozenset(_WORD.split("|"))
_PATH_WORD = late(rf"^(?:{_WORD})(?:\.(?:php|asp|aspx|jsp|cgi|html?|do|ashx))?$", re.IGNORECASE)
_HOST_WORD = late(
    r"^(?:out|go|click|clicks|track|tracking|trk|redirect|redir|redirects|r|l|lm|link|links|away|url|urls|ad|ads|adclick|exit|outgoing|external|deref|href|"
    r"anonym|anon|to|rover|safelinks|slack-redir|urldefense|protect|clk|affiliate|aff|pxf|t)$|redirect|skimresources|viglink|linksynergy|shareasale|awin1|doubleclick|"
    r"anrdoezrs|jdoqocy|tkqlhce|dpbolvw|kqzyfj|prf|pntra|gopjn|avantlink|impactradius|partnerize|tradedoubler|zanox|webgains|safelinks|urldefense",
    re.IGNORECASE,
)
_QUERY_WORD = late(
    r"[?&;](?:a|act|action|do|task|view|page|option|mode|cmd)=(?:redirect|redir|out|away|go|goto|exit|link|click)(?:$|[&;#])", re.IGNORECASE
)  # fmt: skip
_SHARE = late(
    r"(?:^|[/._-])(?:share|sharer|sharing|shareArticle|share_channel|intent|tweet|retweet|pin|create|submit|submission|bookmark|bookmarks|save|send|sendto|dialog|plusone|compose|"
    r"mailto|email|print|printer|pdf|translate|translator|cache|validator|check|whois|search|login|log-in|signin|sign-in|signup|register|oauth|authorize|auth|subscribe|"
    r"feed|embed|oembed|widget|plugins|like|comment|report|qr|qrcode|screenshot|preview|post|add|addthis|addtoany|digg|stumbleupon|delicious|reddit|evernote|pocket|wayback|web|archive)"
    r"(?:$|[/._-])",
    re.IGNORECASE,
)
_SHARE_HOST = late(
    r"(?:^|\.)(?:addtoany|addthis|sharethis|getpocket|instapaper|digg|stumbleupon|delicious|del\.icio|reddit|pinterest|tumblr|wa|whatsapp|telegram|t\.me|"
    r"web\.archive|archive|webcache|translate|validator|evernote|buffer|bufferapp|flipboard|blogger|livejournal|vkontakte|ok|xing|"
    r"hatena|mix|friendfeed|google-bookmarks|newsvine|slashdot|fark|technorati|line|twitter|x|linkedin|mail|vimeo)(?:\.[a-z.]+)?$",
    re.IGNORECASE,
)


def carried(url: str) -> Iterator[str]:
    """Addresses that this one carries in its query, its path or its fragment, decoded."""
    head, _, query = url.partition("?")
    query = query.partition("#")[0]
    for part in re.split(r"[&;]", query):
        yield from _decoded(part.partition("=")[2] or part)
    inner = re.search(
        r"/((?:https?(?:://|:/|%3a%2f%2f|/))[^?]+.*)$",
        head[8:] + (f"?{query}" if query else ""),
        re.IGNORECASE,
    )
    if inner:
        yield from _decoded(inner[1])
    last = head.rstrip("/").rpartition("/")[2]
    if len(last) >= 16:
        yield from _from_base64(last)


def _decoded(value: str) -> Iterator[str]:
    for _ in range(3):
        if re.match(r"(?:https?:)?//", value, re.IGNORECASE):
            yield value
        unquoted = unquote_plus(value) if "%" in value else value
        if unquoted == value:
            break
        value = unquoted
    if re.match(r"https?:/[^/]", value, re.IGNORECASE):
        yield value.replace(":/", "://", 1)
    elif re.match(r"(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/|$)", value, re.IGNORECASE):
        yield "http://" + value
    elif len(value) >= 16:
        yield from _from_base64(value)


def _from_base64(value: str) -> Iterator[str]:
    raw = unquote(value).replace("-", "+").replace("_", "/")
    if not re.fullmatch(r"[A-Za-z0-9+/]+=*", raw):
        return
    try:
        text = base64.b64decode(raw + "=" * (-len(raw) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    if re.match(r"(?:https?:)?//", text, re.IGNORECASE):
        yield text


def is_share(url: str) -> bool:
    """Whether following this shares, saves, translates or archives an address rather than going there."""
    parsed = _parsed(url)
    if parsed is None:
        return False
    host = str(parsed.hostname).removeprefix("www.")
    if _SHARE_HOST.search(host) and not _names_redirector(parsed):
        return True
    return bool(_SHARE.search(str(parsed.pathname)))


def is_redirector(url: str) -> bool:
    """Whether the address has a redirector's words in its path or host."""
    parsed = _parsed(url)
    return parsed is not None and (
        _names_redirector(parsed)
        or bool(_HOST_WORD.search(_first_label(parsed)))
        or bool(_QUERY_WORD.search(str(parsed.search)))
    )


def _names_redirector(parsed: URL) -> bool:
    return any(_PATH_WORD.match(part) for part in str(parsed.pathname).split("/") if part)


def _first_label(parsed: URL) -> str:
    labels = str(parsed.hostname).removeprefix("www.").split(".")
    return labels[0] if len(labels) > 2 or not labels else labels[-2] if len(labels) == 2 else labels[0]


_MAY_REDIRECT = late(rf"/(?:{_WORD})(?:\.\w{{2,5}})?/[^/?#]", re.IGNORECASE)


def is_short(host: str | None) -> bool:
    """Whether a host, when it is known, is a shortener's; an unknown one may be."""
    return host is None or host.removeprefix("www.") in SHORTENERS


def may_redirect(href: str) -> bool:
    """Whether a raw address has a redirector's word and something after it; quick and generous."""
    return bool(_MAY_REDIRECT.search(href))


def may_hide_target(url: str) -> bool:
    """Whether this link could end anywhere: a short link, or `/go/partner` and the like."""
    parsed = _parsed(url)
    if parsed is None or parsed.protocol not in ("http:", "https:"):
        return False
    host = str(parsed.hostname).removeprefix("www.")
    if host in SHORTENERS:
        return len(str(parsed.pathname)) > 2
    parts = [part for part in str(parsed.pathname).split("/") if part]
    return 2 <= len(parts) <= 3 and any(_PATH_WORD.match(part) for part in parts[:-1])


_SENT = late(
    r"\blocation(?:\.href)?\s*=\s*([\"'])((?:https?:|\\?/)[^\"'\s]{1,2000})\1|"
    r"\blocation\.(?:replace|assign)\(\s*([\"'])((?:https?:|\\?/)[^\"'\s]{1,2000})\3"
)


def sent_by_script(code: str) -> str | None:
    """The address that a script opens in place of its own page, as written; the first one."""
    found = _SENT.search(code)
    return (found[2] or found[4]).replace("\\/", "/") if found else None


def is_like(url: str, host: str) -> bool:
    """Whether an address has the name of a host in it, written as people write such names: `/go/acme-shears` for acmeshears.com."""
    name = max(host.removeprefix("www.").split(".")[:-1] or [host], key=len)
    wanted, have = (re.sub(r"[^a-z0-9]", "", text.lower()) for text in (name, url))
    return len(wanted) > 2 and wanted in have


def _parsed(url: str) -> URL | None:
    try:
        return URL(url)
    except ValueError:
        return None
