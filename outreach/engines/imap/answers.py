"""What comes back from a mailbox's server, and how much is asked for at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from outreach.kit import clock

LARGEST_WHOLE = 10_000_000
"""Bytes up to which a mail is fetched whole; of a larger one only the beginning is kept."""
BATCH_BYTES = 750_000
BATCH_MAILS = 50


@dataclass(frozen=True)
class Seen:
    """A folder as EXAMINE shows it: uids are good only under this `uidvalidity`, and below `uidnext`."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True)
class Fetched:
    """A mail as it lies there. `is_cut`: it is larger than what is kept, and `raw` is its beginning; sizes in bytes.

    `is_sent` is told of All Mail, where Gmail marks what the owner has sent.
    """

    uid: int
    raw: bytes
    size: int
    received_at: datetime
    is_cut: bool = False
    is_sent: bool = False


def parts(uids: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def batches(sizes: dict[int, int]) -> Iterator[list[int]]:
    """Uids to fetch together; a mail that is cut goes alone."""
    batch: list[int] = []
    weight = 0
    for uid, size in sizes.items():
        is_full = weight + size > BATCH_BYTES or len(batch) >= BATCH_MAILS
        is_alone = max(size, weight) > LARGEST_WHOLE
        if batch and (is_full or is_alone):
            yield batch
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    if batch:
        yield batch


def fetched(uid: int, said: dict[bytes, Any], size: int, *, is_cut: bool) -> Fetched:
    raw = body_of(said)
    at = said.get(b"INTERNALDATE")
    received = at if isinstance(at, datetime) else clock.now()
    if received.tzinfo is None:
        received = received.astimezone()  # the library gives the machine's own time
    is_sent = b"\\sent" in {bytes(label).lower() for label in said.get(b"X-GM-LABELS", ())}
    return Fetched(uid, raw, max(size, len(raw)), received.astimezone(UTC), is_cut, is_sent)


def is_news(said: Iterable[Any]) -> bool:
    return any(len(each) > 1 and each[1] in (b"EXISTS", b"RECENT") for each in said)


def body_of(said: dict[bytes, Any]) -> bytes:
    """The one body of an answer, whatever the server calls it."""
    return next(
        (bytes(value) for key, value in said.items() if key.startswith(b"BODY[") and value is not None), b""
    )
