"""Who we say we are, and how much of a page we take."""

from __future__ import annotations

from dataclasses import dataclass

AGENT = "OutreachLinkCheck/1.0 (+https://outreach.example/bot)"
"""Sent when the installation has no address of its own; `user_agent()` makes a better one."""


def user_agent(contact_url: str) -> str:
    """Who we are and where to complain, for the people who read server logs."""
    return f"Mozilla/5.0 (compatible; OutreachLinkCheck/1.0; +{contact_url})"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds; the defaults are those the engine was measured with."""

    header_bytes: int = 64 * 1024
    wire_bytes: int = 5 * 1024 * 1024
    decoded_bytes: int = 5 * 1024 * 1024
    connect_s: float = 10
    total_s: float = 30
    slow_bytes_per_s: int = 20
    slow_for_s: int = 15
    hops: int = 10
