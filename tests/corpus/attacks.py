"""How does the fetcher stand up to attacks?  Runs the cases on fetching through the whole engine, each by its id.

The folder holds `security/cases.jsonl`: addresses that must not be opened (or must), redirects, names that resolve into our own
network, and hostile answers.  A canary listens on loopback and must see nobody; every socket that the engine opens is counted.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from outreach import settings
from outreach.engines.fetch.guard import Guard, Refused
from outreach.links import looking
from outreach.links.looking import Wanted, look_at, tools_for
from outreach.links.looks import Look
from outreach.links.target import Target
from outreach.links.verdict import Promise
from tests.servers import hostile
from tests.servers.certificates import Authority
from tests.servers.pages import Canary, PageServer, answer

GUIDE = "https://acme.example/guide"
LINK = f'<a href="{GUIDE}">acme</a>'
NOW = datetime(2026, 11, 25, tzinfo=UTC)
SECONDS_MOST, MEGABYTES_MOST = 35, 64
Case = dict[str, Any]

opened: list[str] = []
"""The names of the threads that made a socket; the engine's is "fetcher"."""


def _hear(event: str, _: tuple[object, ...]) -> None:
    if event == "socket.__new__":
        opened.append(threading.current_thread().name)


def main(corpus_dir: Path) -> None:
    path = corpus_dir / "security" / "cases.jsonl"
    if not path.exists():
        print(f"  no cases at {path}")
        return
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    sys.addaudithook(_hear)
    looking.PAUSE_S = 0.0
    right, rows = Counter[str](), Counter[str]()
    with Range() as place:
        for case in cases:
            category = case["category"]
            if not (category.startswith("ssrf") or category == "hostile_response"):
                continue
            word = place.judge(case)
            rows[category] += 1
            right[category] += word in ("", "not built")
            if word and word != "not built":
                print(f"  {case['id']:40s} {word}")
        if seen := place.canary.seen + place.canary6.seen:
            print(f"  MISSED the canary saw {seen} connections")
    for category in sorted(rows):
        state = "ok    " if right[category] == rows[category] else "MISSED"
        print(f"  {state} {category:24s} {right[category]} of {rows[category]}")


class Range(ExitStack):
    """A server that may be opened, canaries that may not, and the engine between them."""

    def __enter__(self) -> Range:
        super().__enter__()
        self.folder = Path(self.enter_context(tempfile.TemporaryDirectory()))
        self.canary, self.canary6 = Canary(), Canary("::1")
        self.callback(self.canary.close)
        self.callback(self.canary6.close)
        self.server = self.enter_context(PageServer())
        self.server.routes["/good"] = answer(f"<title>Good</title><p>{LINK}")
        return self

    def judge(self, case: Case) -> str:
        """Empty when it went as it should, else what went wrong."""
        category, text = case["category"], case["input"].replace("{canary}", str(self.canary.port))
        setup = json.loads(json.dumps(case.get("setup") or {}).replace("{canary}", str(self.canary.port)))
        if category == "ssrf.other_sink":
            return "not built"
        if category == "ssrf.redirect":
            return self._redirect(setup)
        if category == "hostile_response":
            return self._hostile(text.removeprefix("resp:"))
        if category == "ssrf.dns":
            return self._address(text, resolve=_dns(text, setup["dns"]), blocked=True, may_try_public=True)
        names = _dns(text, {urlsplit(text).hostname or "": setup["dns"]["*"]}) if "dns" in setup else []
        return self._address(
            text,
            resolve=names,
            blocked=case["expect"] != "allowed",
            may_try_public=category == "ssrf.parser_confusion",
        )

    def _address(self, url: str, *, resolve: list[str], blocked: bool, may_try_public: bool = False) -> str:
        """What must not be opened makes no socket; what may be opened would be."""
        before = len(self._sockets())
        with watched() as tried:
            look = self._look(url, settings.load(self.folder, fetch_resolve=resolve))
        if sockets := len(self._sockets()) - before:
            return f"{sockets} sockets: {look.sentence}"
        if blocked and not may_try_public:
            return (
                ""
                if look.page_state == "refused" and not tried
                else f"{look.page_state} {tried}: {look.sentence}"
            )
        if blocked:
            return (
                "" if look.page_state in ("refused", "dns_error") else f"{look.page_state}: {look.sentence}"
            )
        return "" if tried else f"{look.page_state}: {look.sentence}"

    def _redirect(self, setup: dict[str, Any]) -> str:
        chain = setup.get("chain") or [setup["location"]]
        here = f":{self.server.port}"
        resolve = [f"{host}{here}:127.0.0.1" for host in ("a.test", "b.test")] + [
            f"rebind.test:{self.canary.port}:127.0.0.1"
        ]
        for step, place in enumerate(chain):
            if place.startswith("html:"):
                self.server.routes[f"/{step}"] = answer(f"<title>Page</title><p>Some words. {place[5:]}")
                continue
            wanted = (
                place.replace(".test/", f".test{here}/{step + 1}").replace("https:", "http:")
                if ".test/" in place
                else place
            )
            self.server.routes[f"/{step}"] = answer(status=setup.get("status", 302), location=wanted)
        self.server.routes[f"/{len(chain)}"] = answer(status=302, location=f"http://a.test{here}/1")
        before, asked = self.canary.seen + self.canary6.seen, len(self.server.requests)
        look = self._look(self.server.url("/0"), self._allowing(*resolve))
        hops = len(self.server.requests) - asked
        if self.canary.seen + self.canary6.seen > before:
            return f"the canary was opened: {look.sentence}"
        return "" if look.presence != "found" and hops <= 12 else f"{look.page_state} after {hops} requests"

    def _hostile(self, name: str) -> str:
        """A clear end in time, little memory, and a good page beside it read."""
        with self._serving(name) as (url, config):
            began, before, reader = time.monotonic(), _memory(os.getpid()), tools_for(config).reader
            wanted = [
                Wanted(n, one, Target.url(GUIDE), Promise())
                for n, one in enumerate((self.server.url("/good"), url))
            ]
            looks = dict(look_at(wanted, config, now=NOW))
            seconds, grown = time.monotonic() - began, _memory(os.getpid()) - before
            read = _memory(reader.pid) if reader.pid else 0
            tools_for(config).close()
        looking._tools.clear()
        print(
            f"  {name:24s} {looks[1].page_state:18s} {seconds:5.1f} s  +{max(0, grown):.0f} MB, reader {read:.0f} MB  {looks[1].sentence[:70]}"
        )
        if looks[0].presence != "found":
            return f"the good page beside it: {looks[0].sentence}"
        return (
            "" if seconds < SECONDS_MOST and grown < MEGABYTES_MOST else f"{seconds:.0f} s, +{grown:.0f} MB"
        )

    @contextmanager
    def _serving(self, name: str) -> Iterator[tuple[str, settings.Settings]]:
        if name in ("badcert", "sni"):
            authority = Authority(self.folder)
            who = ("other.example",) if name == "sni" else ("127.0.0.1",)
            with PageServer(
                {"/": answer(LINK)}, cert=authority.issue(*who, is_self_signed=name == "badcert")
            ) as server:
                endpoints = [f"127.0.0.1:{one.port}" for one in (self.server, server)]
                yield (
                    server.url(),
                    settings.load(
                        self.folder, fetch_allow_endpoints=endpoints, fetch_ca_file=authority.cafile
                    ),
                )
            return
        made = hostile.answers(LINK)
        self.server.routes["/it"] = made["hang" if name == "tls_hang" else name]
        scheme = "https" if name == "tls_hang" else "http"
        yield (
            f"{scheme}://it.example:{self.server.port}/it",
            self._allowing(f"it.example:{self.server.port}:127.0.0.1"),
        )

    def _allowing(self, *resolve: str) -> settings.Settings:
        return settings.load(
            self.folder, fetch_allow_endpoints=[f"127.0.0.1:{self.server.port}"], fetch_resolve=list(resolve)
        )

    def _look(self, url: str, config: settings.Settings) -> Look:
        ((_, look),) = look_at([Wanted(1, url, Target.url(GUIDE), Promise())], config, now=NOW)
        tools_for(config).fetcher.close()
        looking._tools.clear()
        return look

    def _sockets(self) -> list[str]:
        return [name for name in opened if name == "fetcher"]


class Watched(Guard):
    """The real rules; what they let through is noted and not opened, so that no case leaves this machine."""

    tried: ClassVar[list[str]] = []

    def check_address(self, host: str, port: int) -> None:
        super().check_address(host, port)
        if not ip_address(host).is_loopback:
            self.tried.append(host)
            raise Refused("It may be opened, but not from here.")


@contextmanager
def watched() -> Iterator[list[str]]:
    """The public addresses that the engine would have opened."""
    real = looking.guard_of
    looking.guard_of = lambda config: Watched(config.allow_networks, config.allow_endpoints)
    Watched.tried.clear()
    try:
        yield Watched.tried
    finally:
        looking.guard_of = real


def _dns(url: str, names: dict[str, list[str]]) -> list[str]:
    """`HOST:PORT:ADDRESS` lines; a name that fails has none."""
    port = urlsplit(url).port or (443 if url.startswith("https") else 80)
    found = []
    for name, addresses in names.items():
        kept = [
            "127.0.0.1" if one == "cname:localhost" else f"[{one}]" if ":" in one else one
            for one in addresses
            if one != "servfail"
        ]
        if kept:
            found.append(f"{_ascii(name)}:{port}:{','.join(kept)}")
    return found


def _ascii(name: str) -> str:
    return name.encode("idna").decode() if not name.isascii() else name


def _memory(pid: int) -> float:
    """Resident, in MB."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
