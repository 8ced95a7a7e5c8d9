from collections.abc import Iterator

import pytest

from tests.servers.smtp_sink import SmtpSink


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A mail server that takes what it is given, or refuses as it is told."""
    with SmtpSink() as running:
        yield running
