"""Thousands of fake hosts in one process, told apart by their Host header: `python -m tests.drills.hosts`.

It says its port when it begins. `/links/KIND/NUMBER` is a page of that kind, and `/report` what was seen: how many requests each
host had at the same moment at most, and how many pages, robots.txt files and unchanged pages were served.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter

WORDS = "It rained for eleven days, then not at all for seven weeks. " * 40
MENU = "".join(f'<li><a href="/topic/{n}">Topic {n}</a></li>' for n in range(60))
SLOWLY_S = 0.03
"""So long a host thinks, so that two requests at once would be seen."""


def page(host: str, kind: str, port: int) -> bytes:
    link = (
        f'<a href="http://hazel.example:{port}/seed-trial">seed mix trial</a>'
        if kind != "missing"
        else "no link"
    )
    return (
        f'<!doctype html><html lang="en"><title>Post on {host}</title><body><nav><ul>{MENU}</ul></nav><article><h1>Post</h1>'
        f"<p>{WORDS} {link} {WORDS}</p></article></body></html>"
    ).encode()


WALLS = {"forbidden": 403, "limited": 429, "broken": 500}
CHALLENGE = b"<html><title>Just a moment...</title><body><script>window._cf_chl_opt={}</script></body></html>"


def answer(host: str, path: str, port: int, *, knows: bool) -> tuple[int, bytes, str]:
    """(status, body, more header lines)."""
    if path == "/seed-trial":
        return 200, b"<html><title>Seed trial</title><body><h1>Forty seed mixes</h1></body></html>", ""
    if not path.startswith("/links/"):
        return 404, b"none", ""
    kind = path.split("/")[2]
    if kind in WALLS:
        return (
            WALLS[kind],
            b"<html><title>Wall</title><body>no</body></html>",
            "Retry-After: 30\r\n" if kind == "limited" else "",
        )
    if kind == "challenge":
        return 503, CHALLENGE, ""
    return (304, b"", 'ETag: "1"\r\n') if knows else (200, page(host, kind, port), 'ETag: "1"\r\n')


class Host(asyncio.Protocol):
    now: Counter[str] = Counter()
    most: Counter[str] = Counter()
    served: Counter[str] = Counter()
    port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.raw, self.host = transport, b"", ""
        self.later: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        self.raw += data
        if b"\r\n\r\n" not in self.raw:
            return
        head, _, self.raw = self.raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        path = lines[0].split(" ")[1]
        if path == "/report":
            self.send(
                200,
                json.dumps(
                    {"most": max(self.most.values(), default=0), "hosts": len(self.most), **self.served}
                ).encode(),
                "",
            )
            return
        self.host = fields.get("host", "").partition(":")[0]
        Host.now[self.host] += 1
        Host.most[self.host] = max(Host.most[self.host], Host.now[self.host])
        found = answer(self.host, path, Host.port, knows="if-none-match" in fields)
        Host.served[
            "robots" if path == "/robots.txt" else "own" if path == "/seed-trial" else str(found[0])
        ] += 1
        self.later = asyncio.get_running_loop().call_later(SLOWLY_S, self.finish, *found)

    def finish(self, status: int, body: bytes, more: str) -> None:
        self.leave()
        self.send(status, body, more)

    def leave(self) -> None:
        if self.host:
            Host.now[self.host] -= 1
            self.host = ""

    def send(self, status: int, body: bytes, more: str) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)  # type: ignore[attr-defined]

    def connection_lost(self, error: Exception | None) -> None:
        if self.later:
            self.later.cancel()
        self.leave()


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Host, "127.0.0.1", 0, backlog=512)
    Host.port = server.sockets[0].getsockname()[1]
    print(Host.port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
