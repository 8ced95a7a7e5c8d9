"""Words of consent. Pure."""

from __future__ import annotations

import enum


class SuppressionKind(enum.StrEnum):
    EMAIL = "email"
    DOMAIN = "domain"


class SuppressionReason(enum.StrEnum):
    """Why we do not write there."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard_bounce"
    BY_HAND = "by_hand"
    IMPORTED = "imported"
    ERASED = "erased"
