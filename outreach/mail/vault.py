"""Mailbox passwords at rest: Fernet ciphertext, unreadable in a dump without the instance's key. Pure.

The library is loaded with the first secret: it takes 7 MB of a process that sees none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class KeyLost(Exception):
    """The secret was sealed with another key; it has to be typed again."""


def seal(secret: str, key: bytes) -> str:
    """The ciphertext of `secret`; an empty secret stays empty."""
    return _box(key).encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str, key: bytes) -> str:
    """The secret again. Raises KeyLost."""
    from cryptography.fernet import InvalidToken

    try:
        return _box(key).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as error:
        raise KeyLost("The password cannot be read with this instance's key. Type it again.") from error


def _box(key: bytes) -> MultiFernet:
    """The newest key first; the key file holds one key a line."""
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(line) for line in key.split()])
