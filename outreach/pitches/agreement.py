"""What was agreed about the link (B3), and what the policy makes of it (R19). Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal


class Rel(enum.StrEnum):
    """What the `rel` of the link is expected to say. `any`: whatever the editor thinks right."""

    FOLLOW = "follow"
    NOFOLLOW = "nofollow"
    SPONSORED = "sponsored"
    UGC = "ugc"
    ANY = "any"


REL_NAMES: dict[Rel, str] = {
    Rel.FOLLOW: "Followed", Rel.NOFOLLOW: "nofollow", Rel.SPONSORED: "sponsored",
    Rel.UGC: "ugc (readers' content)", Rel.ANY: "Any, the editor decides",
}  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """The terms, as they stand on the pitch's row. Empty text: not agreed yet. `amount` is in `currency` (ISO 4217)."""

    target_url: str = ""
    anchor: str = ""
    expected_rel: str = ""
    page_url: str = ""
    draft_url: str = ""
    due_on: date | None = None
    expires_on: date | None = None
    is_paid: bool = False
    amount: Decimal | None = None
    currency: str = ""
    is_goods: bool = False
    is_exchange: bool = False
    is_exclusive: bool = False

    @property
    def is_complete(self) -> bool:
        """Has what the stage “agreed” asks for."""
        return bool(self.target_url and self.expected_rel)


def why_sponsored(terms: Agreement) -> str:
    """Why the link has to be marked as sponsored, in words; "" when nothing is given for it.

    Google's link spam policy: links for money, goods or in exchange carry rel="sponsored" (R19).
    """
    given = [
        word
        for is_given, word in (
            (terms.is_paid, "money"),
            (terms.is_goods, "goods or services"),
            (terms.is_exchange, "a link in exchange"),
        )
        if is_given
    ]
    if not given:
        return ""
    are = "are" if len(given) > 1 or terms.is_goods else "is"
    return f"Because {' and '.join(given)} {are} given for it, search engines ask for rel “sponsored”."


def settled(terms: Agreement) -> Agreement:
    """The terms with what follows from them: an amount means paid, something given means `sponsored`."""
    if terms.amount:
        terms = replace(terms, is_paid=True)
    if not terms.is_paid:
        terms = replace(terms, amount=None, currency="")
    return replace(terms, expected_rel=Rel.SPONSORED.value) if why_sponsored(terms) else terms
