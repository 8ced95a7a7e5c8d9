"""A real DNS server on 127.0.0.1 for tests: zones in plain words, silence and SERVFAIL on demand."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from dnslib import QTYPE, RCODE, RR, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSServer

SILENT = "SILENT"
SERVFAIL = "SERVFAIL"
Zone = Mapping[str, Sequence[str] | str]
"""name -> lines such as 'MX 10 mx.garden.example.' or 'TXT "v=spf1 -all"', or SILENT, or SERVFAIL."""


class _Zones(BaseResolver):  # type: ignore[misc]
    def __init__(self, zone: Zone) -> None:
        self.zone = {name.lower().rstrip("."): lines for name, lines in zone.items()}

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        reply = request.reply()
        name = str(request.q.qname).lower().rstrip(".")
        lines = self.zone.get(name)
        if lines == SILENT:
            raise ConnectionAbortedError("silent by order")
        if lines == SERVFAIL:
            reply.header.rcode = RCODE.SERVFAIL
        elif lines is None:
            reply.header.rcode = RCODE.NXDOMAIN
        else:
            for record in RR.fromZone("\n".join(f"{name}. 60 IN {line}" for line in lines)):
                if record.rtype in (request.q.qtype, QTYPE.CNAME):
                    reply.add_answer(record)
        return reply


class _Handler(DNSHandler):  # type: ignore[misc]
    def handle(self) -> None:
        with suppress(ConnectionAbortedError):
            super().handle()


class _Quiet:
    """dnslib logs every question; tests need none of it."""

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


@contextmanager
def dns_server(zone: Zone) -> Iterator[tuple[str, int]]:
    """Serve `zone` and give (address, port)."""
    server = DNSServer(_Zones(zone), port=0, address="127.0.0.1", logger=_Quiet(), handler=_Handler)
    threading.Thread(target=server.server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield "127.0.0.1", server.server.server_address[1]
    finally:
        server.server.shutdown()
        server.server.server_close()
