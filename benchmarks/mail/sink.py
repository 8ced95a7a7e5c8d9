"""A mail server in a process of its own: `python -m benchmarks.mail.sink` prints its port, and at the end of its input how many letters came and to how many."""

from __future__ import annotations

import sys

from tests.servers.smtp_sink import SmtpSink


def main() -> None:
    with SmtpSink() as sink:
        print(sink.port, flush=True)
        sys.stdin.read()
        print(len(sink.received), len({mail.recipients[0] for mail in sink.received}), flush=True)


if __name__ == "__main__":
    main()
