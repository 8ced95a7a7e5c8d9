"""The other side: 40 loopback hosts in a process of their own.  `python -m benchmarks.links.server FOLDER PORT`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nETag: "v1"\r\nContent-Length: '
NONE = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnone"
SAME = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'


class Pages(asyncio.Protocol):
    answers: dict[bytes, bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.raw = b""

    def data_received(self, data: bytes) -> None:
        self.raw += data
        while b"\r\n\r\n" in self.raw:
            head, _, self.raw = self.raw.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            same = b"if-none-match" in head.lower()
            self.transport.write(SAME if same and path in self.answers else self.answers.get(path, NONE))  # type: ignore[attr-defined]


async def serve(folder: Path, port: int) -> None:
    Pages.answers = {}
    for one in json.loads((folder / "list.json").read_text()):
        body = (folder / one["file"]).read_bytes()
        Pages.answers[one["path"].encode()] = HEAD.encode() + str(len(body)).encode() + b"\r\n\r\n" + body
    loop = asyncio.get_running_loop()
    hosts = sorted({one["host"] for one in json.loads((folder / "list.json").read_text())})
    servers = [await loop.create_server(Pages, host, port) for host in hosts]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
