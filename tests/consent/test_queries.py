import sqlalchemy as sa
from flask import Flask

from outreach.consent import moves, queries
from outreach.consent.models import Suppression
from outreach.consent.rules import SuppressionKind, SuppressionReason
from outreach.db import session, write
from tests.world import NOW, World


def suppress(typed: str, kind: SuppressionKind = SuppressionKind.EMAIL) -> Suppression:
    with write():
        return moves.suppress(typed, kind=kind, reason=SuppressionReason.BY_HAND, by=None, now=NOW)


def test_a_suppressed_address_is_known_in_any_spelling(world: World) -> None:
    row = suppress("Bo@Wild.Example")
    assert queries.is_suppressed("bo@wild.example") == row
    assert queries.is_suppressed("BO@wild.EXAMPLE") == row
    assert queries.is_suppressed("cy@wild.example") is None


def test_a_suppressed_domain_holds_for_all_below_it(world: World) -> None:
    row = suppress("wild.example", SuppressionKind.DOMAIN)
    assert queries.is_suppressed("bo@wild.example") == row
    assert queries.is_suppressed("bo@news.wild.example") == row
    assert queries.is_suppressed("bo@notwild.example") is None
    assert queries.suppressed_domains(["wild.example", "frost.example"]) == {"wild.example": row}


def test_a_single_address_says_nothing_of_its_domain(world: World) -> None:
    suppress("bo@wild.example")
    assert queries.suppressed_domains(["wild.example"]) == {}


def test_an_erased_address_is_still_known_by_its_hash(app: Flask, world: World) -> None:
    row = suppress("bo@wild.example")
    with write():
        row.value = None
    assert queries.is_suppressed("bo@wild.example") == row
    assert session().scalars(queries.listed(words="bo@wild.example")).all() == [row]
    again = suppress("bo@wild.example")
    assert (again.id, again.value) == (row.id, None)


def test_many_addresses_are_asked_at_once(world: World) -> None:
    suppress("wild.example", SuppressionKind.DOMAIN)
    suppress("cy@frost.example")
    asked = [f"p{n}@wild.example" for n in range(1500)] + [
        "cy@frost.example",
        "free@frost.example",
        "no address",
    ]
    found = queries.suppressed_among(asked)
    assert len(found) == 1501
    assert "free@frost.example" not in found


def test_suppressing_twice_keeps_the_first_word(app: Flask, world: World) -> None:
    suppress("bo@wild.example")
    with write():
        moves.suppress("bo@wild.example", reason=SuppressionReason.COMPLAINT, by=None, now=NOW)
    assert session().scalars(sa.select(Suppression.reason)).all() == [SuppressionReason.BY_HAND]
