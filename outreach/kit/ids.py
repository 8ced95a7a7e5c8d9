"""Tokens that nobody can guess, and what is kept of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def token(bits: int = 128) -> str:
    """A random URL-safe token with at least `bits` bits."""
    return secrets.token_urlsafe(bits // 8)


def digest(token: str) -> str:
    """What the database keeps of a token: its SHA-256 in hex, so that a dump opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(value: str, key: bytes) -> str:
    """HMAC-SHA-256 of `value` in hex: recognises an erased address without keeping it."""
    return hmac.digest(key, value.encode(), "sha256").hex()
