"""What a link has to lead to: one address, or any page of a host."""

from __future__ import annotations

from dataclasses import dataclass, field

from outreach.kit.urls import BadAddress, host_of, is_on_host, normalise, tidy
from outreach.page.reading import quick_host


@dataclass(frozen=True, slots=True)
class Target:
    """`match` is "url" or "domain".  `key` and `host` are derived once, as thousands of links are compared."""

    match: str
    value: str
    key: str = field(init=False)
    host: str = field(init=False)

    def __post_init__(self) -> None:
        host = host_of(self.value).removeprefix("www.")
        object.__setattr__(self, "host", host)
        object.__setattr__(self, "key", host if self.match == "domain" else normalise(self.value))

    @classmethod
    def url(cls, value: str) -> Target:
        """Raises BadAddress."""
        return cls("url", tidy(value))

    @classmethod
    def domain(cls, value: str) -> Target:
        """Raises BadAddress."""
        host = host_of(tidy(value))
        if not host:
            raise BadAddress(f"“{value}” names no host. It should look like example.com.")
        return cls("domain", host)

    @property
    def is_domain(self) -> bool:
        return self.match == "domain"

    def matches(self, url: str) -> bool:
        """Whether an address that went through WHATWG already is this target."""
        if self.host not in url or not url.startswith("http"):
            return False
        if self.is_domain:
            host = quick_host(url)
            return host == self.host or host.endswith("." + self.host) or is_on_host(url, self.host)
        return normalise(url) == self.key


def variants(asked: str, met: str) -> list[str]:
    """How a link that is the same address differs from the one asked for, in words."""
    notes = []
    if met.startswith("http:") and asked.startswith("https:"):
        notes.append("links to http, we asked for https")
    elif met.startswith("https:") and asked.startswith("http:"):
        notes.append("links to https, we asked for http")
    met_www, asked_www = (quick_host(url).startswith("www.") for url in (met, asked))
    if met_www != asked_www:
        notes.append("links to the host with www." if met_www else "links to the host without www.")
    if "?" in met and met.partition("?")[2].partition("#")[0] != asked.partition("?")[2].partition("#")[0]:
        notes.append("has tracking parameters")
    if "#" in met and met.partition("#")[2] != asked.partition("#")[2]:
        notes.append(f"jumps to #{met.partition('#')[2][:40]}")
    return notes
