"""Mailbox passwords at rest: Fernet ciphertext, unreadable in a dump without the instance's key. Pure."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class KeyLost(Exception):
    """The secret was sealed with another key; it has to be typed again."""


def seal(secret: str, key: bytes) -> str:
    """The ciphertext of `secret`; an empty secret stays empty."""
    return _box(key).encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str, key: bytes) -> str:
    """The secret again. Raises KeyLost."""
    try:
        return _box(key).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as error:
        raise KeyLost("The password cannot be read with this instance's key. Type it again.") from error


def _box(key: bytes) -> MultiFernet:
    """The newest key first; the key file holds one key a line."""
    return MultiFernet([Fernet(line) for line in key.split()])
