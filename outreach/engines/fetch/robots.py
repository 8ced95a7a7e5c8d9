"""robots.txt by Google's rules (RFC 9309).  Pure; the caller fetches.

    allowed(body, "Googlebot", url)        -> bool
    verdict_of(status, body)               -> the body that counts for that status

The groups are chosen here (protego splits them at Crawl-delay and matches agents as substrings); the
paths of the chosen group are matched by protego.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ada_url import URL
from protego import Protego

LONGEST = 500 * 1024
"""Bytes; Google reads no further."""

_KEYS = {
    "user-agent": "agent",
    "useragent": "agent",
    "user agent": "agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
}
_TOKEN = re.compile(r"[a-zA-Z_-]+")


@lru_cache(maxsize=512)
def rules_for(body: bytes, agent: str) -> list[tuple[str, str]]:
    """The (allow|disallow, path) lines that concern an agent: its own groups, else those of `*`."""
    own: list[tuple[str, str]] = []
    common: list[tuple[str, str]] = []
    ours = everyone = seen_own = False
    in_agents = False
    for key, value in _lines(body):
        if key == "agent":
            if not in_agents:
                ours = everyone = False
            in_agents = True
            if value == "*" or re.match(r"\*\s", value):
                everyone = True
            elif _same_agent(value, agent):
                ours = seen_own = True
            continue
        in_agents = False
        if ours:
            own.append((key, value))
        if everyone:
            common.append((key, value))
    return own if seen_own else common


def _same_agent(value: str, agent: str) -> bool:
    found, wanted = _TOKEN.match(value), _TOKEN.match(agent)
    return found is not None and wanted is not None and found[0].lower() == wanted[0].lower()


def _lines(body: bytes) -> list[tuple[str, str]]:
    text = body[:LONGEST].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    found = []
    for line in re.split(r"[\r\n]+", text):
        line = line.partition("#")[0].strip()
        name, colon, value = line.partition(":")
        if not colon:  # Google takes white space for a forgotten colon
            parts = line.split(None, 1)
            if len(parts) != 2 or " " in parts[1].strip():
                continue
            name, value = parts
        key = _KEYS.get(name.strip().lower())
        if key:
            found.append((key, value.strip()))
    return found


@lru_cache(maxsize=512)
def _matcher(rules: tuple[tuple[str, str], ...]) -> Protego:
    return Protego.parse("User-agent: *\n" + "\n".join(f"{key.title()}: {path}" for key, path in rules))


def allowed(body: bytes, agent: str, url: str) -> bool:
    """Whether the agent may open the address."""
    rules = [(key, path) for key, path in rules_for(body, agent) if path.startswith(("/", "*"))]
    if not rules:
        return True
    try:
        if str(URL(url).pathname) == "/robots.txt":
            return True
    except ValueError:
        return False
    return bool(_matcher(tuple(rules)).can_fetch(url, "*"))


def verdict_of(status: int, body: bytes) -> bytes:
    """What counts for a status: 4xx allows everything, 5xx and 429 forbid everything (RFC 9309, 2.3.1)."""
    if status == 429 or status >= 500 or status == 0:
        return b"User-agent: *\nDisallow: /\n"
    return body if 200 <= status <= 299 else b""
