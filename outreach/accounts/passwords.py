"""Passwords: Argon2id with the parameters that argon2-cffi recommends (RFC 9106)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(_same_signs(password))


def is_right(kept: str | None, password: str) -> bool:
    """Does the password belong to the hash? Takes as long when there is none: a stranger learns nothing."""
    try:
        return _hasher.verify(kept or _nobodys(), _same_signs(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def is_old(kept: str) -> bool:
    """Was the hash made with weaker parameters than today's?"""
    return _hasher.check_needs_rehash(kept)


def _same_signs(password: str) -> str:
    """NFKC, so that an umlaut is the same from every keyboard (NIST SP 800-63B 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
